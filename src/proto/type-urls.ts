import type { Messages } from './messages.ts';
import type { XdsType } from './resource.ts';

/** The message of each type that pharos serves. */
export interface ResourceMessages {
  cds: Messages['envoy.config.cluster.v3.Cluster'];
  eds: Messages['envoy.config.endpoint.v3.ClusterLoadAssignment'];
  lds: Messages['envoy.config.listener.v3.Listener'];
  rds: Messages['envoy.config.route.v3.RouteConfiguration'];
  vhds: Messages['envoy.config.route.v3.VirtualHost'];
  sds: Messages['envoy.extensions.transport_sockets.tls.v3.Secret'];
}

/** Full names of the messages. */
export const messageNames = {
  cds: 'envoy.config.cluster.v3.Cluster',
  eds: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  lds: 'envoy.config.listener.v3.Listener',
  rds: 'envoy.config.route.v3.RouteConfiguration',
  vhds: 'envoy.config.route.v3.VirtualHost',
  sds: 'envoy.extensions.transport_sockets.tls.v3.Secret',
} as const satisfies Record<XdsType, keyof Messages>;

export const xdsTypes: readonly XdsType[] = ['cds', 'eds', 'lds', 'rds', 'vhds', 'sds'];

const PREFIX = 'type.googleapis.com/';

/** `cds` → `type.googleapis.com/envoy.config.cluster.v3.Cluster`. */
export function typeUrlOf(type: XdsType): string {
  return `${PREFIX}${messageNames[type]}`;
}

/** The type a type URL names; undefined for those that pharos does not serve. */
export function xdsTypeOf(url: string): XdsType | undefined {
  return byUrl.get(url);
}

const byUrl: ReadonlyMap<string, XdsType> = new Map(xdsTypes.map((type) => [typeUrlOf(type), type]));
