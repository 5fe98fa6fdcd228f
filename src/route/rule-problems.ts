import type { HttpMatchRequest, Problem, VirtualService } from '../api/index.ts';
import type { HttpRule } from './from-virtual-service.ts';
import { gatewayName, MESH } from './gateway-name.ts';
import { hostFrom, unchangeable } from './headers.ts';
import { asksForClaims, fromMatch, isCatchAll } from './match.ts';
import { originAt } from './position.ts';

/** What a rule says that cannot happen. */
export function settingProblems({ http, at }: HttpRule): readonly Problem[] {
  const say = (severity: Problem['severity'], code: string, path: string, message: string, hint?: string): Problem => ({
    severity,
    code,
    ...originAt(at, `.${path}`),
    message,
    ...(hint && { hint }),
  });
  const route = http.route ?? [];
  const problems: Problem[] = [];
  if (http.retries && http.retries.attempts === undefined) {
    const message = 'has no attempts, which switches retries off';
    problems.push(say('warning', 'retries-off', 'retries', message, 'say how often: attempts: 2'));
  }
  if (http.rewrite?.authority && hostFrom(http.headers) !== undefined) {
    const message = 'Host is not changed here: rewrite.authority says what the host becomes';
    problems.push(say('warning', 'conflict', 'headers.request', message));
  }
  for (const part of ['delay', 'abort'] as const) {
    const fault = http.fault?.[part];
    if (!fault || fault.percentage || (part === 'delay' && http.fault?.delay?.percent)) continue;
    const message = 'has no percentage, so it happens to no request';
    problems.push(
      say('warning', 'fault-never', `fault.${part}`, message, 'for every request: percentage: {value: 100}'),
    );
  }
  for (const direction of ['request', 'response'] as const) {
    const levels = [
      { path: 'headers', headers: http.headers },
      ...route.map(({ headers }, i) => ({ path: `route[${i}].headers`, headers })),
    ];
    for (const { path, headers } of levels) {
      const names = unchangeable(headers?.[direction], direction);
      if (names.length === 0) continue;
      problems.push(
        say(
          'notice',
          'fixed-header',
          `${path}.${direction}`,
          `${names.join(', ')} cannot be changed and is left as it is`,
        ),
      );
    }
  }
  return problems;
}

/**
 * Tokens are known where routes are chosen only at gateways. `gateways`: where the VirtualService holds; undefined for
 * a delegate, which holds where those hold that delegate to it.
 */
export function claimProblems(
  { http, at, namespace }: HttpRule,
  gateways: readonly string[] | undefined,
): readonly Problem[] {
  return (http.match ?? []).flatMap((match, i): readonly Problem[] => {
    const asked = match.gateways?.length ? match.gateways.map((name) => gatewayName(name, namespace)) : gateways;
    if (!asksForClaims(match) || !asked?.includes(MESH)) return [];
    const isUseless = asked.every((name) => name === MESH);
    return [
      {
        severity: isUseless ? 'error' : 'warning',
        code: 'claims-in-mesh',
        ...originAt(at, `.match[${i}]`),
        message: 'asks for claims of a token, which only gateways can match; sidecars leave this match out',
        hint: 'name the gateways it is for: gateways: [...]',
      },
    ];
  });
}

/** Rules after one that takes every request from everybody by its match. (Of one without a match the parser knows.) */
export function reachProblems(object: VirtualService, rules: readonly HttpRule[]): readonly Problem[] {
  const last = rules.findIndex(
    ({ http, at }) => http.match?.some(isUnconditional) || (!http.match?.length && at.object !== object.key),
  );
  if (last < 0) return [];
  const hidden = rules.slice(last + 1).filter(({ at }) => at.object === object.key);
  return hidden.map(({ at }) => ({
    severity: 'warning',
    code: 'unreachable-route',
    ...originAt(at),
    message: `is never reached: ${originAt(rules[last]!.at).path} takes every request`,
    hint: 'routes are tried in order; put the one without conditions last',
  }));
}

function isUnconditional(asked: HttpMatchRequest): boolean {
  const { port, gateways, sourceLabels, sourceNamespace } = asked;
  const anybody = !port && !gateways?.length && !sourceNamespace && Object.keys(sourceLabels ?? {}).length === 0;
  return anybody && isCatchAll(fromMatch(asked));
}
