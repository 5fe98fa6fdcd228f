import type { JWTPayload } from 'jose';
import { type Caller, Unauthenticated } from './caller.ts';

/**
 * Who a verified token is of: `sub` is `system:serviceaccount:NAMESPACE:NAME`, as in Kubernetes' tokens, and what stands
 * under `kubernetes.io` must not contradict it. The trust domain is ours to say, whatever the token does.
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims
 */
export function callerOf({ sub, exp, ...claims }: JWTPayload, trustDomain: string): Caller {
  const [, namespace = '', serviceAccount = ''] = SUBJECT.exec(sub ?? '') ?? [];
  if (!isNamespace(namespace) || !isServiceAccount(serviceAccount)) {
    throw new Unauthenticated('the token names no service account: "sub" must be system:serviceaccount:NAMESPACE:NAME');
  }
  const bound = objectAt(claims, 'kubernetes.io');
  const named = [bound['namespace'] ?? namespace, nameAt(bound, 'serviceaccount') ?? serviceAccount];
  if (named[0] !== namespace || named[1] !== serviceAccount) {
    throw new Unauthenticated('the token names two service accounts: one in "sub", another under "kubernetes.io"');
  }
  const uid = objectAt(bound, 'pod')['uid'];
  return {
    identity: { trustDomain, namespace, serviceAccount },
    via: 'token',
    pod: nameAt(bound, 'pod'),
    podUid: typeof uid === 'string' ? uid : undefined,
    node: nameAt(bound, 'node'),
    expiresAtMs: Math.min(exp! * 1000, END_OF_TIME_MS),
  };
}

const SUBJECT = /^system:serviceaccount:([^:]{1,63}):([^:]{1,253})$/;

/** The last moment that a Date can hold; a token may name a later one. */
const END_OF_TIME_MS = 8.64e15;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export function isNamespace(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export function isServiceAccount(text: string): boolean {
  return text.length <= 253 && text.split('.').every((part) => LABEL.test(part));
}

const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

type Claims = Readonly<Record<string, unknown>>;

function objectAt(claims: Claims, name: string): Claims {
  const value = claims[name] ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Claims;
  throw new Unauthenticated(`the token is malformed: its "${name}" must be an object`);
}

/** Names of Pods and Nodes are those of subdomains, too. */
function nameAt(claims: Claims, of: string): string | undefined {
  const { name } = objectAt(claims, of);
  if (name === undefined) return undefined;
  if (typeof name === 'string' && isServiceAccount(name)) return name;
  throw new Unauthenticated(`the token is malformed: the name of its "${of}" is none in Kubernetes`);
}
