import { expect, test } from 'vitest';
import { openAuthority } from '../../src/ca/index.ts';
import { cacerts, DAY, HOUR, type Holder, makeAuthority, makeLeaf, openssl } from '../../src/ca/others.fixture.ts';
import { SHOP, type TestPair } from '../support/certificates.ts';
import { envoyForTest } from '../support/envoy.ts';
import { tlsCall } from '../support/tls-client.ts';

const NOW = Date.now();
const VALID = { notBefore: NOW - DAY, notAfter: NOW + DAY };
const PORT = 18_443;

/** A root, one that is on its way out, and an authority below the first: each has signed for a client. */
async function clients() {
  const [root, earlier] = [await makeAuthority('root', VALID), await makeAuthority('earlier', VALID)];
  const below = await makeAuthority('below', { issuer: root, ...VALID });
  const [good, revoked, old] = [
    await makeLeaf(below, VALID),
    await makeLeaf(below, VALID),
    await makeLeaf(earlier, VALID),
  ];
  const shows = (leaf: Holder, ...chain: readonly Holder[]): TestPair => ({
    cert: [leaf, ...chain].map(({ pem }) => pem).join(''),
    key: leaf.keyPem,
  });
  const all = { good: shows(good, below), revoked: shows(revoked, below), old: shows(old) };
  const lists = {
    below: listOf(below, [revoked]),
    root: listOf(root),
    earlier: listOf(earlier),
    rootOnce: listOf(root, [], NOW - HOUR),
  };
  return { all, lists, files: { ...cacerts(root, below), 'root-cert.pem': root.pem + earlier.pem } };
}

/** What an Envoy does with each client, if it believes these roots and these lists. */
async function letIn(all: Readonly<Record<string, TestPair>>, rootsPem: string, crlPem: string | undefined) {
  const envoy = await envoyForTest({ bootstrap: serverThatAsks(rootsPem, crlPem) });
  await envoy.ready();
  const names: string[] = [];
  for (const [name, as] of Object.entries(all)) {
    if ('status' in (await tlsCall({ port: PORT, name: 'shop.example', as }))) names.push(name);
  }
  await envoy.stop();
  return names;
}

test('an Envoy that has a list refuses all chains with an authority that has none in force', async () => {
  const { all, lists, files } = await clients();
  const roots = files['root-cert.pem'];
  expect(await letIn(all, roots, undefined)).toEqual(['good', 'revoked', 'old']);
  expect(await letIn(all, roots, lists.below)).toEqual([]);
  expect(await letIn(all, roots, lists.below + lists.root)).toEqual(['good']);
  expect(await letIn(all, roots, lists.earlier)).toEqual(['old']);
  expect(await letIn(all, roots, lists.below + lists.rootOnce + lists.earlier)).toEqual(['old']);
});

test('what pharos gives of lists never refuses more than what is revoked', async () => {
  const { all, lists, files } = await clients();
  const trust = async (...crls: readonly string[]) => {
    const authority = await openAuthority({
      source: { kind: 'files', files: { ...files, 'ca-crl.pem': crls.join('') } },
    });
    return authority.trust();
  };
  const complete = await trust(lists.below, lists.root, lists.earlier);
  expect(await letIn(all, complete.rootsPem, complete.crlPem)).toEqual(['good', 'old']);
  const incomplete = await trust(lists.below, lists.root);
  expect(await letIn(all, incomplete.rootsPem, incomplete.crlPem)).toEqual(['good', 'revoked', 'old']);
});

/** By openssl: Envoy does not read every list that other libraries make. */
function listOf(issuer: Holder, revoked: readonly Holder[] = [], endsAt = NOW + DAY): string {
  const entries = revoked.map(
    ({ serial }) => `R\t${time(NOW + DAY)}\t${time(NOW - HOUR)}\t${serial}\tunknown\t/CN=x\n`,
  );
  const from = ['-crl_lastupdate', time(NOW - 2 * HOUR), '-crl_nextupdate', time(endsAt)];
  return openssl(['ca', '-gencrl', '-config', 'ca.cnf', ...from], {
    'ca.cnf': CONFIG,
    'index.txt': entries.join('').toUpperCase().replaceAll('UNKNOWN', 'unknown'),
    'ca.pem': issuer.pem,
    'ca.key': issuer.keyPem,
  }).replace(/^[\s\S]*?(?=-----BEGIN)/, '');
}

const CONFIG = `[ca]
default_ca = one
[one]
database = index.txt
certificate = ca.pem
private_key = ca.key
default_md = sha256
`;

/** YYMMDDHHMMSSZ */
function time(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(2);
}

function serverThatAsks(rootsPem: string, crlPem: string | undefined): object {
  const inline = (text: string) => ({ inline_string: text });
  const HTTP = 'type.googleapis.com/envoy.extensions.filters';
  const router = { name: 'router', typed_config: { '@type': `${HTTP}.http.router.v3.Router` } };
  const routes = [{ match: { prefix: '/' }, direct_response: { status: 200 } }];
  const connections = {
    '@type': `${HTTP}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'all',
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [router],
  };
  const tls = {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    require_client_certificate: true,
    common_tls_context: {
      tls_certificates: [{ certificate_chain: inline(SHOP.cert), private_key: inline(SHOP.key) }],
      validation_context: { trusted_ca: inline(rootsPem), ...(crlPem && { crl: inline(crlPem) }) },
    },
  };
  const chain = {
    transport_socket: { name: 'tls', typed_config: tls },
    filters: [{ name: 'http', typed_config: connections }],
  };
  const at = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  return {
    admin: { address: at(0) },
    static_resources: { listeners: [{ name: 'tls', address: at(PORT), filter_chains: [chain] }] },
  };
}
