import type { z } from 'zod';
import { ITSELF, type Part, THE_OBJECT } from '../cost.ts';
import { defineKind } from '../kind.ts';
import { headerNameMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, duration, flag, hiddenText, list, object, optional, rule, text, word } from '../vocabulary.ts';
import { keySetMistake, NO_KEYS } from './key-set.ts';
import { checkTargets, readableSelector, SECURITY, targetReference, workloadSelector } from './security.ts';

const jwtRule = object({
  /** Absent: any. */
  issuer: optional(text()),
  audiences: optional(list(word())),
  jwksUri: optional(text(uriMistake)),
  /** Another spelling of jwksUri. */
  jwks_uri: optional(text(uriMistake)),
  jwks: optional(hiddenText(keySetMistake)),
  fromHeaders: optional(list(object({ name: text(headerNameMistake), prefix: optional(text()) }))),
  fromParams: optional(list(word())),
  fromCookies: optional(list(word())),
  outputPayloadToHeader: optional(text(headerNameMistake)),
  forwardOriginalToken: optional(flag()),
  outputClaimToHeaders: optional(list(object({ header: text(headerNameMistake), claim: word() }))),
  timeout: optional(duration()),
  spaceDelimitedClaims: optional(list(word())),
}).check(
  rule(({ issuer, jwks, jwksUri, jwks_uri }) => {
    const sources = Object.entries({ jwks, jwksUri, jwks_uri }).filter(([, value]) => value !== undefined);
    if (sources.length > 1) return `must have only one of ${sources.map(([name]) => name).join(' and ')}`;
    return sources.length === 0 && !issuer
      ? 'must have an issuer, or say where its keys are (jwksUri, jwks)'
      : undefined;
  }),
);

const schema = object({
  spec: optional(
    object({
      selector: optional(workloadSelector),
      targetRef: optional(targetReference),
      targetRefs: optional(list(targetReference)),
      jwtRules: optional(list(jwtRule)),
    }),
  ),
});

export type RequestAuthentication = KubeObject<Deep<z.infer<typeof schema>>>;
export type JwtRule = Deep<z.infer<typeof jwtRule>>;

/** The rule stays, so that its issuer's tokens are refused: they would go on unverified without it. */
const refusing = { unit: 'spec.jwtRules[]', becomes: { of: withoutKeys, made: 'jwks' } };

/** https://istio.io/latest/docs/reference/config/security/request_authentication/ */
export const requestAuthenticationKind = defineKind({
  ...SECURITY,
  kind: 'RequestAuthentication',
  schema,
  costs: {
    spec: THE_OBJECT,
    // For other workloads than meant.
    'spec.selector': THE_OBJECT,
    'spec.targetRef': THE_OBJECT,
    'spec.targetRefs': THE_OBJECT,
    'spec.jwtRules': THE_OBJECT,
    'spec.jwtRules[]': refusing,
    'spec.jwtRules[].fromHeaders[]': 'spec.jwtRules[].fromHeaders[]',
    // Without its prefix no token can be read there.
    'spec.jwtRules[].fromHeaders[].prefix': ITSELF,
    'spec.jwtRules[].fromParams[]': ITSELF,
    'spec.jwtRules[].fromCookies[]': ITSELF,
    'spec.jwtRules[].outputPayloadToHeader': ITSELF,
    'spec.jwtRules[].outputClaimToHeaders': ITSELF,
    'spec.jwtRules[].outputClaimToHeaders[]': 'spec.jwtRules[].outputClaimToHeaders[]',
    // The application does not get the token.
    'spec.jwtRules[].forwardOriginalToken': ITSELF,
    'spec.jwtRules[].timeout': ITSELF,
    'spec.jwtRules[].spaceDelimitedClaims': ITSELF,
  },
  narrowing: ['spec.selector'],
  notApplied: {},
  informational: {
    'spec.jwtRules[].timeout': 'keys are fetched beforehand: no request and no push ever waits for them',
  },
  deprecated: { 'spec.jwtRules[].jwks_uri': 'jwks_uri is another spelling of jwksUri, and is applied as that' },
  standIn: {
    of: (written) => ({ spec: { ...readableSelector(specOf(written)), jwtRules: [{ jwks: NO_KEYS }] } }),
    says: 'what it may have selected takes no request with a token',
  },
  check: ({ spec }) => checkTargets(spec),
});

/** What says where tokens are stays, as far as nothing is wrong there; the rest no longer matters. */
function withoutKeys(rule: Part): Part {
  const { issuer, audiences, jwks, jwksUri, jwks_uri, ...rest } = rule;
  return { ...(typeof issuer === 'string' && { issuer }), ...rest, jwks: NO_KEYS };
}

function specOf(written: Part): Part {
  const spec = written['spec'];
  return typeof spec === 'object' && spec !== null && !Array.isArray(spec) ? (spec as Part) : {};
}

function uriMistake(value: string): string | undefined {
  const right = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && !new URL(value).username;
  return right ? undefined : 'must be a URL that begins with https:// or http://';
}
