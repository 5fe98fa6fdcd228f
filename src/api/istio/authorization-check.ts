import type { Remark } from '../finding.ts';
import type { Metadata } from '../object.ts';
import type { Path } from '../path.ts';
import { show } from '../vocabulary.ts';
import type { AuthorizationPolicy, AuthorizationRule } from './authorization-policy.ts';
import { isPathTemplate } from './authorization-values.ts';
import { checkTargets } from './security.ts';
import { UNREADABLE } from './unreadable.ts';

/** What is right by itself, and does probably not what was meant. */
export function* checkAuthorization(spec: AuthorizationPolicy['spec'], metadata: Metadata): Generator<Remark> {
  yield* checkTargets(spec);
  const { action = 'ALLOW', rules = [] } = spec ?? {};
  yield* checkDryRun(metadata, action);
  if (action !== 'ALLOW' && rules.length === 0) {
    const message = `${action} without rules matches nothing`;
    const hint = 'an empty rule, {}, matches everything';
    yield { path: ['spec', 'action'], severity: 'warning', code: 'matches-nothing', message, hint };
  }
  for (const [i, rule] of rules.entries()) {
    const path = ['spec', 'rules', i];
    yield* checkRule(rule, action, path);
    // What was made in the place of all rules stands nowhere.
    if (isDoubtful(rule)) yield doubt(action, saysNothing(rule) ? ['spec'] : path);
  }
  if (spec?.provider?.name === UNREADABLE) yield doubt(action, ['spec', 'action']);
}

/** https://istio.io/latest/docs/tasks/security/authorization/authz-dry-run/ */
const DRY_RUN = 'istio.io/dry-run';

/** Whether a policy is only to be tried; undefined: nobody can tell. As Go reads a bool. */
export function dryRunOf({ annotations }: Metadata): boolean | undefined {
  const said = annotations[DRY_RUN] ?? 'false';
  if (/^(1|t|T|true|TRUE|True)$/.test(said)) return true;
  return /^(0|f|F|false|FALSE|False)$/.test(said) ? false : undefined;
}

function* checkDryRun(metadata: Metadata, action: string): Generator<Remark> {
  const at = { path: ['metadata', 'annotations', DRY_RUN], severity: 'warning' } as const;
  const said = dryRunOf(metadata);
  if (said === undefined) {
    const message = `must be true or false, not ${show(metadata.annotations[DRY_RUN])}: the policy is enforced`;
    yield { ...at, code: 'bad-value', message };
  } else if (said && (action === 'CUSTOM' || action === 'AUDIT')) {
    yield { ...at, code: 'not-applied', message: `is for ALLOW and DENY only: this policy, ${action}, is in force` };
  }
}

function saysNothing({ from, to, when }: AuthorizationRule): boolean {
  return !from && !to && when?.length === 1 && when[0]!.key === UNREADABLE;
}

function isDoubtful(rule: AuthorizationRule): boolean {
  return JSON.stringify(rule).includes(JSON.stringify(UNREADABLE));
}

/** What it costs: see AUTHORIZATION_COSTS. */
function doubt(action: string, path: Path): Remark {
  const message = {
    ALLOW: 'lets in only what is certainly meant, as something in it cannot be read',
    DENY: 'denies all that may be meant, as something in it cannot be read',
    AUDIT: 'notes all that may be meant, as something in it cannot be read',
    CUSTOM:
      'is about all that may be meant, as something in it cannot be read; where nobody can be asked, that is denied',
  }[action]!;
  return { path, severity: 'warning', code: 'fails-closed', message };
}

function* checkRule({ from = [], to = [], when = [] }: AuthorizationRule, action: string, at: Path): Generator<Remark> {
  for (const [i, { source }] of from.entries()) {
    const path = [...at, 'from', i, 'source'];
    yield* checkSaying(source, path);
    yield* checkAccounts(source, path);
    yield* checkLists(source, path);
    yield* checkPrincipals(source.principals, [...path, 'principals']);
    yield* checkPrincipals(source.notPrincipals, [...path, 'notPrincipals']);
  }
  for (const [i, { operation }] of to.entries()) {
    const path = [...at, 'to', i, 'operation'];
    yield* checkSaying(operation, path);
    yield* checkLists(operation, path);
    const closing = action === 'ALLOW' ? 'notHosts' : 'hosts';
    yield* checkHosts(operation[closing], [...path, closing]);
  }
  for (const [i, { key, values, notValues }] of when.entries()) {
    const path = [...at, 'when', i];
    if (key.startsWith('source.')) yield* checkLists({ values, notValues }, path);
    if (key === 'source.principal') yield* checkPrincipals(values, [...path, 'values']);
  }
}

type Lists = Readonly<Record<string, readonly string[] | undefined>>;

/** Somebody who means everybody leaves out `from`. */
function* checkSaying(lists: Lists, path: Path): Generator<Remark> {
  if (Object.values(lists).every((values) => !values?.length)) yield { path, message: 'must say something' };
}

/** Istio takes no such object; both are asked for here. */
function* checkAccounts(source: Lists, at: Path): Generator<Remark> {
  const field = ['serviceAccounts', 'notServiceAccounts'].find((name) => source[name]);
  const other = ['principals', 'notPrincipals', 'namespaces', 'notNamespaces'].find((name) => source[name]);
  if (!field || !other) return;
  const message = `stands beside ${other}, which Istio refuses; here both must be right`;
  yield { path: [...at, field], severity: 'warning', code: 'conflict', message };
}

function* checkLists(lists: Lists, at: Path): Generator<Remark> {
  for (const [field, values] of Object.entries(lists)) {
    const path = [...at, field];
    if (values?.length === 0) {
      yield { path, severity: 'warning', code: 'empty-list', message: 'is empty, and says nothing' };
    }
    for (const [i, value] of (values ?? []).entries()) {
      // A template is all literal but for its braces.
      if (!/[^*]\*+[^*]/.test(value) || isPathTemplate(value)) continue;
      const message = `a * in the middle of ${show(value)} stands for itself only`;
      const hint = /^(notP|p)aths$/.test(field) ? 'write {*} for one segment, {**} for any number' : undefined;
      yield { path: [...path, i], severity: 'warning', code: 'literal-star', message, ...(hint && { hint }) };
    }
  }
}

function* checkPrincipals(values: readonly string[] | undefined, at: Path): Generator<Remark> {
  for (const [i, value] of (values ?? []).entries()) {
    if (value === UNREADABLE || value.includes('*') || PRINCIPAL.test(value)) continue;
    const message = `no workload of a mesh is called ${show(value)}`;
    const hint = 'a principal is TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT';
    yield { path: [...at, i], severity: 'warning', code: 'no-such-principal', message, hint };
  }
}

const PRINCIPAL = /^[^/]+\/ns\/[^/]+\/sa\/[^/]+$/;

/** https://istio.io/latest/docs/ops/best-practices/security/#understand-traffic-capture-limitations */
function* checkHosts(values: readonly string[] | undefined, at: Path): Generator<Remark> {
  for (const [i, value] of (values ?? []).entries()) {
    if (value === UNREADABLE || /[*:]/.test(value) || values?.includes(`${value}:*`)) continue;
    const message = `is compared with the whole Host header: a client that writes ${value}:80 is not meant`;
    const hint = `add ${value}:*`;
    yield { path: [...at, i], severity: 'warning', code: 'host-without-port', message, hint };
  }
}
