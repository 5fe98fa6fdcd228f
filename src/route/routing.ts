import type { Labels, ObjectKey, Origin, Problem } from '../api/index.ts';
import type { Query } from '../graph/index.ts';
import type { ServiceId } from '../mesh/index.ts';
import type { GatewayApi, ListenerId } from './gateway-api/gateway-api.ts';
import type { InboundHost } from './inbound-route.ts';
import type { Route, TcpRoute } from './route.ts';
import type { ServerTls } from './server-tls.ts';

/** The routing rules that hold for one host and one client; equal ids mean equal routes. */
export type RouteSetId = string;

/** Who sends: all that a routing rule may ask of a client in the mesh. */
export interface MeshClient {
  readonly namespace: string;
  readonly labels: Labels;
}

/**
 * All by which rules can tell two clients apart, as text: what their destinations mean to the client, and of its
 * namespace and labels what some rule asks for. Equal rules and equal perspectives mean equal routes.
 */
export type PerspectiveId = string;

/** A host served by a Gateway on one port, with the rules that hold for it. */
export interface GatewayHost {
  readonly host: string;
  /** Empty: no rules, the host only redirects. */
  readonly routes: RouteSetId;
  /** Requests without TLS are sent to https. */
  readonly httpsRedirect?: boolean;
  /** What no rule takes is answered so, and not by a wider host. 421: it belongs to another listener, and no rules hold here. */
  readonly answer?: 404 | 421;
  /** Further hosts of which all this is true. */
  readonly alike?: readonly string[];
  /** Who decided that the host is there; absent: its first rule. */
  readonly origin?: Origin;
}

/** A server of a Gateway: the port to open, and the hosts behind it. */
export interface GatewayServer {
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS' | 'GRPC' | 'HTTP2' | 'MONGO' | 'TCP' | 'TLS' | 'UDP';
  readonly portName: string;
  readonly bind: string | undefined;
  readonly gateway: ObjectKey;
  /** In the Gateway, as written: `spec.servers[1]`. */
  readonly path: string;
  /** The user's name for it; statistics are counted under it. */
  readonly name: string | undefined;
  readonly httpsRedirect: boolean;
  /** As written: `shop/*.example.com`, `./cart.example.com`, `*`. */
  readonly hosts: readonly string[];
  /** Undefined: plain text. */
  readonly tls: ServerTls | undefined;
  /** Its routes may keep sessions, and have somebody asked about their requests. */
  readonly routesAsk?: true;
  /** The listener of Gateway API that it is. */
  readonly listener?: ListenerId;
  /** The namespace whose proxies are trusted with certificates that say their own. Absent: the root namespace only. */
  readonly home?: string;
}

/** What becomes of connections to a server: read as HTTP, or sent on; TLS ended before that, or not at all. */
export type ServerKind = 'http' | 'https' | 'tcp' | 'tls' | 'passthrough' | 'auto-passthrough' | 'udp';

/** Which requests go where. Every member is a query of the graph. */
export interface Routing {
  /** Hosts that routing rules name and no service has, which a client namespace can nevertheless call on port 80. */
  readonly extraHosts: Query<readonly string[]>;
  /**
   * Hosts whose routes may differ between clients of a namespace and the same clients `ELSEWHERE`. May name hosts that
   * nobody has.
   */
  readonly ownHosts: Query<readonly string[]>;
  /** The rules for a host as a client namespace sees it; undefined: none, so the default route to the service. */
  readonly routesFor: (clientNamespace: string, host: string) => RouteSetId | undefined;
  /**
   * Rules for what is sent to the addresses of a host's service, whatever host requests say: what they are about on a
   * port, and where they stand. Undefined: there are none, or they are for whoever says the host.
   */
  readonly routedPort: (
    clientNamespace: string,
    host: string,
    port: number,
  ) => { readonly as: 'requests' | 'connections'; readonly origins: readonly Origin[] } | undefined;
  /** Routes of what comes to the port of a Server of Linkerd's, `namespace/name`. Empty: all of it goes to its program. */
  readonly inboundHosts: Query<readonly InboundHost[]>;
  /** All ports with such rules about requests, by client namespace. */
  readonly routedHosts: Query<readonly { readonly host: string; readonly port: number }[]>;
  /** Decided for one listening port and client. Without rules: one route to the service's own port. */
  readonly meshRoutes: (
    rules: RouteSetId | undefined,
    client: MeshClient,
    host: string,
    port: number,
    service: ServiceId | undefined,
  ) => readonly Route[];

  /** What rules see of a client that calls a host. The clients that differ in nothing else share routes. */
  readonly perspective: (rules: RouteSetId | undefined, client: MeshClient, host: string) => PerspectiveId;
  /** `meshRoutes` and `gatewayRoutes` from a perspective. Empty: no rule is meant for this client and port. */
  readonly routesSeen: (
    rules: RouteSetId | undefined,
    perspective: PerspectiveId,
    listening: { readonly port: number; readonly secure?: boolean },
  ) => readonly Route[];
  /** Connections of a listening port that are not HTTP, by `spec.tls` and `spec.tcp`. Empty: nothing is said, so to the service itself. */
  readonly tcpRoutes: (
    rules: RouteSetId | undefined,
    client: MeshClient,
    host: string,
    port: number,
  ) => readonly TcpRoute[];
  /** Label keys of clients that `sourceLabels` look at; fewer than `selectorKeys`. */
  readonly clientLabelKeys: () => readonly string[];

  /** The gateway servers whose selector matches a proxy, by port then age, as far as older ones left them something. */
  readonly serversFor: (namespace: string, labels: Labels) => readonly GatewayServer[];
  /** The hosts of all HTTP servers on a port of a proxy, with one `bind` or none; one host appears once, its rules merged. */
  readonly gatewayHosts: (namespace: string, labels: Labels, port: number, bind?: string) => readonly GatewayHost[];
  /** The hosts of one HTTPS server, which shares its route with no other. */
  readonly serverHosts: (namespace: string, server: GatewayServer) => readonly GatewayHost[];
  /** Where connections to a server go that is not read as HTTP; in order, the first that matches decides. */
  readonly serverTcpRoutes: (namespace: string, server: GatewayServer) => readonly TcpRoute[];
  /** `namespace`: of the proxy, which decides what destinations mean; that of the oldest rule, if nobody says. */
  readonly gatewayRoutes: (routes: RouteSetId, host: string, port: number, namespace?: string) => readonly Route[];

  /** Label keys that `sourceLabels` and gateway selectors look at. */
  readonly selectorKeys: () => readonly string[];
  /** Gateways and routes of Gateway API, with the reasons that their status has. */
  readonly gatewayApi: GatewayApi;

  /** What is wrong between objects (missing subset, two VirtualServices for one host), by the object it is about. */
  readonly problems: Query<readonly Problem[], ObjectKey>;
}
