import { expect, test } from 'vitest';
import { CA } from '../../test/support/certificates.ts';
import { entriesIn } from '../lib/layers.ts';
import { changesOf } from '../source/index.ts';
import type { Node } from '../view/index.ts';
import { createControlPlane } from './index.ts';

const MESH = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: cart, namespace: shop }
spec: { hosts: [cart.shop], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec: { host: cart.shop, trafficPolicy: { tls: { mode: SIMPLE, credentialName: cart } } }
---
apiVersion: v1
kind: Secret
metadata: { name: cart, namespace: edge }
stringData: { cacert: ${JSON.stringify(CA)} }
`;

function connect(node: Partial<Node>) {
  const { store, views, translators, workloadSecrets } = createControlPlane();
  store.apply(changesOf([['mesh.yaml', MESH]]));
  for (const account of ['edge/gate', 'edge/undefined', 'other/gate']) {
    workloadSecrets.certificates.set(account, { chainPem: 'chain', keyPem: 'a private key' });
  }
  workloadSecrets.trust.set('roots', { rootsPem: CA, crlPem: undefined });
  views.connections.set('1', { id: 'edge', cluster: '', protocol: 'delta', ...node } as Node);
  return { sds: translators.sds, view: views.viewFor('1') };
}

/** The names of all secrets that a proxy can be sent. */
function secretsFor(node: Partial<Node>): readonly string[] {
  const { sds, view } = connect(node);
  return view === undefined ? [] : [...entriesIn(sds.resources(view))].map(([name]) => name).sort();
}

const gate = (namespace: string) => ({ trustDomain: 'cluster.local', namespace, serviceAccount: 'gate' });
const router = { role: 'router', namespace: 'edge' };

test.each<[string, Partial<Node>, readonly string[]]>([
  ['a gateway', { metadata: router, identity: gate('edge') }, ['ROOTCA', 'default', 'kubernetes://cart-cacert']],
  ['a sidecar', { metadata: { namespace: 'edge' }, identity: gate('edge') }, ['ROOTCA', 'default']],
  ['a gateway that has proved nothing', { metadata: router }, []],
  ['one that claims a namespace which it has not proved', { metadata: router, identity: gate('other') }, []],
  [
    'one that claims an account which it has not proved',
    { metadata: { ...router, SERVICE_ACCOUNT: 'admin' }, identity: gate('edge') },
    [],
  ],
  [
    'one whose agent makes its key',
    { metadata: { ...router, SECRETS: 'sds-grpc' }, identity: gate('edge') },
    ['kubernetes://cart-cacert'],
  ],
])('%s has these secrets: its own, those of its namespace, and no others', (_, node, names) => {
  expect(secretsFor(node)).toEqual(names);
});

test('a secret that is explained is not shown', () => {
  const { sds, view } = connect({ metadata: router, identity: gate('edge') });
  const shown = JSON.stringify(sds.explain(view!, 'default'));
  expect(shown).toContain('default');
  expect(shown).not.toContain('a private key');
  expect(shown).not.toContain(Buffer.from('a private key').toString('base64'));
});
