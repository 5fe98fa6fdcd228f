import { expect, test } from 'vitest';
import { SHOP } from '../support/certificates.ts';
import { envoyForTest, testBootstrap } from '../support/envoy.ts';
import { makeCertificates } from '../support/gateway-api/certificates.ts';
import { freePort } from '../support/loopback.ts';
import { secretYaml } from '../support/secret-yaml.ts';
import { serveForTest } from '../support/served.ts';
import { tlsCall } from '../support/tls-client.ts';

const PORT = await freePort();
const STRICT = await freePort();
const ADMIN = 'spiffe://cluster.local/ns/ops/sa/admin';

test('where any client certificate is let in, none of them proves an identity', async () => {
  const { authority, signed, forged } = await makeCertificates({
    authority: { ca: true, hosts: [], uris: [] },
    signed: { hosts: [], uris: [ADMIN], signedBy: 'authority', ca: false },
    forged: { hosts: [], uris: [ADMIN], ca: false },
  });
  const served = await serveForTest({ files: { 'mesh.yaml': meshWith(authority!.crt) }, secure: true });
  const envoy = await envoyForTest({
    bootstrap: testBootstrap({
      role: 'router',
      name: 'gateway',
      namespace: 'edge',
      addresses: ['127.0.0.1'],
      labels: { 'gateway.networking.k8s.io/gateway-name': 'public' },
      serviceAccount: 'gateway',
      protocol: 'delta',
      xds: await served.xdsAs('edge', 'gateway'),
    }),
  });
  await envoy.listenersReady(`127.0.0.1_${PORT}`, `127.0.0.1_${STRICT}`);
  await envoy.ready();
  const outcome = async (port: number, as?: { readonly crt: string; readonly key: string }) => {
    const answer = await tlsCall({ port, name: 'shop.example', ...(as && { as: { cert: as.crt, key: as.key } }) });
    return 'refused' in answer ? 'refused' : answer.status;
  };
  // 500: the route has no backend.
  expect([await outcome(STRICT, signed), await outcome(STRICT, forged), await outcome(STRICT)]).toEqual([
    500,
    'refused',
    'refused',
  ]);
  expect([await outcome(PORT, forged), await outcome(PORT, signed), await outcome(PORT)]).toEqual([403, 403, 403]);
});

/** Only the administrator may come in. */
function meshWith(authority: string): string {
  const validation = (mode: string) =>
    `{ validation: { mode: ${mode}, caCertificateRefs: [{ group: "", kind: ConfigMap, name: clients }] } }`;
  const listener = (name: string, port: number) =>
    `{ name: ${name}, port: ${port}, protocol: HTTPS, tls: { certificateRefs: [{ name: shop }] } }`;
  return `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: edge }
spec:
  gatewayClassName: pharos
  addresses: [{ value: 127.0.0.1 }]
  listeners: [${listener('lax', PORT)}, ${listener('strict', STRICT)}]
  tls:
    frontend:
      default: ${validation('AllowValidOnly')}
      perPort: [{ port: ${PORT}, tls: ${validation('AllowInsecureFallback')} }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: nothing, namespace: edge }
spec: { parentRefs: [{ name: public }], rules: [{}] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: administrators, namespace: edge }
spec: { rules: [{ from: [{ source: { principals: [cluster.local/ns/ops/sa/admin] } }] }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: clients, namespace: edge }
data: { ca.crt: ${JSON.stringify(authority)} }
${secretYaml('shop', 'edge', { 'tls.crt': SHOP.cert, 'tls.key': SHOP.key })}`;
}
