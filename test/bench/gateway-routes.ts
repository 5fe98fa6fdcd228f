import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const NAMESPACE = 'bench';
export const GATEWAY = 'edge';
const HOSTNAMES = 5;
const SERVICES = 10;

export interface BenchRoutes {
  readonly directory: string;
  /** Writes a route that was not there, by rename(2). Gives its first hostname. */
  readonly add: () => string;
  readonly remove: (i: number) => void;
}

/** One Gateway at an address, and `count` HTTPRoutes with 5 hostnames each, a file each. */
export function writeRoutes(
  directory: string,
  count: number,
  { address, port, backend }: { readonly address: string; readonly port: number; readonly backend: number },
): BenchRoutes {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'gateway.yaml'), gatewayYaml(address, port));
  for (let i = 0; i < SERVICES; i++) writeFileSync(join(directory, `service-${i}.yaml`), serviceYaml(i, backend));
  const put = (i: number): void => {
    const file = join(directory, `route-${i}.yaml`);
    writeFileSync(`${file}.tmp`, routeYaml(i));
    renameSync(`${file}.tmp`, file);
  };
  for (let i = 0; i < count; i++) put(i);
  let next = count;
  return {
    directory,
    add: () => {
      put(next);
      return hostname(next++, 0);
    },
    remove: (i) => writeFileSync(join(directory, `route-${i}.yaml`), ''),
  };
}

export function hostname(route: number, i: number): string {
  return `h${i}.route-${route}.example.com`;
}

function gatewayYaml(address: string, port: number): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${GATEWAY}, namespace: ${NAMESPACE} }
spec:
  gatewayClassName: pharos
  addresses: [{ type: IPAddress, value: ${address} }]
  listeners: [{ name: http, port: ${port}, protocol: HTTP }]
`;
}

function serviceYaml(i: number, port: number): string {
  return `apiVersion: v1
kind: Service
metadata: { name: s${i}, namespace: ${NAMESPACE} }
spec:
  ports: [{ name: http, port: 8080, targetPort: ${port} }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s${i}-a, namespace: ${NAMESPACE}, labels: { kubernetes.io/service-name: s${i} } }
addressType: IPv4
ports: [{ name: http, port: ${port}, protocol: TCP }]
endpoints: [{ addresses: [127.0.0.1] }]
`;
}

function routeYaml(i: number): string {
  const hostnames = Array.from({ length: HOSTNAMES }, (_, h) => hostname(i, h));
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: route-${i}, namespace: ${NAMESPACE} }
spec:
  parentRefs: [{ name: ${GATEWAY} }]
  hostnames: [${hostnames.join(', ')}]
  rules:
    - matches: [{ path: { type: PathPrefix, value: / } }]
      backendRefs: [{ name: s${i % SERVICES}, port: 8080 }]
`;
}
