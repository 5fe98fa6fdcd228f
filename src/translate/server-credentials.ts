import type { Graph } from '../graph/index.ts';
import type { Credential, Mesh } from '../mesh/index.ts';
import { type GatewayServer, type ServerCertificate, type TlsEnd, withCredentials } from '../route/index.ts';
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
export function createServerCredentials(
  graph: Graph,
  mesh: Mesh,
): (tls: TlsEnd, proxy: Wanted, server: Pick<GatewayServer, 'home'>) => ServerCredentials {
  const rootNamespace = graph.query('gateway.rootNamespace', () => mesh.config().rootNamespace);
  const lacksPair = graph.query('gateway.lacksPair', (key) => {
    const [namespace, name] = JSON.parse(key) as [string, string];
    return problemOf(mesh.credentials.keyPair(namespace, name));
  });
  const lacksAuthorities = graph.query('gateway.lacksAuthorities', (key) => {
    const [namespace, name] = JSON.parse(key) as [string, string];
    return problemOf(mesh.credentials.authorities(namespace, name));
  });
  // Whoever let others use its Secret let a Gateway use it: those of its own namespace, and who runs them all.
  const isTrusted = (proxy: Wanted, home: string | undefined): boolean =>
    proxy.namespace === home || proxy.namespace === rootNamespace('');

  return (tls, proxy, { home }) => {
    if (tls.mode === 'mesh') return proxy.secrets === 'none' ? refused(NO_CERTIFICATE) : { usable: tls, lacks: [] };
    const needsSecrets = [tls.authorities, ...tls.certificates].some((source) => source?.from === 'secret');
    if (needsSecrets && !proxy.hasIdentity) return refused(NO_IDENTITY);
    if (tls.certificates.some(isLent) && !isTrusted(proxy, home)) return refused(OTHERS, FOR_ITS_NAMESPACE);
    return withCredentials(tls, {
      keyPair: ({ namespace = proxy.namespace, name }) => lacksPair(JSON.stringify([namespace, name])),
      authorities: (name) => lacksAuthorities(JSON.stringify([proxy.namespace, name])),
    });
  };
}

/** Of the namespace that it says, whoever the proxy is. */
function isLent(certificate: ServerCertificate): boolean {
  return certificate.from === 'secret' && certificate.namespace !== undefined;
}

function problemOf(credential: Credential<unknown>): string | undefined {
  return 'problem' in credential ? credential.problem : undefined;
}

function refused(message: string, hint = SECURELY): ServerCredentials {
  return { usable: undefined, lacks: [{ path: 'tls', message, hint }] };
}

const SECURELY = 'connect it to the secure port, with a token or a certificate';
const FOR_ITS_NAMESPACE = 'run it in the namespace of the Gateway, or in the root namespace for all Gateways';
const NO_CERTIFICATE = 'a proxy without a certificate of the mesh is connected; there the server stays closed';
const OTHERS = 'a proxy of another namespace than the Gateway gets no Secrets for it; there the server stays closed';
const NO_IDENTITY = 'a proxy that has not proved who it is gets no Secrets; there the server stays closed';
