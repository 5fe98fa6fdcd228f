import type { Labels, ObjectKey, Problem } from '../api/index.ts';
import type { Query } from '../graph/index.ts';
import type { Credentials } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import type { InboundPort } from './inbound.ts';
import type { MeshConfig } from './mesh-config.ts';
import type { RuleCredential } from './rule-credentials.ts';
import type { Service, ServiceId } from './service.ts';
import type { TrafficPolicy } from './traffic-policy.ts';

/** A namespace that cannot exist: its clients see what everybody sees, and nothing is theirs. */
export const ELSEWHERE = '~';

/** The DestinationRules that govern a service for clients of some namespace; equal ids mean equal rules. */
export type RuleId = string;

export interface Subset {
  readonly name: string;
  readonly labels: Labels;
}

/**
 * What is true. Every member is a query of the graph: reading it inside another query makes that query depend on
 * exactly this.
 */
export interface Mesh {
  readonly config: () => MeshConfig;
  readonly service: Query<Service | undefined, ServiceId>;
  /** Hosts that a client namespace can call, sorted; each means one service there. */
  readonly visibleHosts: Query<readonly string[]>;
  /**
   * Hosts that may mean something else to clients of a namespace than to clients `ELSEWHERE`, or have other rules there.
   * All others mean the same to both, so that what is made of them can be shared. May name hosts that nobody has.
   */
  readonly ownHosts: Query<readonly string[]>;
  /** The service that a full host means to a client namespace: its own before others', Kubernetes before ServiceEntry, then the oldest. */
  readonly serviceOf: (clientNamespace: string, host: string) => ServiceId | undefined;
  /**
   * The endpoints of one service port, healthy or not, each with its labels, in a stable order. With `udp` those of the
   * UDP port of that number, which may stand beside a TCP one.
   */
  readonly endpoints: (service: ServiceId, port: number, transport?: 'udp') => readonly Endpoint[];

  /** From the client's namespace, else the service's, else the root namespace; the most specific host wins; `exportTo` respected. */
  readonly ruleFor: (clientNamespace: string, service: ServiceId) => RuleId | undefined;
  readonly subsets: (rule: RuleId | undefined) => readonly Subset[];
  /** Merged for one port and subset; an unknown subset counts as none. Without a rule: the empty policy. */
  readonly trafficPolicy: (rule: RuleId | undefined, port: number, subset?: string) => TrafficPolicy;
  /** The objects behind a rule, oldest first: `/apis/networking.istio.io/v1/namespaces/shop/destination-rule/cart` needs them. */
  readonly ruleObjects: (rule: RuleId) => readonly ObjectKey[];

  /** The ports that a workload serves, by the services that select it; one per target port, sorted. */
  readonly inboundPorts: (namespace: string, labels: Labels, addresses: readonly string[]) => readonly InboundPort[];
  /** Label keys that some selector looks at. All others need not be in a view. */
  readonly selectorKeys: () => readonly string[];
  /** Addresses that some service names literally, so that a proxy's own address matters. */
  readonly isNamedAddress: (address: string) => boolean;

  readonly credentials: Credentials;
  /** The `credentialName`s of DestinationRules that a client namespace sees. */
  readonly ruleCredentials: Query<readonly string[]>;
  /** What those rules need of each, and where they say so. */
  readonly ruleSecrets: Query<readonly RuleCredential[]>;

  /** What is wrong between objects (a rule for an unknown host, two rules for one), by the object it is about. */
  readonly problems: Query<readonly Problem[], ObjectKey>;
}
