import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { duplicates } from '../duplicates.ts';
import type { Remark } from '../finding.ts';
import { defineKind } from '../kind.ts';
import { bindMistake, gatewayHostMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import {
  type Deep,
  flag,
  list,
  mapOf,
  object,
  oneOf,
  optional,
  portNumber,
  someOf,
  text,
  wholeNumber,
  word,
} from '../vocabulary.ts';
import { NETWORKING } from './networking.ts';
import { gatewayProtocolMistake } from './ports.ts';

const TLS_VERSIONS = ['TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3'] as const;

const serverTls = object({
  httpsRedirect: optional(flag()),
  mode: optional(oneOf(['PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'])),
  serverCertificate: optional(text()),
  privateKey: optional(text()),
  caCertificates: optional(text()),
  caCrl: optional(text()),
  tlsCertificates: optional(
    list(
      object({
        serverCertificate: optional(text()),
        privateKey: optional(text()),
        caCertificates: optional(text()),
      }),
    ),
  ),
  credentialName: optional(text()),
  credentialNames: optional(list(word())),
  caCertCredentialName: optional(text()),
  subjectAltNames: optional(list(text())),
  verifyCertificateSpki: optional(list(text())),
  verifyCertificateHash: optional(list(text())),
  minProtocolVersion: optional(oneOf(TLS_VERSIONS)),
  maxProtocolVersion: optional(oneOf(TLS_VERSIONS)),
  cipherSuites: optional(list(word())),
});

const server = object({
  name: optional(text()),
  port: object({
    number: portNumber(),
    protocol: text(gatewayProtocolMistake),
    name: word(),
    /** Out of use: nobody reads it. */
    targetPort: optional(wholeNumber(0, 65_535)),
  }),
  bind: optional(text(bindMistake)),
  hosts: someOf(text(gatewayHostMistake)),
  tls: optional(serverTls),
  defaultEndpoint: optional(text()),
});

const schema = object({
  spec: object({ selector: optional(mapOf(text())), servers: optional(list(server)) }),
});

export type IstioGateway = KubeObject<Deep<z.infer<typeof schema>>>;
export type Server = Deep<z.infer<typeof server>>;
export type ServerTlsSettings = Deep<z.infer<typeof serverTls>>;

const CERTIFICATES = 'is not applied yet; it arrives with certificates';

/** https://istio.io/latest/docs/reference/config/networking/gateway/ */
export const gatewayKind = defineKind({
  ...NETWORKING,
  kind: 'Gateway',
  schema,
  costs: {
    // It would open its ports on other proxies than meant.
    'spec.selector': THE_OBJECT,
    'spec.servers[].port': 'spec.servers[]',
    // It would listen on every address.
    'spec.servers[].bind': 'spec.servers[]',
    // It would speak plain text.
    'spec.servers[].tls': 'spec.servers[]',
  },
  notApplied: {
    'spec.servers[].port.protocol=HTTPS|https|TLS|tls|TCP|tcp|MONGO|mongo': `this protocol ${CERTIFICATES}: the port stays closed`,
    'spec.servers[].tls.mode': CERTIFICATES,
    'spec.servers[].tls.serverCertificate': CERTIFICATES,
    'spec.servers[].tls.privateKey': CERTIFICATES,
    'spec.servers[].tls.caCertificates': CERTIFICATES,
    'spec.servers[].tls.caCrl': CERTIFICATES,
    'spec.servers[].tls.tlsCertificates': CERTIFICATES,
    'spec.servers[].tls.credentialName': CERTIFICATES,
    'spec.servers[].tls.credentialNames': CERTIFICATES,
    'spec.servers[].tls.caCertCredentialName': CERTIFICATES,
    'spec.servers[].tls.subjectAltNames': CERTIFICATES,
    'spec.servers[].tls.verifyCertificateSpki': CERTIFICATES,
    'spec.servers[].tls.verifyCertificateHash': CERTIFICATES,
    'spec.servers[].tls.minProtocolVersion': CERTIFICATES,
    'spec.servers[].tls.maxProtocolVersion': CERTIFICATES,
    'spec.servers[].tls.cipherSuites': CERTIFICATES,
    'spec.servers[].defaultEndpoint': 'defaultEndpoint is not applied, in Istio neither',
  },
  informational: {
    'spec.servers[].name': 'names the server for people',
    'spec.servers[].port.targetPort': 'out of use',
  },
  check: ({ spec }) => checkGateway(spec.servers),
});

function* checkGateway(servers: readonly Server[] = []): Generator<Remark> {
  if (servers.length === 0) yield { path: [], code: 'no-server', message: 'must have a usable server' };
  yield* duplicates(servers, ['spec', 'servers'], 'name');
  for (const [i, { port, tls }] of servers.entries()) {
    const at = ['spec', 'servers', i];
    const encrypted = /^(https|tls)$/i.test(port.protocol);
    if (encrypted && !tls) {
      yield { path: [...at, 'tls'], code: 'missing-field', message: `is required for ${port.protocol}` };
    }
    if (tls?.httpsRedirect && encrypted) {
      const message = 'must not stand on a port that is encrypted already';
      yield { path: [...at, 'tls', 'httpsRedirect'], severity: 'warning', code: 'conflict', message };
    }
    if (tls?.mode && !encrypted && !/^tcp$/i.test(port.protocol)) {
      const message = `is not applied to protocol ${port.protocol}`;
      yield {
        path: [...at, 'tls', 'mode'],
        severity: 'warning',
        code: 'conflict',
        message,
        hint: 'did you mean HTTPS?',
      };
    }
  }
}
