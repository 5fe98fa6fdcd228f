import {
  type BackendObjectReference,
  backendOf,
  type HttpExternalAuth,
  type HttpRouteFilter,
} from '../../api/index.ts';
import { type BackendAsked, backendKey } from './backend.ts';
import { EXPERIMENTAL_GROUP } from './group.ts';

/** A reference of a rule to a backend. */
export interface PlacedReference {
  /** In the rule: `backendRefs[1]`, `filters[0].requestMirror.backendRef`. */
  readonly path: string;
  readonly ref: BackendObjectReference;
  /** It is asked by gRPC, whatever the route itself is about. */
  readonly byGrpc?: true;
}

interface Rule {
  readonly filters?: readonly HttpRouteFilter[] | undefined;
  readonly backendRefs?:
    | readonly (BackendObjectReference & { readonly filters?: readonly HttpRouteFilter[] | undefined })[]
    | undefined;
}

/** All backends of a rule: where it sends requests, copies of them, and questions about them. */
export function referencesOf({ filters, backendRefs }: Rule): readonly PlacedReference[] {
  const sent = (backendRefs ?? []).flatMap((ref, i): readonly PlacedReference[] => [
    { path: `backendRefs[${i}]`, ref },
    ...referencesIn(ref.filters, `backendRefs[${i}].`),
  ]);
  return [...sent, ...referencesIn(filters, '')];
}

/** An object that policies may be about: `Service/shop/cart`, `XBackend/shop/pay`. */
export type BackendObject = string;

/** `row`: `namespace/name`. */
export function backendObject(kind: 'Service' | 'XBackend', row: string): BackendObject {
  return `${kind}/${row}`;
}

/** Undefined: it is of another kind. */
export function objectMeantBy({ ref }: PlacedReference, from: string): BackendObject | undefined {
  const { group, kind, namespace, name } = backendOf(ref, from);
  if (group === '' && kind === 'Service') return backendObject(kind, `${namespace}/${name}`);
  return group === EXPERIMENTAL_GROUP && kind === 'XBackend' ? backendObject(kind, `${namespace}/${name}`) : undefined;
}

/** As a key of `GatewayApi.backend`. */
export function askedBy(from: BackendAsked['from'], ref: BackendObjectReference): string {
  const { group, kind, namespace, name, port } = backendOf(ref, from.namespace);
  return backendKey({ from, to: { group, kind, namespace, name, port } });
}

function referencesIn(filters: readonly HttpRouteFilter[] | undefined, before: string): readonly PlacedReference[] {
  return (filters ?? []).flatMap(({ requestMirror, externalAuth }, i) => {
    const at = `${before}filters[${i}]`;
    return [
      ...(requestMirror ? [{ path: `${at}.requestMirror.backendRef`, ref: requestMirror.backendRef }] : []),
      ...(externalAuth ? [asked(externalAuth, `${at}.externalAuth.backendRef`)] : []),
    ];
  });
}

function asked({ protocol, backendRef: ref }: HttpExternalAuth, path: string): PlacedReference {
  return protocol === 'GRPC' ? { path, ref, byGrpc: true } : { path, ref };
}
