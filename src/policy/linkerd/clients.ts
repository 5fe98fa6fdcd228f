import type {
  AuthenticationReference,
  LinkerdAuthorizationPolicy,
  LinkerdServerAuthorization,
  MeshTlsAuthentication,
} from '../../api/index.ts';
import type { Tables } from '../../store/index.ts';
import { ALWAYS, type Condition, NEVER } from '../condition.ts';
import { ANY_IDENTITY, accountPrincipal, anyOf, networksOf, principalFor, referencePrincipal } from './identities.ts';

/** What clients must be or prove for an object of Linkerd's to let them in. */
export interface Clients {
  readonly ofServerAuthorization: (authorization: LinkerdServerAuthorization) => Condition;
  readonly ofPolicy: (policy: LinkerdAuthorizationPolicy) => Condition;
  /** Undefined: there is no such thing, and nobody can prove it. */
  readonly ofReference: (reference: AuthenticationReference, home: string) => Condition | undefined;
}

/** `domains`: all names of the mesh's trust domain. */
export function createClients(store: Tables, domains: () => readonly string[]): Clients {
  const ofMeshTls = ({ spec, metadata }: MeshTlsAuthentication): Condition =>
    anyOf([
      ...(spec.identities ?? []).flatMap((identity) => principalFor(identity, domains()) ?? []),
      ...(spec.identityRefs ?? []).flatMap((one) => referencePrincipal(one, metadata.namespace, domains()) ?? []),
    ]);

  const ofReference: Clients['ofReference'] = ({ group = '', kind, name, namespace }, home) => {
    const where = namespace || home;
    const row = `${where}/${name}`;
    if (group === 'policy.linkerd.io' && kind === 'MeshTLSAuthentication') {
      const authentication = store.meshTlsAuthentications.get(row);
      return authentication && ofMeshTls(authentication);
    }
    if (group === 'policy.linkerd.io' && kind === 'NetworkAuthentication') {
      const authentication = store.networkAuthentications.get(row);
      return authentication && networksOf(authentication.spec.networks);
    }
    const isAccount = (group === '' || group === 'core') && kind === 'ServiceAccount';
    return isAccount ? accountPrincipal(where, name, domains()) : undefined;
  };

  const ofPolicy: Clients['ofPolicy'] = ({ spec, metadata }) => {
    const all = spec.requiredAuthenticationRefs.map((one) => ofReference(one, metadata.namespace) ?? NEVER);
    return all.length === 1 ? all[0]! : { kind: 'all', of: all };
  };

  const ofServerAuthorization: Clients['ofServerAuthorization'] = ({ spec, metadata }) => {
    const { networks, unauthenticated, meshTLS } = spec.client;
    const identity = unauthenticated ? ALWAYS : ofMeshTlsClients(meshTLS ?? {}, metadata.namespace, domains());
    return networks ? { kind: 'all', of: [networksOf(networks), identity] } : identity;
  };
  return { ofServerAuthorization, ofPolicy, ofReference };
}

type MeshTlsClients = NonNullable<LinkerdServerAuthorization['spec']['client']['meshTLS']>;

/** Everyone of the mesh has an identity here, so TLS without one is TLS with any. */
function ofMeshTlsClients(meshTls: MeshTlsClients, home: string, domains: readonly string[]): Condition {
  const { unauthenticatedTLS, identities = [], serviceAccounts = [] } = meshTls;
  if (unauthenticatedTLS) return ANY_IDENTITY;
  return anyOf([
    ...identities.flatMap((identity) => principalFor(identity, domains) ?? []),
    ...serviceAccounts.map(({ name, namespace }) => accountPrincipal(namespace || home, name, domains)),
  ]);
}
