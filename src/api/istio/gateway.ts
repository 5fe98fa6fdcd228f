import type { z } from 'zod';
import { ITSELF, THE_OBJECT } from '../cost.ts';
import { duplicates } from '../duplicates.ts';
import type { Remark } from '../finding.ts';
import { defineKind } from '../kind.ts';
import { bindMistake, gatewayHostMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import type { Path } from '../path.ts';
import {
  type Deep,
  list,
  mapOf,
  object,
  optional,
  portNumber,
  someOf,
  text,
  wholeNumber,
  word,
} from '../vocabulary.ts';
import { NETWORKING } from './networking.ts';
import { gatewayProtocolMistake } from './ports.ts';
import { checkServerTls, idleInPlainText, serverTls } from './server-tls.ts';

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
    // The others of the list still hold, and without any Envoy's own choice does.
    'spec.servers[].tls.cipherSuites': ITSELF,
  },
  notApplied: {
    'spec.servers[].defaultEndpoint': 'defaultEndpoint is not applied, in Istio neither',
  },
  informational: {
    'spec.servers[].port.targetPort': 'out of use',
  },
  check: ({ spec }) => checkGateway(spec.servers),
});

function* checkGateway(servers: readonly Server[] = []): Generator<Remark> {
  if (servers.length === 0) yield { path: [], code: 'no-server', message: 'must have a usable server' };
  yield* duplicates(servers, ['spec', 'servers'], 'name');
  for (const [i, { port, tls }] of servers.entries()) {
    const at = ['spec', 'servers', i];
    const isHttp = /^(http2?|grpc(-web)?)$/i.test(port.protocol);
    const encrypted = /^(https|tls)$/i.test(port.protocol);
    if (encrypted && !tls) {
      yield { path: [...at, 'tls'], code: 'missing-field', message: `is required for ${port.protocol}` };
    }
    if (tls?.httpsRedirect && !isHttp) {
      const message = 'must not stand on a port that is not HTTP, or is encrypted already';
      yield { path: [...at, 'tls', 'httpsRedirect'], severity: 'warning', code: 'conflict', message };
    }
    if (tls && !isHttp) yield* checkServerTls(tls, [...at, 'tls']);
    if (tls && isHttp) yield* idleInPlainText(tls).map((field) => notFor(port.protocol, [...at, 'tls', field]));
  }
}

function notFor(protocol: string, path: Path): Remark {
  const message = `is not applied to protocol ${protocol}`;
  return { path, severity: 'warning', code: 'conflict', message, hint: 'did you mean HTTPS?' };
}
