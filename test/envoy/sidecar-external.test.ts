import { describe, expect, onTestFinished, test } from 'vitest';
import { startTcpEcho } from '../support/echo.ts';
import { callAt, meshWithSidecar, NO_CLUSTER_ADDRESSES, rule, startApplication, talk } from '../support/sidecar.ts';

/** A ServiceEntry of `api.example` in front of something outside. */
function entry(settings: string, ports = '{ name: http, number: 80, protocol: HTTP, targetPort: 8080 }'): string {
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: shop }
spec: { hosts: [api.example], location: MESH_EXTERNAL, ports: [${ports}], ${settings} }
`;
}

describe.skipIf(NO_CLUSTER_ADDRESSES)('what is outside of the mesh', () => {
  test.each(['DNS', 'DNS_ROUND_ROBIN'])('is found by its name with resolution %s', async (resolution) => {
    await startApplication('outside', '127.0.0.1');
    const { call } = await meshWithSidecar(entry(`resolution: ${resolution}, endpoints: [{ address: localhost }]`));
    expect((await call('http://api.example/x')).echoed).toMatchObject({
      host: 'api.example',
      server: '127.0.0.1:8080',
    });
  });

  test('is found by the name that it is called by, if no endpoint says another', async () => {
    await startApplication('outside', '127.0.0.1');
    const named = entry('resolution: DNS').replace('api.example', 'localhost');
    const { call } = await meshWithSidecar(named);
    expect((await call('http://localhost/x')).echoed?.server).toBe('127.0.0.1:8080');
  });

  test('is called where its entry says, with rules as any other service', async () => {
    await startApplication('outside', '10.7.0.1', 'old');
    await startApplication('outside', '10.7.0.2', 'new');
    const static_ =
      'resolution: STATIC, endpoints: [{ address: 10.7.0.1, labels: { v: old } }, { address: 10.7.0.2, labels: { v: new } }]';
    const subsets = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: api, namespace: shop }
spec: { host: api.example, subsets: [{ name: old, labels: { v: old } }, { name: new, labels: { v: new } }] }
`;
    const { call } = await meshWithSidecar(
      `${entry(static_)}---${subsets}${rule(
        'VirtualService',
        'api.example',
        `  http:
    - match: [{ headers: { beta: { exact: 'yes' } } }]
      route: [{ destination: { host: api.example, subset: new } }]
    - route: [{ destination: { host: api.example, subset: old } }]`,
      )}`,
    );
    expect((await call('http://api.example/')).echoed?.version).toBe('old');
    expect((await call('http://api.example/', { headers: { beta: 'yes' } })).echoed?.version).toBe('new');
  });

  test('may have several ports, each with a protocol of its own', async () => {
    await startApplication('outside', '10.7.0.1');
    const db = await startTcpEcho({ service: 'db', address: '10.7.0.1', port: 9000 });
    onTestFinished(db.close);
    const { call, envoy } = await meshWithSidecar(
      entry(
        'addresses: [127.21.0.1], resolution: STATIC, endpoints: [{ address: 10.7.0.1, ports: { tcp: 9000, http: 8080 } }]',
        '{ name: http, number: 81, protocol: HTTP }, { name: tcp, number: 5432, protocol: TCP }',
      ),
    );
    expect((await call('http://api.example:81/')).echoed?.service).toBe('outside');
    await envoy.listenersReady('127.21.0.1_5432');
    expect(await talk('127.21.0.1', 5432, 'ping')).toBe('db v1\nping');
  });

  test('and of unknown protocol is HTTP if its first bytes are, and else goes through as it is', async () => {
    await startApplication('outside', '10.7.0.1');
    const { envoy } = await meshWithSidecar(
      `${entry(
        'addresses: [127.21.0.1], resolution: STATIC, endpoints: [{ address: 10.7.0.1 }]',
        '{ name: any, number: 7000, targetPort: 8080 }',
      )}${rule('VirtualService', 'api.example', '  http: [{ directResponse: { status: 299 } }]')}`,
    );
    await envoy.listenersReady('127.21.0.1_7000');
    const [answer] = await callAt({ address: '127.21.0.1', port: 7000 }, 'http://api.example:7000/');
    expect(answer!.status).toBe(299);
    // The application does not know this as HTTP either, and says so itself.
    expect(await talk('127.21.0.1', 7000, 'NOT HTTP\r\n\r\n')).toContain('400 Bad Request');
    expect(await envoy.stats('tcp.outbound\\|7000\\|\\|api.example.*downstream_cx_total')).toEqual(
      new Map([[expect.any(String), 1]]),
    );
  });

  test('cannot be followed to where a connection meant to go without iptables, and is refused', async () => {
    const { call } = await meshWithSidecar(entry('resolution: NONE'));
    expect((await call('http://api.example/')).status).toBe(503);
  });
});
