import type { Metadata } from '../api/index.ts';
import type { GatewayState, Listener, ListenerSetState, Verdict } from '../route/index.ts';
import { conditionOf, type Finding } from './finding.ts';
import type { ListenerStatus, ObjectStatus } from './status.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/#gatewaystatus */
export function gatewayStatus(
  state: GatewayState,
  metadata: Metadata,
  listeners: readonly Listener[],
  attachedRoutes: (listener: Listener) => number,
): ObjectStatus {
  return {
    addresses: state.addresses,
    conditions: gatewayFindings(state).map((finding) => conditionOf(finding, metadata)),
    listeners: listeners.map((listener) => listenerStatus(listener, metadata, attachedRoutes(listener))),
    attachedListenerSets: state.attachedListenerSets,
  };
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#listenersetstatus */
export function listenerSetStatus(
  state: ListenerSetState,
  metadata: Metadata,
  listeners: readonly Listener[],
  attachedRoutes: (listener: Listener) => number,
): ObjectStatus {
  return {
    conditions: listenerSetFindings(state).map((finding) => conditionOf(finding, metadata)),
    listeners: listeners.map((listener) => listenerStatus(listener, metadata, attachedRoutes(listener))),
  };
}

export function gatewayFindings(state: GatewayState): readonly Finding[] {
  const { accepted, programmed, resolvedRefs, insecureFrontend } = state;
  return [
    { type: 'Accepted', verdict: accepted, path: '' },
    { type: 'Programmed', verdict: programmed, path: '' },
    { type: 'ResolvedRefs', verdict: resolvedRefs, path: '' },
    ...(insecureFrontend
      ? [{ type: 'InsecureFrontendValidationMode', verdict: INSECURE, path: FRONTEND } as const]
      : []),
  ];
}

export function listenerSetFindings({ accepted, programmed }: ListenerSetState): readonly Finding[] {
  return [
    { type: 'Accepted', verdict: accepted, path: '' },
    { type: 'Programmed', verdict: programmed, path: '' },
  ];
}

export function listenerFindings(listener: Listener): readonly Finding[] {
  const { accepted, programmed, resolvedRefs, conflicted, overlapping, path } = listener;
  return [
    { type: 'Accepted', verdict: accepted, path },
    { type: 'Programmed', verdict: programmed, path },
    { type: 'ResolvedRefs', verdict: resolvedRefs, path },
    { type: 'Conflicted', verdict: conflicted, path },
    ...(overlapping ? [{ type: 'OverlappingTLSConfig', verdict: overlapping, path } as const] : []),
  ];
}

const FRONTEND = 'spec.tls.frontend';

const INSECURE: Verdict = {
  ok: false,
  reason: 'ConfigurationChanged',
  message: 'AllowInsecureFallback: clients are let in whatever certificate they show, and without one',
};

function listenerStatus(listener: Listener, metadata: Metadata, attachedRoutes: number): ListenerStatus {
  return {
    name: listener.name,
    supportedKinds: listener.supportedKinds.map((kind) => ({ group: 'gateway.networking.k8s.io', kind })),
    attachedRoutes,
    conditions: listenerFindings(listener).map((finding) => conditionOf(finding, metadata)),
  };
}
