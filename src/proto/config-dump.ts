import { messageName } from './any.ts';
import { canonical } from './decode.ts';
import { ProtoJsonError } from './json-values.ts';
import type { JsonObject, JsonValue, XdsType } from './resource.ts';
import { isJsonObject } from './special-messages.ts';
import { messageNames } from './type-urls.ts';

/** A resource that an Envoy has from its control plane, as its /config_dump shows it. */
export interface DumpedResource {
  readonly type: XdsType;
  readonly name: string;
  /** Empty for endpoints of an Envoy that does not say. */
  readonly version: string;
  /** Warming: received, and waiting for what it needs. */
  readonly state: 'active' | 'warming' | 'draining';
  /** Canonical, as `canonical` and `decode` give it. Undefined for a secret (Envoy blackens it) and what is in `unread`. */
  readonly message: JsonObject | undefined;
}

export interface DecodedConfigDump {
  readonly resources: readonly DumpedResource[];
  /** Anys of types that are not in the schema; they became TypedStructs, so that they can still be compared. */
  readonly opaque: readonly string[];
  /** Resources that the schema does not understand: a newer Envoy's field. */
  readonly unread: readonly { readonly type: XdsType; readonly name: string; readonly reason: string }[];
}

/**
 * What an Envoy has of each dynamic type, from the JSON of its admin's `/config_dump?include_eds` (snake_case names,
 * Anys expanded). https://www.envoyproxy.io/docs/envoy/latest/api-v3/admin/v3/config_dump_shared.proto
 */
export function decodeConfigDump(dump: unknown): DecodedConfigDump {
  const opaque = new Set<string>();
  const unread: { type: XdsType; name: string; reason: string }[] = [];
  const resources = sections(dump).map(({ type, state, version, resource, name }): DumpedResource => {
    const base = { type, name, version, state };
    if (type === 'sds') return { ...base, message: undefined };
    try {
      return { ...base, message: canonical(messageNames[type], withoutType(legible(resource, opaque))) };
    } catch (error) {
      if (!(error instanceof ProtoJsonError)) throw error;
      unread.push({ type, name, reason: error.message });
      return { ...base, message: undefined };
    }
  });
  return { resources, opaque: [...opaque].sort(), unread };
}

interface Section {
  readonly type: XdsType;
  readonly state: DumpedResource['state'];
  readonly version: string;
  readonly name: string;
  readonly resource: JsonObject;
}

function sections(dump: unknown): readonly Section[] {
  return list((dump as JsonObject)['configs']).flatMap((config) =>
    PLACES.flatMap((place) => list(config[place.list]).flatMap((entry) => sectionOf(place, entry))),
  );
}

interface Place {
  readonly list: string;
  readonly type: XdsType;
  readonly state: DumpedResource['state'];
  /** Listeners keep their resource one level deeper. */
  readonly under?: string;
  readonly key: string;
}

/** Where the dump's messages keep their dynamic resources. Lists of different messages have different names. */
const PLACES: readonly Place[] = [
  { list: 'dynamic_active_clusters', type: 'cds', state: 'active', key: 'cluster' },
  { list: 'dynamic_warming_clusters', type: 'cds', state: 'warming', key: 'cluster' },
  { list: 'dynamic_endpoint_configs', type: 'eds', state: 'active', key: 'endpoint_config' },
  { list: 'dynamic_listeners', type: 'lds', state: 'active', under: 'active_state', key: 'listener' },
  { list: 'dynamic_listeners', type: 'lds', state: 'warming', under: 'warming_state', key: 'listener' },
  { list: 'dynamic_listeners', type: 'lds', state: 'draining', under: 'draining_state', key: 'listener' },
  { list: 'dynamic_route_configs', type: 'rds', state: 'active', key: 'route_config' },
  { list: 'dynamic_active_secrets', type: 'sds', state: 'active', key: 'secret' },
  { list: 'dynamic_warming_secrets', type: 'sds', state: 'warming', key: 'secret' },
];

function sectionOf(place: Place, entry: JsonObject): readonly Section[] {
  const held = place.under === undefined ? entry : entry[place.under];
  const resource = isJsonObject(held) ? held[place.key] : undefined;
  if (!isJsonObject(held) || !isJsonObject(resource)) return [];
  const name = resource['name'] ?? resource['cluster_name'] ?? entry['name'];
  return [
    {
      type: place.type,
      state: place.state,
      version: String(held['version_info'] ?? ''),
      name: String(name ?? ''),
      resource: resource as JsonObject,
    },
  ];
}

function list(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]).filter(isJsonObject) : [];
}

/** Replaces each Any of an unknown type by a TypedStruct of the same fields. */
function legible(value: JsonValue, opaque: Set<string>): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => legible(item, opaque));
  if (!isJsonObject(value)) return value as JsonValue;
  const url = value['@type'];
  if (typeof url === 'string' && messageName(url) === undefined) {
    opaque.add(url);
    return { '@type': TYPED_STRUCT, typeUrl: url, value: withoutType(value as JsonObject) };
  }
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, item]) => [key, legible(item, opaque)]));
}

const TYPED_STRUCT = 'type.googleapis.com/xds.type.v3.TypedStruct';

function withoutType(value: JsonValue): JsonObject {
  const { '@type': _type, ...fields } = value as JsonObject;
  return fields as JsonObject;
}
