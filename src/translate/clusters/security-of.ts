import type { Graph } from '../../graph/index.ts';
import { spiffeUri } from '../../lib/spiffe.ts';
import { type Mesh, parseServiceId, type RuleId, type ServiceId } from '../../mesh/index.ts';
import type { Policies } from '../../policy/index.ts';
import type { View } from '../../view/index.ts';
import { endpointsOf } from '../endpoints/load-assignment.ts';
import { createTakesMtls } from '../endpoints/takes-mtls.ts';
import type { OutboundSpec } from '../outbound.ts';
import { otherTlsOf, secretsFrom } from '../tls/index.ts';
import type { Security } from './security.ts';

/** What of a view decides how it secures what it calls. */
export interface Client extends Pick<View, 'secrets'> {
  /** Only gateways are given Secrets, of their own namespace, and only those that have proved who they are. */
  readonly credentialsOf: string | undefined;
}

export function clientOf({ secrets, role, serviceAccount, namespace }: View): Client {
  return { secrets, credentialsOf: role === 'router' && serviceAccount !== undefined ? namespace : undefined };
}

/** What the mesh says of the other end of a cluster. */
export interface Securities {
  readonly of: (spec: OutboundSpec, client: Client) => Security;
  /** As much of a client as matters for a cluster. */
  readonly narrow: (spec: OutboundSpec, client: Client) => Client;
}

export function createSecurity(graph: Graph, mesh: Mesh, policies: Policies): Securities {
  const isAutomatic = graph.query('clusters.autoMtls', () => mesh.config().autoMtls);
  const otherTls = graph.query('clusters.otherTls', () => otherTlsOf(mesh.config()));
  const trustDomains = graph.query('clusters.trustDomains', () => {
    const { trustDomain, trustDomainAliases } = mesh.config();
    return [...new Set([trustDomain, ...trustDomainAliases])];
  });
  // Of its own, so that an endpoint which comes or goes changes clusters only if its account does.
  const identities = graph.query('clusters.identities', (id: ServiceId) => {
    const service = mesh.service(id);
    const accounts = (service?.ports ?? [])
      .flatMap(({ number }) => mesh.endpoints(id, number))
      .filter(({ serviceAccount }) => serviceAccount !== '')
      .map(({ workload, serviceAccount }) => ({
        namespace: workload?.namespace ?? parseServiceId(id).namespace,
        serviceAccount,
      }));
    const uris = trustDomains('').flatMap((trustDomain) =>
      accounts.map((account) => spiffeUri({ trustDomain, ...account })),
    );
    return [...new Set([...uris, ...(service?.subjectAltNames ?? [])])].sort();
  });
  const takesMtls = createTakesMtls(mesh, policies);
  const allTakeMtls = ({ service, port, labels }: OutboundSpec): boolean => {
    const endpoints = endpointsOf(mesh.endpoints(service, port), labels);
    return endpoints.length > 0 && endpoints.every((endpoint) => takesMtls(service, endpoint));
  };
  const usesCredentials = graph.query('clusters.usesCredentials', (key) => {
    const [rule, port, subset] = JSON.parse(key) as [RuleId, number, string | null];
    const { tls } = mesh.trafficPolicy(rule, port, subset ?? undefined);
    if (tls?.mode === 'mutual' && tls.certificate.from === 'secret') return true;
    return (tls?.mode === 'simple' || tls?.mode === 'mutual') && tls.trust.from === 'secret';
  });
  const narrow: Securities['narrow'] = ({ rule, port, subset }, client) => {
    if (client.credentialsOf === undefined || rule === undefined) return { ...client, credentialsOf: undefined };
    return usesCredentials(JSON.stringify([rule, port, subset ?? null]))
      ? client
      : { ...client, credentialsOf: undefined };
  };
  const of: Securities['of'] = (spec, client) => {
    const secrets = secretsFrom(client);
    return {
      secrets,
      credentials: client.credentialsOf === undefined ? undefined : credentialsIn(mesh, client.credentialsOf),
      isAutomatic: secrets !== undefined && isAutomatic(''),
      identities: secrets === undefined ? [] : identities(spec.service),
      takesMtls: (endpoint) => takesMtls(spec.service, endpoint),
      allTakeMtls: secrets !== undefined && spec.discovery === 'ORIGINAL_DST' && allTakeMtls(spec),
      otherTls: otherTls(''),
    };
  };
  return { of, narrow };
}

function credentialsIn({ credentials }: Mesh, namespace: string): NonNullable<Security['credentials']> {
  return {
    hasPair: (name) => 'value' in credentials.keyPair(namespace, name),
    hasAuthorities: (name) => 'value' in credentials.authorities(namespace, name),
  };
}
