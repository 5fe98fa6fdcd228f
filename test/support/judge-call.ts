import type { Call } from './calls.ts';
import type { Answer, CallResult } from './perform-call.ts';

/** What is not as the call expects, a sentence each; empty if all is well. */
export function judgeCall(call: Call, result: CallResult): readonly string[] {
  const wrong = result.answers.flatMap((answer) => judgeAnswer(call, answer));
  return [...new Set([...wrong, ...judgeCluster(call, result), ...judgeShare(call, result)])];
}

function judgeAnswer({ expect }: Call, { status, headers, body, echoed }: Answer): readonly string[] {
  const { arrives } = expect;
  return [
    ...differs('status', expect.status, status),
    ...differs('service', expect.service, echoed?.service),
    ...differs('version', expect.version, echoed?.version),
    ...differs('method that arrived', arrives?.method, echoed?.method),
    ...differs('path that arrived', arrives?.path, echoed?.path),
    ...differs('host that arrived', arrives?.host, echoed?.host),
    ...differs('caller', arrives?.caller, callerOf(echoed)),
    ...differs('body', expect.body, body),
    ...Object.entries(arrives?.headers ?? {}).flatMap(([name, value]) =>
      differs(`header ${name} that arrived`, value, echoed && (echoed.headers[name] ?? null)),
    ),
    ...Object.entries(expect.headers ?? {}).flatMap(([name, value]) =>
      differs(`header ${name} of the answer`, value, headers[name] ?? null),
    ),
  ];
}

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-client-cert */
function callerOf(echoed: Answer['echoed']): string | undefined {
  return /.*;URI=([^;,]+)/.exec(`${echoed?.headers['x-forwarded-client-cert']}`)?.[1];
}

function judgeCluster({ expect }: Call, { clusters }: CallResult): readonly string[] {
  if (expect.cluster === undefined) return [];
  if (!clusters) return [`cluster should be ${expect.cluster}, but the door has no stats to tell`];
  return differs('cluster', expect.cluster ?? 'none', [...clusters.keys()].join(' and ') || 'none');
}

/** Within five standard deviations: a right configuration fails once in two million times. */
function judgeShare({ expect, times }: Call, result: CallResult): readonly string[] {
  return Object.entries(expect.share ?? {}).flatMap(([name, percent]) => {
    const share = percent / 100;
    const count = countOf(name, result);
    const tolerance = 5 * Math.sqrt(times * share * (1 - share));
    if (Math.abs(count - times * share) <= tolerance) return [];
    return [`${name} should have ${percent}% of ${times} (±${Math.ceil(tolerance)}), not ${count}`];
  });
}

function countOf(name: string, { answers, clusters }: CallResult): number {
  if (name.includes('|')) return clusters?.get(name) ?? 0;
  return answers.filter(({ echoed }) => echoed?.version === name).length;
}

/** A sentence, if something was expected and is not so; null: it must not be there. */
export function differs(what: string, expected: unknown, actual: unknown): readonly string[] {
  if (expected === undefined || expected === actual) return [];
  return [`${what} should be ${expected === null ? 'absent' : expected}, not ${actual ?? 'absent'}`];
}
