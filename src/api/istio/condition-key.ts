import { headerNameMistake, ipOrRangeMistake } from '../names.ts';
import {
  emptyMistake,
  namespaceMistake,
  portTextMistake,
  principalMistake,
  serviceAccountMistake,
  type ValueMistake,
} from './authorization-values.ts';

/** What a condition of an AuthorizationPolicy is about: https://istio.io/latest/docs/reference/config/security/conditions/ */
export type ConditionKey =
  | { readonly kind: Plain }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'claim'; readonly path: readonly string[] }
  /** `filter` is a namespace of Envoy's dynamic metadata. */
  | { readonly kind: 'metadata'; readonly filter: string; readonly key: string };

type Plain =
  | 'source-ip'
  | 'remote-ip'
  | 'source-namespace'
  | 'principal'
  | 'service-account'
  | 'request-principal'
  | 'destination-ip'
  | 'port'
  | 'server-name';

/** Undefined: nothing is called so. */
export function parseConditionKey(key: string): ConditionKey | undefined {
  const known = KEYS.get(key);
  if (known) return known;
  const [, header] = /^request\.headers\[([^[\]]+)\]$/.exec(key) ?? [];
  if (header !== undefined) return headerNameMistake(header) ? undefined : { kind: 'header', name: header };
  const [, claims] = /^request\.auth\.claims((?:\[[^[\]]+\])+)$/.exec(key) ?? [];
  if (claims !== undefined) return { kind: 'claim', path: claims.slice(1, -1).split('][') };
  const [, filter, inside] = /^experimental\.(envoy\.filters\.[^[\]]+)\[([^[\]]+)\]$/.exec(key) ?? [];
  return filter !== undefined && inside !== undefined ? { kind: 'metadata', filter, key: inside } : undefined;
}

const KEYS: ReadonlyMap<string, ConditionKey> = new Map<string, ConditionKey>([
  ['source.ip', { kind: 'source-ip' }],
  ['remote.ip', { kind: 'remote-ip' }],
  ['source.namespace', { kind: 'source-namespace' }],
  ['source.principal', { kind: 'principal' }],
  ['source.serviceAccount', { kind: 'service-account' }],
  ['request.auth.principal', { kind: 'request-principal' }],
  // https://openid.net/specs/openid-connect-core-1_0.html#IDToken
  ['request.auth.audiences', { kind: 'claim', path: ['aud'] }],
  ['request.auth.presenter', { kind: 'claim', path: ['azp'] }],
  ['destination.ip', { kind: 'destination-ip' }],
  ['destination.port', { kind: 'port' }],
  ['connection.sni', { kind: 'server-name' }],
]);

/** All keys, as one would write them. */
export const CONDITION_KEYS: readonly string[] = [
  ...KEYS.keys(),
  'request.headers[NAME]',
  'request.auth.claims[NAME]',
  'experimental.envoy.filters.FILTER[KEY]',
];

/** What may stand in the values of a condition. */
export function conditionValueMistake(key: ConditionKey): ValueMistake {
  return VALUES[key.kind] ?? emptyMistake;
}

const VALUES: Partial<Readonly<Record<ConditionKey['kind'], ValueMistake>>> = {
  'source-ip': ipOrRangeMistake,
  'remote-ip': ipOrRangeMistake,
  'destination-ip': ipOrRangeMistake,
  port: portTextMistake,
  principal: principalMistake,
  'source-namespace': namespaceMistake,
  'service-account': serviceAccountMistake,
};
