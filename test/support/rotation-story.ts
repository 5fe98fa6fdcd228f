import { X509Certificate } from 'node:crypto';
import { pemBlocks } from '../../src/lib/pem.ts';
import type { Echo } from './echo.ts';
import { type Load, startLoad } from './load.ts';
import { CART, CART_URL, HTTP, meshOf, mtls, type Pair } from './mtls-pair.ts';
import type { SecurelyServed } from './served.ts';
import type { Sidecar } from './sidecar.ts';
import { fingerprint, tlsCall } from './tls-client.ts';
import { until } from './until.ts';

/** Only mTLS is taken, and connections are used for a few requests, so that there are new ones all the time. */
export const STRICT_MESH = meshOf(
  HTTP,
  `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec: { host: cart, trafficPolicy: { connectionPool: { http: { maxRequestsPerConnection: 5 } } } }
${mtls('STRICT')}`,
);

/** web calls cart 200 times a second. */
export function callCart(doing: () => string): Load {
  const host = 'cart.shop.svc.cluster.local';
  return startLoad({ perSecond: 200, doing, targets: [{ port: 15_002, host, path: CART_URL }] });
}

/** The roots that are believed, by fingerprint, the one that signs first. */
export function rootsOf({ serving }: SecurelyServed): readonly string[] {
  return serving.secure!.authority.describe().roots.map((root) => root.fingerprint);
}

/** Until both ends show certificates by the signer of now: cart to whoever connects, web to cart. */
export async function bothShowIts(served: SecurelyServed, echo: Echo, signer: string): Promise<void> {
  const as = clientOf(served);
  await until(`cart shows a certificate by ${signer}`, async () => {
    const answer = await tlsCall({ address: CART, port: 8080, name: 'cart', alpn: ['istio'], as });
    return 'shown' in answer && answer.shown === certificateOf(served, 'shop/cart', signer);
  });
  await until(`web shows a certificate by ${signer}`, () => {
    const hash = certificateOf(served, 'shop/web', signer)?.replaceAll(':', '').toLowerCase();
    return hash !== undefined && `${echo.seen.at(-1)?.headers['x-forwarded-client-cert']}`.includes(`Hash=${hash}`);
  });
}

function clientOf({ serving }: SecurelyServed) {
  const id = { trustDomain: 'cluster.local', namespace: 'shop', serviceAccount: 'web' };
  const { leafPem, intermediatesPem, keyPem } = serving.secure!.authority.issue(id);
  return { cert: [leafPem, ...intermediatesPem].join(''), key: keyPem };
}

/** The fingerprint of what a workload was given, if that is by the signer. */
function certificateOf({ serving }: SecurelyServed, workload: string, signer: string): string | undefined {
  const given = serving.controlPlane.workloadSecrets.certificates.get(workload);
  const leaf = given && new X509Certificate(given.chainPem);
  return leaf && issuerOf(leaf) === signer ? fingerprint(leaf) : undefined;
}

function issuerOf({ issuer }: X509Certificate): string {
  return issuer.replaceAll('\n', ', ');
}

/** Whom the Envoys of both believe: the number of roots in force in each. */
export async function bothBelieve({ web, cart }: Pair, roots: number): Promise<void> {
  for (const { envoy } of [web, cart]) {
    await until(`${roots} roots are believed`, async () => {
      const { trustedRoots } = await rootsIn(envoy);
      return trustedRoots.length === roots;
    });
  }
}

/** What an Envoy was told of whom to believe. */
export async function rootsIn(
  envoy: Sidecar['envoy'],
): Promise<{ readonly version: string; readonly trustedRoots: readonly string[] }> {
  const secrets = (await envoy.configDump()).find((part) => part['@type'].endsWith('SecretsConfigDump')) as Dump;
  const known = secrets.dynamic_active_secrets?.find(({ name }) => name === 'ROOTCA');
  const pem = Buffer.from(known?.secret.validation_context.trusted_ca.inline_bytes ?? '', 'base64').toString();
  return { version: known?.version_info ?? '', trustedRoots: pemBlocks(pem).map(({ text }) => text) };
}
interface Dump {
  readonly dynamic_active_secrets?: readonly {
    readonly name: string;
    readonly version_info: string;
    readonly secret: { readonly validation_context: { readonly trusted_ca: { readonly inline_bytes: string } } };
  }[];
}
