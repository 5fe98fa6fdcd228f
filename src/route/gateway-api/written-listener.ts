import {
  displayName,
  type KubernetesGateway,
  type Listener,
  type ListenerSet,
  type ObjectKey,
} from '../../api/index.ts';
import { originAt, type Position, positionIn } from '../position.ts';
import type { ListenerId } from './gateway-api.ts';

/** A listener as it is written, and where. */
export interface WrittenListener {
  readonly id: ListenerId;
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  readonly holder: ObjectKey;
  readonly isOfSet: boolean;
  /** Of the holder. */
  readonly namespace: string;
  readonly at: Position;
  readonly listener: Listener;
}

export function listenersOfGateway(object: KubernetesGateway, gateway: string): readonly WrittenListener[] {
  return writtenIn(object, gateway, gateway, false);
}

export function listenersOfSet(object: ListenerSet, gateway: string): readonly WrittenListener[] {
  const { namespace, name } = object.metadata;
  return writtenIn(object, gateway, `${gateway}#${namespace}/${name}`, true);
}

function writtenIn(
  object: KubernetesGateway | ListenerSet,
  gateway: string,
  prefix: string,
  isOfSet: boolean,
): readonly WrittenListener[] {
  return object.spec.listeners.map((listener, i) => ({
    id: `${prefix}#${listener.name}`,
    gateway,
    holder: object.key,
    isOfSet,
    namespace: object.metadata.namespace,
    at: positionIn(object, `spec.listeners[${i}]`),
    listener,
  }));
}

/** Where the user wrote it, or something in it: `.tls.certificateRefs[0]`. */
export function pathIn({ at }: WrittenListener, inside = ''): string {
  return originAt(at, inside).path;
}

/** For people. Who is in another namespace than the reader is told no names of it. */
export function nameFor(
  { namespace, isOfSet }: WrittenListener,
  { holder, listener, ...other }: WrittenListener,
): string {
  const isHidden = isOfSet && other.isOfSet && other.namespace !== namespace;
  return isHidden ? 'a listener of another ListenerSet' : `listener ${listener.name} of ${displayName(holder)}`;
}

/** The Gateway of a listener, and the ListenerSet if it is of one. */
export function parseListenerId(id: ListenerId): {
  readonly gateway: string;
  readonly set: string | undefined;
  readonly name: string;
} {
  const parts = id.split('#');
  const [gateway = '', set] = parts;
  return { gateway, set: parts.length === 3 ? set : undefined, name: parts.at(-1)! };
}
