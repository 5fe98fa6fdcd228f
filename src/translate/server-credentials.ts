import type { Graph } from '../graph/index.ts';
import type { Credential, Mesh } from '../mesh/index.ts';
import { type TlsEnd, withCredentials } from '../route/index.ts';
import type { RouterScope } from './gateway-plan.ts';
import type { LeftOut } from './translator.ts';

export interface ServerCredentials {
  /** Undefined: this proxy cannot have the server. */
  readonly usable: TlsEnd | undefined;
  /** `path` is inside the server. */
  readonly lacks: readonly (Omit<LeftOut, 'origin'> & { readonly path: string })[];
}

type Wanted = Pick<RouterScope, 'namespace' | 'hasIdentity' | 'secrets'>;

/**
 * Whether the certificates of a server can be had by a proxy. Says only that, and not what they are: when a Secret is
 * replaced, nothing that a listener depends on has changed.
 */
export function createServerCredentials(graph: Graph, mesh: Mesh): (tls: TlsEnd, proxy: Wanted) => ServerCredentials {
  const lacksPair = graph.query('gateway.lacksPair', (key) => {
    const [namespace, name] = JSON.parse(key) as [string, string];
    return problemOf(mesh.credentials.keyPair(namespace, name));
  });
  const lacksAuthorities = graph.query('gateway.lacksAuthorities', (key) => {
    const [namespace, name] = JSON.parse(key) as [string, string];
    return problemOf(mesh.credentials.authorities(namespace, name));
  });
  return (tls, proxy) => {
    if (tls.mode === 'mesh') return proxy.secrets === 'none' ? refused(NO_CERTIFICATE) : { usable: tls, lacks: [] };
    const needsSecrets = [tls.authorities, ...tls.certificates].some((source) => source?.from === 'secret');
    if (needsSecrets && !proxy.hasIdentity) return refused(NO_IDENTITY);
    return withCredentials(tls, {
      keyPair: (name) => lacksPair(JSON.stringify([proxy.namespace, name])),
      authorities: (name) => lacksAuthorities(JSON.stringify([proxy.namespace, name])),
    });
  };
}

function problemOf(credential: Credential<unknown>): string | undefined {
  return 'problem' in credential ? credential.problem : undefined;
}

function refused(message: string): ServerCredentials {
  const hint = 'connect it to the secure port, with a token or a certificate';
  return { usable: undefined, lacks: [{ path: 'tls', message, hint }] };
}

const NO_CERTIFICATE = 'a proxy without a certificate of the mesh is connected; there the server stays closed';
const NO_IDENTITY = 'a proxy that has not proved who it is gets no Secrets; there the server stays closed';
