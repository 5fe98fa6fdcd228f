import type { Condition } from '../../../src/status/index.ts';

/** The reasons of a condition of a type, by its status. */
type Words = Readonly<Record<string, Partial<Readonly<Record<Condition['status'], readonly string[]>>>>>;

/** https://gateway-api.sigs.k8s.io/reference/spec/: what every controller says with the same words, and nothing else. */
const CLASS: Words = {
  Accepted: {
    True: ['Accepted'],
    False: ['InvalidParameters', 'Unsupported', 'UnsupportedVersion'],
    Unknown: ['Pending'],
  },
  SupportedVersion: { True: ['SupportedVersion'], False: ['UnsupportedVersion'] },
};

const GATEWAY: Words = {
  Accepted: {
    True: ['Accepted', 'ListenersNotValid'],
    False: ['Invalid', 'InvalidParameters', 'NotReconciled', 'UnsupportedAddress', 'ListenersNotValid'],
    Unknown: ['Pending'],
  },
  Programmed: {
    True: ['Programmed'],
    False: ['Invalid', 'Pending', 'NoResources', 'AddressNotAssigned', 'AddressNotUsable'],
    Unknown: ['Pending'],
  },
  ResolvedRefs: {
    True: ['ResolvedRefs'],
    False: ['RefNotPermitted', 'InvalidClientCertificateRef', 'ListenersNotResolved'],
  },
  InsecureFrontendValidationMode: { True: ['ConfigurationChanged'] },
};

/** `Accepted` has the reason of a conflict in the conformance tests. */
const LISTENER: Words = {
  Accepted: {
    True: ['Accepted'],
    False: [
      'PortUnavailable',
      'UnsupportedProtocol',
      'NoValidCACertificate',
      'UnsupportedValue',
      'ProtocolConflict',
      'HostnameConflict',
    ],
    Unknown: ['Pending'],
  },
  ResolvedRefs: {
    True: ['ResolvedRefs'],
    False: [
      'InvalidCertificateRef',
      'InvalidRouteKinds',
      'RefNotPermitted',
      'InvalidCACertificateRef',
      'InvalidCACertificateKind',
    ],
  },
  Programmed: { True: ['Programmed'], False: ['Invalid', 'Pending'], Unknown: ['Pending'] },
  Conflicted: { True: ['HostnameConflict', 'ProtocolConflict'], False: ['NoConflicts'] },
  OverlappingTLSConfig: { True: ['OverlappingHostnames', 'OverlappingCertificates'] },
};

const CONFLICTS = ['HostnameConflict', 'ProtocolConflict', 'ListenerConflict'];

/** A listener of a ListenerSet. */
const ENTRY: Words = {
  ...LISTENER,
  Accepted: { ...LISTENER['Accepted'], False: [...LISTENER['Accepted']!.False!, ...CONFLICTS, 'TooManyListeners'] },
  Programmed: { ...LISTENER['Programmed'], False: ['Invalid', 'Pending', 'PortUnavailable', ...CONFLICTS] },
  Conflicted: { True: CONFLICTS, False: ['NoConflicts'] },
};

const LISTENER_SET: Words = {
  Accepted: {
    True: ['Accepted', 'ListenersNotValid'],
    False: ['NotAllowed', 'ParentNotAccepted', 'ListenersNotValid', 'Invalid'],
    Unknown: ['Pending'],
  },
  Programmed: {
    True: ['Programmed'],
    False: ['NotAllowed', 'ParentNotProgrammed', 'ListenersNotValid', 'Invalid', 'PortUnavailable'],
    Unknown: ['Pending'],
  },
};

/** `Conflicted`: of routes of one Service, https://gateway-api.sigs.k8s.io/geps/gep-1294/ */
const ROUTE: Words = {
  Accepted: {
    True: ['Accepted'],
    False: [
      'NotAllowedByListeners',
      'NoMatchingListenerHostname',
      'NoMatchingParent',
      'UnsupportedValue',
      'IncompatibleFilters',
      'Conflicted',
    ],
    Unknown: ['Pending'],
  },
  ResolvedRefs: {
    True: ['ResolvedRefs'],
    False: ['RefNotPermitted', 'InvalidKind', 'BackendNotFound', 'UnsupportedProtocol'],
  },
  PartiallyInvalid: { True: ['UnsupportedValue'] },
};

const POLICY: Words = {
  Accepted: { True: ['Accepted'], False: ['Conflicted', 'Invalid', 'TargetNotFound', 'NoValidCACertificate'] },
  ResolvedRefs: { True: ['ResolvedRefs'], False: ['InvalidCACertificateRef', 'InvalidKind'] },
};

const MESH: Words = { Accepted: { True: ['Accepted'], False: ['InvalidParameters'], Unknown: ['Pending'] } };

export const words = {
  class: CLASS,
  gateway: GATEWAY,
  listener: LISTENER,
  entry: ENTRY,
  listenerSet: LISTENER_SET,
  route: ROUTE,
  policy: POLICY,
  mesh: MESH,
} as const;

/** What is not one of the specification's words; or said twice, or not said where it always is. */
export function strangeWords(all: readonly Condition[], place: Words): readonly string[] {
  const types = all.map(({ type }) => type);
  const always = ALWAYS.filter((type) => type in place && !types.includes(type));
  const twice = types.filter((type, i) => types.indexOf(type) !== i);
  const strange = all.filter(({ type, status, reason }) => !place[type]?.[status]?.includes(reason));
  return [
    ...strange.map(({ type, status, reason }) => `${type} ${status}/${reason} is no word`),
    ...twice.map((type) => `${type} is there twice`),
    ...always.map((type) => `${type} is missing`),
  ];
}

/** Positive ones are told whether all is well or not. */
const ALWAYS = ['Accepted', 'Programmed'];
