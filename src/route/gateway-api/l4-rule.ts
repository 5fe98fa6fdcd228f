import { type BackendRef, backendOf, type KubeObject, type L4RouteRule, parseObjectKey } from '../../api/index.ts';
import { originAt, positionIn } from '../position.ts';
import type { TcpRoute, WeightedDestination } from '../route.ts';
import { type Backend, backendKey } from './backend.ts';
import { sealed as asSent } from './external-uses.ts';

/** What backendRefs mean. */
export interface Backends {
  /** By `backendKey`. */
  readonly of: (key: string) => Backend;
  /** The Gateway whose client certificate is shown to them, `namespace/name`, if it has one. */
  readonly as: string | undefined;
  /** TLS of the client is not ended here. */
  readonly sealed: boolean;
}

/** The rules of a route that looks into nothing. They all match alike, so that the first has every connection. */
export function l4Rules(
  object: KubeObject<{ readonly spec: { readonly rules?: readonly (L4RouteRule | undefined)[] } }>,
  sniHosts: readonly string[],
  backends: Backends,
): readonly TcpRoute[] {
  return (object.spec.rules ?? []).flatMap((rule, i) => {
    if (!rule) return [];
    const at = positionIn(object, `spec.rules[${i}]`);
    const destinations = (rule.backendRefs ?? []).flatMap((ref, j): readonly WeightedDestination[] => {
      if (!ref) return [];
      const origin = originAt(at, `.backendRefs[${j}]`);
      return [{ to: destinationOf(ref, object, backends), weight: ref.weight ?? 1, headers: undefined, origin }];
    });
    const match = { sniHosts, destinationSubnets: [], sourceSubnets: [] };
    return [{ origin: originAt(at), match, destinations }];
  });
}

/** Nobody reads a status here: a broken share is closed, or its datagrams dropped. */
function destinationOf(
  ref: BackendRef,
  { key, metadata: { namespace } }: Pick<KubeObject<unknown>, 'key' | 'metadata'>,
  { of, as, sealed }: Backends,
): WeightedDestination['to'] {
  const { port, ...to } = backendOf(ref, namespace);
  const backend = of(backendKey({ from: { kind: parseObjectKey(key).kind, namespace }, to: { ...to, port } }));
  if (backend.kind === 'broken') return { kind: 'broken', status: 500 };
  if (backend.kind === 'external') return sealed ? asSent(backend.to) : backend.to;
  return {
    kind: 'service',
    host: backend.host,
    port: backend.port,
    subset: undefined,
    ...(backend.isSecured && (sealed ? { sealed } : as !== undefined && { as })),
  };
}
