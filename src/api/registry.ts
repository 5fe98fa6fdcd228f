import { bystanders, notYet } from './bystanders.ts';
import { backendTlsPolicyKind } from './gateway/backend-tls-policy.ts';
import { kubernetesGatewayKind } from './gateway/gateway.ts';
import { gatewayClassKind } from './gateway/gateway-class.ts';
import { grpcRouteKind } from './gateway/grpc-route.ts';
import { httpRouteKind } from './gateway/http-route.ts';
import { listenerSetKind } from './gateway/listener-set.ts';
import { referenceGrantKind } from './gateway/reference-grant.ts';
import { tcpRouteKind } from './gateway/tcp-route.ts';
import { tlsRouteKind } from './gateway/tls-route.ts';
import { udpRouteKind } from './gateway/udp-route.ts';
import { xBackendKind } from './gateway/x-backend.ts';
import { xBackendTrafficPolicyKind } from './gateway/x-backend-traffic-policy.ts';
import { xMeshKind } from './gateway/x-mesh.ts';
import { authorizationPolicyKind } from './istio/authorization-policy.ts';
import { destinationRuleKind } from './istio/destination-rule.ts';
import { gatewayKind } from './istio/gateway.ts';
import { peerAuthenticationKind } from './istio/peer-authentication.ts';
import { requestAuthenticationKind } from './istio/request-authentication.ts';
import { serviceEntryKind } from './istio/service-entry.ts';
import { virtualServiceKind } from './istio/virtual-service.ts';
import { workloadEntryKind } from './istio/workload-entry.ts';
import { isVersionOf, type Kind } from './kind.ts';
import { configMapKind } from './kubernetes/config-map.ts';
import { endpointSliceKind } from './kubernetes/endpoint-slice.ts';
import { endpointsKind } from './kubernetes/endpoints.ts';
import { namespaceKind } from './kubernetes/namespace.ts';
import { nodeKind } from './kubernetes/node.ts';
import { podKind } from './kubernetes/pod.ts';
import { secretKind } from './kubernetes/secret.ts';
import { serviceKind } from './kubernetes/service.ts';
import { linkerdAuthorizationPolicyKind } from './linkerd/authorization-policy.ts';
import { linkerdHttpRouteKind } from './linkerd/http-route.ts';
import { meshTlsAuthenticationKind } from './linkerd/mesh-tls-authentication.ts';
import { networkAuthenticationKind } from './linkerd/network-authentication.ts';
import { linkerdServerKind } from './linkerd/server.ts';
import { linkerdServerAuthorizationKind } from './linkerd/server-authorization.ts';
import { namespaceOf } from './metadata.ts';
import { groupOf, type KubeObject, type ObjectKey, objectKey, type RawObject } from './object.ts';
import type { Problem } from './problem.ts';
import { unknownKindProblem } from './unknown-kind.ts';

/** Every kind that pharos reads. */
export const kinds: readonly Kind<unknown>[] = [
  namespaceKind,
  serviceKind,
  endpointSliceKind,
  endpointsKind,
  podKind,
  nodeKind,
  secretKind,
  configMapKind,
  virtualServiceKind,
  destinationRuleKind,
  gatewayKind,
  serviceEntryKind,
  workloadEntryKind,
  peerAuthenticationKind,
  requestAuthenticationKind,
  authorizationPolicyKind,
  linkerdServerKind,
  linkerdServerAuthorizationKind,
  linkerdAuthorizationPolicyKind,
  meshTlsAuthenticationKind,
  networkAuthenticationKind,
  gatewayClassKind,
  kubernetesGatewayKind,
  listenerSetKind,
  httpRouteKind,
  grpcRouteKind,
  tlsRouteKind,
  tcpRouteKind,
  udpRouteKind,
  referenceGrantKind,
  backendTlsPolicyKind,
  xBackendKind,
  xBackendTrafficPolicyKind,
  xMeshKind,
  linkerdHttpRouteKind,
];

const byName = new Map(kinds.map((kind) => [`${kind.group}/${kind.kind}`, kind]));

/** The kind that an object says it is; undefined if pharos does not read it in this version. */
export function kindFor(apiVersion: string, kind: string): Kind<unknown> | undefined {
  const found = byName.get(`${groupOf(apiVersion)}/${kind}`);
  return found && isVersionOf(found, apiVersion) ? found : undefined;
}

/** Names an object as it came; for kinds that pharos does not read, with the namespace it says. */
export function keyOf(raw: RawObject): ObjectKey {
  const group = groupOf(raw.apiVersion);
  const kind = byName.get(`${group}/${raw.kind}`);
  const namespace = kind ? namespaceOf(raw, kind.namespaced) : String(raw.metadata.namespace ?? '');
  return objectKey(group, raw.kind, namespace, raw.metadata.name);
}

export interface ParsedObject {
  readonly key: ObjectKey;
  /** Undefined: nothing of it is usable, or pharos does not read its kind. */
  readonly value: KubeObject<unknown> | undefined;
  readonly problems: readonly Problem[];
  /** What holds where there is no value and was none before. */
  readonly standIn?: KubeObject<unknown>;
}

/** Parses an object of any kind. Never throws on what a user wrote. */
export function parseObject(raw: RawObject): ParsedObject {
  const key = keyOf(raw);
  const kind = kindFor(raw.apiVersion, raw.kind);
  if (kind) return { key, ...kind.parse(raw) };
  const group = groupOf(raw.apiVersion);
  if (bystanders.has(`${group}/${raw.kind}`)) return { key, value: undefined, problems: [] };
  const problem = unknownKindProblem(raw, key, kinds, [...bystanders, ...notYet]);
  const replaced = byName.get(`${group}/${raw.kind}`)?.replace?.(raw);
  return replaced
    ? { key, ...replaced, problems: [problem, ...replaced.problems] }
    : { key, value: undefined, problems: [problem] };
}
