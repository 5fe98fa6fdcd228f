import type { ObjectKey } from '../../api/index.ts';
import type { Query } from '../../graph/index.ts';
import type { RetryBudget } from '../route.ts';
import type { ServerTls } from '../server-tls.ts';
import type { Backend } from './backend.ts';
import type { BackendTlsPolicies } from './backend-tls.ts';
import type { ExternalBackends } from './external-backends.ts';
import type { ExternalUses } from './external-uses.ts';
import type { MeshPort } from './mesh-attachments.ts';
import type { BackendObject } from './route-references.ts';

/**
 * What Gateway API's objects mean together: which Gateways are ours, what their listeners are, which routes hold where.
 * Read by routing, which makes servers and routes of it, and by status, which tells it to the objects. Everything that
 * is decided here carries the reason that the specification has for it. https://gateway-api.sigs.k8s.io/reference/spec/
 */
export interface GatewayApi {
  /** `namespace/name` of the Gateways whose class is ours. */
  readonly gateways: () => readonly string[];
  /** By `namespace/name`; undefined: not ours. */
  readonly gateway: Query<GatewayState | undefined>;
  /** By `namespace/name`; undefined: its Gateway is not ours. */
  readonly listenerSet: Query<ListenerSetState | undefined>;
  /** All listeners of a Gateway, in their precedence: its own, then those of the ListenerSets that it lets in. */
  readonly listeners: Query<readonly Listener[]>;
  /** By name, of a GatewayClass object; undefined: not ours. */
  readonly gatewayClass: Query<Verdict | undefined>;
  /** By the key of a route object: what its rules are, apart from where it is attached. */
  readonly routeState: Query<RouteState, ObjectKey>;
  /** The same, as one of its parents sees it: in the mesh nobody needs a ReferenceGrant, a Server sends nothing on. */
  readonly routeStateAt: (key: ObjectKey, parent: Pick<Parent, 'kind'>) => RouteState;
  /** By `meshPortsKey`: what the routes of one namespace make of the ports of a Service. */
  readonly meshPorts: Query<readonly MeshPort[]>;
  /** By `PRODUCERS`, `producersIn` or `consumersIn`: the Services that such routes are about. */
  readonly meshParents: Query<readonly ObjectKey[]>;
  /** By a Server of Linkerd's, `namespace/name`: its routes, the oldest first. */
  readonly serverRoutes: Query<readonly ObjectKey[]>;
  /**
   * By the key of a BackendTLSPolicy, XBackendTrafficPolicy or XBackend: one for each Gateway with a route to what it is
   * about, or to itself; and of the latter two for each Service of the mesh that has such a route.
   */
  readonly policyAncestors: Query<readonly PolicyAncestor[], ObjectKey>;
  /** By Gateway: where its routes send what is encrypted by a BackendTLSPolicy. */
  readonly securedBackends: Query<readonly SecuredBackend[]>;
  /** By `numberedPort`: whether a GRPCRoute sends there. */
  readonly isGrpcBackend: Query<boolean>;
  /** Of BackendTLSPolicies. */
  readonly backendTls: BackendTlsPolicies;
  /** Of XBackends. */
  readonly external: ExternalBackends & ExternalUses;
  /** Of an XBackendTrafficPolicy, `namespace/name`. */
  readonly trafficPolicyState: Query<PolicyState | undefined>;
  /** Of XBackendTrafficPolicies. Undefined: nobody says anything, or no route of Gateway API leads there. */
  readonly retryBudget: Query<RetryBudget | undefined, BackendObject>;
  /** By the key of a route object: one for each parentRef that is ours, in its own order. */
  readonly attachments: Query<readonly Attachment[]>;
  /** By listener id: the routes that are attached to it, the oldest first. */
  readonly attached: Query<readonly AttachedRoute[]>;
  /** By `routeNamespace`, kind of the route, and the reference. See `backendKey`. */
  readonly backend: Query<Backend>;
  /** The Gateways that a proxy serves, by its namespace and labels. */
  readonly servedBy: (namespace: string, labels: Readonly<Record<string, string>>) => readonly string[];
}

/** A decision with the reason that a condition has. `Accepted`, `NoMatchingParent`, … */
export interface Verdict {
  readonly ok: boolean;
  readonly reason: string;
  /** For people. */
  readonly message: string;
  /** Where in the object the cause is written, if it is at one place. */
  readonly path?: string;
}

