import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many namespaces the services and the proxies are spread over. */
const NAMESPACES = 20;
const ENDPOINTS = 5;

export interface BenchMesh {
  readonly directory: string;
  readonly namespaces: readonly string[];
  /** Rewrites one service's file by rename(2), as editors and `kubectl cp` do. Returns when the rename happened, in epoch ms. */
  readonly changeWeight: (service: number, v1: number) => number;
  readonly changeEndpoint: (service: number, lastOctet: number) => number;
}

/** A directory of `services` services: 5 endpoints, a VirtualService and a DestinationRule with 2 subsets each. */
export function writeMesh(directory: string, services: number): BenchMesh {
  const namespaces = Array.from({ length: NAMESPACES }, (_, i) => `ns${i}`);
  mkdirSync(directory, { recursive: true });
  for (let i = 0; i < services; i++) writeFileSync(fileOf(directory, i), serviceYaml(i, { v1: 90, lastOctet: 1 }));
  const rewrite = (service: number, change: Partial<Variable>): number => {
    const file = fileOf(directory, service);
    writeFileSync(`${file}.tmp`, serviceYaml(service, { v1: 90, lastOctet: 1, ...change }));
    renameSync(`${file}.tmp`, file);
    return performance.timeOrigin + performance.now();
  };
  return {
    directory,
    namespaces,
    changeWeight: (service, v1) => rewrite(service, { v1 }),
    changeEndpoint: (service, lastOctet) => rewrite(service, { lastOctet }),
  };
}

interface Variable {
  readonly v1: number;
  /** Of the first endpoint's address. */
  readonly lastOctet: number;
}

function fileOf(directory: string, i: number): string {
  return join(directory, `s${i}.yaml`);
}

function serviceYaml(i: number, { v1, lastOctet }: Variable): string {
  const namespace = `ns${i % NAMESPACES}`;
  const vip = `10.${96 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;
  return `apiVersion: v1
kind: Service
metadata: { name: s${i}, namespace: ${namespace} }
spec:
  clusterIP: ${vip}
  selector: { app: s${i} }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s${i}-a, namespace: ${namespace}, labels: { kubernetes.io/service-name: s${i} } }
addressType: IPv4
ports: [{ name: http, port: 8080, protocol: TCP }]
endpoints:
${Array.from({ length: ENDPOINTS }, (_, e) => endpointYaml(i, e, namespace, e === 0 ? lastOctet : e + 1)).join('\n')}
---
${Array.from({ length: ENDPOINTS }, (_, e) => podYaml(i, e, namespace)).join('---\n')}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: s${i}, namespace: ${namespace} }
spec:
  host: s${i}
  trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } }
  subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v2, labels: { version: v2 } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: s${i}, namespace: ${namespace} }
spec:
  hosts: [s${i}]
  http:
    - match: [{ headers: { end-user: { exact: jason } } }]
      route: [{ destination: { host: s${i}, subset: v2 } }]
    - route:
        - { destination: { host: s${i}, subset: v1 }, weight: ${v1} }
        - { destination: { host: s${i}, subset: v2 }, weight: ${100 - v1} }
`;
}

function endpointYaml(i: number, e: number, namespace: string, lastOctet: number): string {
  const address = `10.${(i >> 8) & 255}.${i & 255}.${lastOctet}`;
  return `  - { addresses: [${address}], conditions: { ready: true }, targetRef: { kind: Pod, name: s${i}-${e}, namespace: ${namespace} } }`;
}

function podYaml(i: number, e: number, namespace: string): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: s${i}-${e}, namespace: ${namespace}, labels: { app: s${i}, version: v${1 + (e % 2)} } }
spec: { containers: [{ name: app, ports: [{ containerPort: 8080 }] }] }
`;
}
