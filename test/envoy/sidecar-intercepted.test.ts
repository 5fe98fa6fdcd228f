import { describe, expect, onTestFinished, test } from 'vitest';
import { startEcho, startTcpEcho } from '../support/echo.ts';
import { CAN_INTERCEPT, intercept } from '../support/intercept.ts';
import { callAt, meshWithSidecar, rule, service, startApplication, talk, versions } from '../support/sidecar.ts';

/** Of the Pod whose connections are intercepted. */
const POD = '10.1.0.9';

const MESH = `${service('cart', { '10.1.0.1': 'v1', '10.1.0.2': 'v2' })}${versions('cart')}${rule(
  'VirtualService',
  'cart',
  `  http:
    - match: [{ headers: { beta: { exact: 'yes' } } }]
      route: [{ destination: { host: cart, subset: v2 } }]
    - route: [{ destination: { host: cart, subset: v1 } }]`,
)}---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.96.0.5, selector: { app: db }, ports: [{ name: mysql, port: 3306 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db-0, namespace: shop, labels: { app: db } }
status: { podIP: 10.1.0.5, phase: Running }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: outside, namespace: shop }
spec:
  hosts: ['*.example']
  resolution: NONE
  ports: [{ name: http, number: 80, protocol: HTTP }]
${service('web', { [POD]: 'v1' }, '10.96.0.9')}`;

const STRICT = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    outboundTrafficPolicy: { mode: REGISTRY_ONLY }
`;

/** A call of the Pod's program to where it believes the host to be. */
async function call(address: string, url: string, headers = {}) {
  const port = Number(new URL(url).port) || 80;
  return (await callAt({ address, port, localAddress: POD }, url, { headers }))[0]!;
}

// Needs iptables, which not every machine has that can run the other tests.
describe.skipIf(!CAN_INTERCEPT && !process.env.CI)(
  'a sidecar to which iptables lead all connections of its Pod',
  () => {
    test('routes what is meant for a service by its rules, whatever address is called', async () => {
      intercept(POD);
      await startApplication('cart', '10.1.0.1', 'v1');
      await startApplication('cart', '10.1.0.2', 'v2');
      await meshWithSidecar(MESH, { address: POD, interception: 'redirect' });
      expect((await call('10.96.0.1', 'http://cart/')).echoed?.version).toBe('v1');
      expect((await call('10.96.0.1', 'http://cart.shop/', { beta: 'yes' })).echoed?.version).toBe('v2');
      expect((await call('10.50.0.50', 'http://cart/', { beta: 'yes' })).echoed?.version).toBe('v2');
    });

    test('leads TCP to the service whose address was called, though the server speaks first', async () => {
      intercept(POD);
      const db = await startTcpEcho({ service: 'db', address: '10.1.0.5', port: 3306 });
      onTestFinished(db.close);
      await meshWithSidecar(MESH, { address: POD, interception: 'redirect' });
      expect(await talk('10.96.0.5', 3306, 'ping', POD)).toBe('db v1\nping');
    });

    test('lets out what nobody described, unless the mesh is REGISTRY_ONLY', async () => {
      intercept(POD);
      const [web, db] = [
        await startEcho({ service: 'outside', address: '10.50.0.1', port: 80, reusePort: true }),
        await startTcpEcho({ service: 'outside', address: '10.50.0.1', port: 9999 }),
      ];
      onTestFinished(web.close);
      onTestFinished(db.close);
      const { served } = await meshWithSidecar(MESH, { address: POD, interception: 'redirect' });
      expect((await call('10.50.0.1', 'http://unknown.org/')).echoed?.service).toBe('outside');
      expect(await talk('10.50.0.1', 9999, 'ping', POD)).toBe('outside v1\nping');

      await served.change(() => served.write('mesh.yaml', `${MESH}${STRICT}`));
      expect((await call('10.50.0.1', 'http://unknown.org/')).status).toBe(502);
      expect(await talk('10.50.0.1', 9999, 'ping', POD)).toBe('');
      // A host of an entry that resolves nothing is known, and goes where it was meant to go.
      expect((await call('10.50.0.1', 'http://any.example/')).echoed).toMatchObject({ host: 'any.example' });
    });

    test('takes what comes to the Pod to its application, on ports that services have and on others', async () => {
      intercept(POD);
      await startApplication('web', POD);
      const other = await startEcho({ service: 'other', address: POD, port: 8081 });
      onTestFinished(other.close);
      const { envoy } = await meshWithSidecar(MESH, { address: POD, interception: 'redirect' });
      const [known] = await callAt({ address: POD, port: 8080 }, 'http://web/');
      expect(known).toMatchObject({ status: 200, headers: { server: 'istio-envoy' }, echoed: { service: 'web' } });
      const [unknown] = await callAt({ address: POD, port: 8081 }, 'http://web/');
      expect(unknown).toMatchObject({ status: 200, headers: { server: 'istio-envoy' }, echoed: { service: 'other' } });
      const stats = await envoy.stats('^cluster.inbound\\|8080\\|\\|;.upstream_rq_total');
      expect([...stats.values()]).toEqual([1]);
    });
  },
);
