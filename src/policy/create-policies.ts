import type { Graph } from '../graph/index.ts';
import type { Mesh } from '../mesh/index.ts';
import type { Tables } from '../store/index.ts';
import type { Authorization } from './authorization.ts';
import { claimProblems } from './claim-problems.ts';
import { createIstioAuthorization, type IstioId } from './istio/index.ts';
import { authorizationProblems } from './istio/problems.ts';
import type { KeySets } from './key-sets.ts';
import { createClients } from './linkerd/clients.ts';
import { createLinkerdPolicies, type LinkerdId } from './linkerd/index.ts';
import { linkerdProblems } from './linkerd/problems.ts';
import { createServerRoutes } from './linkerd/routes.ts';
import { createServers } from './linkerd/servers.ts';
import { createMtls } from './mtls.ts';
import { mtlsProblems } from './mtls-problems.ts';
import type { Policies } from './policies.ts';
import { createProblems } from './problems.ts';
import { unique } from './scope.ts';
import { tokenProblems } from './token-problems.ts';
import { createTokens } from './tokens.ts';
import { createWorkloads } from './workloads.ts';

/** Who may talk to whom, over a store. */
export function createPolicies(graph: Graph, store: Tables, mesh: Mesh, keySets: KeySets): Policies {
  // Readers of one setting do not wake when another changes.
  const rootOf = graph.query('policy.root', () => mesh.config().rootNamespace);
  const domainsOf = graph.query('policy.domains', () => {
    const { trustDomain, trustDomainAliases } = mesh.config();
    return [...new Set([trustDomain, ...trustDomainAliases])];
  });
  const root = (): string => rootOf('');
  const domains = (): readonly string[] => domainsOf('');

  const workloads = createWorkloads(graph, store, mesh);
  const mtls = createMtls(graph, store, root);
  const tokens = createTokens(graph, store, keySets, root);
  const servers = createServers(graph, store, mesh, workloads);
  const clients = createClients(store, domains);
  const routes = createServerRoutes(store);
  const linkerd = createLinkerdPolicies(graph, store, clients, routes);
  const istio = createIstioAuthorization(graph, store, mesh, { domains, root });

  const authorization = graph.query('policy.authorization', (id): Authorization => {
    const { policies, servers: inForce } = JSON.parse(id || NOBODY) as Parts;
    const written = istio.authorization(policies ?? NO_POLICIES);
    const closed = linkerd(inForce);
    return { ...written, deny: [...written.deny, ...closed.deny], audit: [...written.audit, ...closed.audit] };
  });
  const authorizationOf: Policies['authorizationOf'] = (subject, port) => {
    const policies = istio.inForce(subject);
    const parts: Parts = { ...(policies && { policies }), servers: servers.inForce(subject, port) };
    return policies || parts.servers.length > 0 ? JSON.stringify(parts) : '';
  };
  const keys = graph.query('policy.selectorKeys', () =>
    unique([...mtls.scope.keys(), ...tokens.scope.keys(), ...istio.scope.keys(), ...servers.keys()]),
  );

  return {
    mtlsMode: mtls.mtlsMode,
    mtlsDecision: mtls.mtlsDecision,
    mtlsPorts: mtls.mtlsPorts,
    authorizationOf,
    authorization,
    serverOf: servers.at,
    tokenRulesOf: tokens.tokenRulesOf,
    tokenRules: tokens.tokenRules,
    wantedKeySets: tokens.wantedKeySets,
    selectorKeys: () => keys(''),
    problems: createProblems(graph, {
      'security.istio.io/PeerAuthentication': mtlsProblems({ store, mtls, workloads }),
      'security.istio.io/RequestAuthentication': tokenProblems({ store, tokens, keySets, workloads, root }),
      'security.istio.io/AuthorizationPolicy': authorizationProblems({ store, mesh, istio, workloads, domains, root }),
      'networking.istio.io/VirtualService': claimProblems({ store, tokens }),
      ...linkerdProblems({ store, mesh, servers, routes, clients, workloads, domains }),
    }),
  };
}

/** What an id of an authorization says. */
interface Parts {
  readonly policies?: IstioId;
  readonly servers: LinkerdId;
}

const NOBODY = '{"servers":[]}';
const NO_POLICIES: IstioId = { custom: [], deny: [], allow: [], audit: [] };