export interface GatewayState {
  readonly key: ObjectKey;
  readonly className: string;
  /** Whose class it is: one of `controllerNames`. */
  readonly controllerName: string;
  readonly accepted: Verdict;
  readonly programmed: Verdict;
  /** Of its `tls.backend.clientCertificateRef`, and of its listeners. */
  readonly resolvedRefs: Verdict;
  /** A frontend validation lets clients in whose certificate nobody signed. */
  readonly insecureFrontend: boolean;
  readonly addresses: readonly Address[];
  /** What its listeners bind to. Empty: it has none of the addresses that it was to have, and is opened nowhere. */
  readonly binds: readonly Bind[];
  /** The Secret, `namespace/name`, that it shows to backends. */
  readonly clientCertificate: string | undefined;
  /** How many ListenerSets it has that are accepted. */
  readonly attachedListenerSets: number;
}

/** An address of the machine, or all that the proxy has. */
export type Bind = string | 'every';

export interface Address {
  readonly type: 'IPAddress' | 'Hostname';
  readonly value: string;
}

export interface ListenerSetState {
  readonly key: ObjectKey;
  /** `namespace/name` of its Gateway. */
  readonly gateway: string;
  readonly accepted: Verdict;
  readonly programmed: Verdict;
}

/** `infra/public#http`, or of a ListenerSet: `infra/public#shop/extra#http`. */
export type ListenerId = string;

export type RouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute' | 'UDPRoute';

export interface Listener {
  readonly id: ListenerId;
  /** `namespace/name`. */
  readonly gateway: string;
  /** The Gateway or ListenerSet that it is written in, and where there: `spec.listeners[0]`. */
  readonly holder: ObjectKey;
  readonly path: string;
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** Undefined: any. */
  readonly hostname: string | undefined;
  /** Of HTTPS and TLS, as far as it is usable. */
  readonly tls: ServerTls | undefined;
  readonly supportedKinds: readonly RouteKind[];
  readonly accepted: Verdict;
  readonly resolvedRefs: Verdict;
  /** Only a listener of which this holds is served. */
  readonly programmed: Verdict;
  /** Ok: it is not; the condition has the other sign. */
  readonly conflicted: Verdict;
  /** Another listener of the port has an overlapping hostname or certificate. Undefined: no. */
  readonly overlapping: Verdict | undefined;
}

/** What becomes of one parentRef of a route. */
export interface Attachment {
  /** Which of its usable `parentRefs`, from 0; -1: none, it is a default Gateway of the route's `useDefaultGateways`. */
  readonly index: number;
  /** As written: `spec.parentRefs[0]`. */
  readonly path: string;
  readonly parent: Parent;
  readonly accepted: Verdict;
  /** Empty unless accepted. */
  readonly listeners: readonly (AttachedRoute & { readonly id: ListenerId })[];
}

/** A route by itself. */
export interface RouteState {
  /** Not ok: nothing of it can be done (IncompatibleFilters, UnsupportedValue). */
  readonly accepted: Verdict;
  /** Of all its backends: the first reason that it has. */
  readonly resolvedRefs: Verdict;
  /** Some rules answer with 500. Undefined: none. Its message begins with `Dropped Rule`. */
  readonly partiallyInvalid: Verdict | undefined;
}

/** How a policy, or an XBackend, stands. */
export interface PolicyState {
  readonly accepted: Verdict;
  /** Undefined: it refers to nothing. */
  readonly resolvedRefs: Verdict | undefined;
}

/** Where it has an effect. */
export interface PolicyAncestor extends PolicyState {
  readonly of: Ancestor;
}

/** `key`: `namespace/name`. */
export interface Ancestor {
  readonly kind: 'Gateway' | 'Service' | 'ServiceEntry';
  readonly key: string;
}

/** A port of a service of the mesh. */
export interface SecuredBackend {
  readonly host: string;
  readonly port: number;
}

export type Parent =
  | { readonly kind: 'Gateway' | 'ListenerSet'; readonly key: string }
  /** In the mesh: `namespace/name`, perhaps one port of it. */
  | {
      readonly kind: 'Service';
      readonly key: string;
      readonly port: number | undefined;
      /** It is a ServiceEntry, which is a parent as a Service is. */
      readonly isEntry?: true;
    }
  /** Linkerd's, `namespace/name`. */
  | { readonly kind: 'Server'; readonly key: string };

export interface AttachedRoute {
  readonly route: ObjectKey;
  /** The intersection of its own and the listener's hostnames; `*`: any. */
  readonly hostnames: readonly string[];
}
