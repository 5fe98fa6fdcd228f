import type { Labels } from '../mesh/index.ts';
import { type Identity, identify } from './identity.ts';
import { portOf, textOf } from './metadata.ts';
import type { Node, View } from './view.ts';

/** What decides how much of a node matters. */
export interface ViewFacts {
  /** Label keys that some selector looks at. */
  readonly selectorKeys: readonly string[];
  /** Some service names this address literally. */
  readonly isNamedAddress: (address: string) => boolean;
  /** The `http_proxy` port of sidecars that do not say. */
  readonly proxyHttpPort: number;
}

/** Why a node cannot be served; undefined if it can. */
export function nodeProblem(node: Node): string | undefined {
  const identified = identify(node);
  return 'problem' in identified ? identified.problem : undefined;
}

/** Reduces a node to what translation may ask of it. Only for nodes without a `nodeProblem`. */
export function viewOf(node: Node, facts: ViewFacts): View {
  const identified = identify(node);
  if ('problem' in identified) throw new Error(`no view of a node with a problem: ${identified.problem}`);
  const { identity } = identified;
  const interception = identity.role === 'router' ? 'none' : identity.interception;
  return {
    role: identity.role,
    namespace: identity.namespace,
    labels: visibleLabels(identity.labels, facts.selectorKeys),
    addresses: addressesThatMatter(identity, facts),
    interception,
    httpProxyPort:
      identity.role === 'router'
        ? 0
        : (portOf(node.metadata, 'HTTP_PROXY_PORT', 'httpProxyPort') ?? facts.proxyHttpPort),
    locality: {
      region: node.locality?.region ?? '',
      zone: node.locality?.zone ?? '',
      subZone: node.locality?.subZone ?? '',
    },
    virtualHosts: node.protocol === 'delta' ? 'discovered' : 'inline',
    serviceAccount: node.identity?.serviceAccount,
    secrets: secretsOf(node),
  };
}

/** Istio's agent sends its ProxyConfig, and serves secrets on a socket; our own agent says so. */
function secretsOf({ metadata, identity }: Node): View['secrets'] {
  const hasAgent = textOf(metadata, 'SECRETS') === 'sds-grpc' || typeof metadata['PROXY_CONFIG'] === 'object';
  if (hasAgent) return 'agent';
  return identity ? 'ads' : 'none';
}

function visibleLabels(labels: Labels, selectorKeys: readonly string[]): Labels {
  const keys = selectorKeys.filter((key) => Object.hasOwn(labels, key)).sort();
  return Object.fromEntries(keys.map((key) => [key, labels[key]!]));
}

/** A router binds what its Gateways say. A sidecar without interception binds its own address, so it needs to know it. */
function addressesThatMatter({ role, interception, addresses }: Identity, facts: ViewFacts): readonly string[] {
  if (role === 'router') return [];
  return interception === 'none' ? addresses : addresses.filter(facts.isNamedAddress);
}
