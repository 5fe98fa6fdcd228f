import { hash } from 'node:crypto';
import { ProtoJsonError } from './json-values.ts';
import { messageWriter } from './message-writer.ts';
import type { Cluster, Messages } from './messages.ts';
import type { Entry, XdsType } from './resource.ts';
import { messageNames, type ResourceMessages } from './type-urls.ts';
import { validate } from './validate.ts';
import { WireWriter } from './wire-writer.ts';

/**
 * A resource from its ProtoJSON literal: bytes and a version made of them; or, when Envoy would reject it, `Held` with
 * the rules that it breaks.
 *
 * Throws `ProtoJsonError`, with the full path, for a literal that is no such message: unknown field, misspelled enum,
 * two members of a oneof, an Any of unknown type. That is a bug of whoever built it.
 */
export function encode<Type extends XdsType>(type: Type, message: ResourceMessages[Type]): Entry {
  const name = nameOf(type, message);
  const bytes = encodeMessage(messageNames[type], message, name);
  const violations = validate(messageNames[type], message);
  if (violations.length > 0) return { type, name, version: undefined, violations };
  const endpoints = endpointsOf(message);
  const resource = { type, name, version: versionOf(bytes), bytes };
  return endpoints === undefined || endpoints === name ? resource : { ...resource, endpoints };
}

/** Of a cluster that discovers them. */
function endpointsOf(message: object): string | undefined {
  return (message as Cluster).edsClusterConfig?.serviceName;
}

function nameOf(type: XdsType, message: object): string {
  const { name, clusterName } = message as { readonly name?: string; readonly clusterName?: string };
  const own = type === 'eds' ? clusterName : name;
  if (!own) throw new Error(`a resource of type ${type} has no name`);
  // Envoy knows the route configuration by what stands before the slash, and the one to remove by all of it.
  if (type === 'vhds' && !own.includes('/')) throw new Error(`${own} must be called <route configuration>/${own}`);
  return own;
}

/** Any message's bytes: fields by number, maps by key, so that equal messages are equal bytes. Not validated. */
export function encodeMessage<Name extends keyof Messages>(
  name: Name,
  message: Messages[Name] | object,
  called: string = name,
): Uint8Array {
  out.clear();
  try {
    messageWriter(name)(out, message);
  } catch (error) {
    throw error instanceof ProtoJsonError ? error.of(called) : error;
  }
  return out.finish();
}

/** One buffer for all: encoding is synchronous and never nested. */
const out = new WireWriter();

/** 96 bits of SHA-256: enough that two different resources of one name never share a version. */
function versionOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url').slice(0, 16);
}
