import { differs } from '../judge-call.ts';
import type { Answer } from './answer.ts';
import { type Call, type Expectation, targetOf } from './call.ts';
import type { Witness } from './echo-at.ts';
import { judgeArrival, judgeHeaders } from './judge-arrival.ts';
import type { Certificates } from './macros.ts';

/** What came of a call, all times of it. */
export interface Outcome {
  readonly answers: readonly Answer[];
  /** Every request that arrived meanwhile, answered or not. */
  readonly arrived: readonly Witness[];
}

/** What is not as the call expects, a sentence each; empty if all is well. */
export function judge(call: Call, outcome: Outcome, certificates: Certificates): readonly string[] {
  const { answers, arrived } = outcome;
  const wrong = [
    ...answers.flatMap((answer) => judgeOne(call, answer, certificates)),
    ...judgeShare(call, answers),
    ...judgeEndpoints(call, answers),
    ...judgeMirrors(call, copiesIn(outcome)),
    ...judgeAlso(call, arrived, certificates),
  ];
  return [...new Set(wrong)];
}

/** Chance decides what comes of some calls: it gets more than one try. */
export function isByChance({ expect: { share, endpoints, mirrors = {} } }: Call): boolean {
  const copies = Object.values(mirrors);
  return share !== undefined || endpoints !== undefined || copies.some((copied) => typeof copied === 'string');
}

/** By service: the requests that arrived and that no answer came from. */
export function copiesIn({ answers, arrived }: Outcome): ReadonlyMap<string, number> {
  const answered = Map.groupBy(answers, ({ echoed }) => echoed?.service);
  const all = Map.groupBy(arrived, ({ service }) => service);
  return new Map([...all].map(([service, its]) => [service, its.length - (answered.get(service)?.length ?? 0)]));
}

function judgeOne(call: Call, answer: Answer, certificates: Certificates): readonly string[] {
  const { service, version, headers = {}, body, arrives = {} } = call.expect;
  const { echoed } = answer;
  return [
    ...judgeStatus(call, answer),
    ...differs('service', service, echoed?.service),
    ...differs('version', version, echoed?.version),
    ...differs('body', body, answer.body),
    ...judgeHeaders('of the answer', headers, (name) => answer.headers[name]),
    ...judgeArrival(arrives, echoed, certificates),
  ];
}

function judgeStatus(call: Call, answer: Answer): readonly string[] {
  const { kind } = targetOf(call);
  const { status, grpc, share } = call.expect;
  // What must be shared says in the shares which statuses may be.
  if (share !== undefined && status === undefined) return [];
  if (kind !== 'GRPC' || status === 'closed') return judgeHttpStatus(status ?? (kind === 'WS' ? 101 : 200), answer);
  const code = answer.status === 'closed' ? 'there, for the connection ended' : answer.grpc;
  return [...differs('gRPC status', grpc ?? 0, code), ...(status === undefined ? [] : judgeHttpStatus(status, answer))];
}

function judgeHttpStatus(expected: NonNullable<Expectation['status']>, { status }: Answer): readonly string[] {
  if (!Array.isArray(expected)) return differs('status', expected, status);
  return expected.includes(status) ? [] : [`status should be one of ${expected.join(', ')}, not ${status}`];
}

/** In points of a hundred, as the conformance tests have it. */
const TOLERANCE = 5;
const TOLERANCE_OF_FEW = 15;
const FEW = 100;

function judgeShare({ expect: { share }, times }: Call, answers: readonly Answer[]): readonly string[] {
  if (share === undefined) return [];
  const counts = Map.groupBy(answers, whoIn);
  const strangers = [...counts.keys()].filter((who) => !(who in share));
  return [
    ...strangers.map((who) => `${who} should have no share, not ${counts.get(who)!.length} of ${times}`),
    ...Object.entries(share).flatMap(([who, percent]) => {
      const count = counts.get(who)?.length ?? 0;
      const isRight = percent === 0 ? count === 0 : Math.abs((100 * count) / times - percent) <= TOLERANCE;
      return isRight ? [] : [`${who} should have ${percent}% of ${times} (±${TOLERANCE} points), not ${count}`];
    }),
  ];
}

/** Who answered; if nobody did, how it ended. */
function whoIn({ echoed, status, grpc }: Answer): string {
  return echoed?.service ?? `${grpc ?? status}`;
}

function judgeEndpoints({ expect: { endpoints } }: Call, answers: readonly Answer[]): readonly string[] {
  const servers = answers.map(({ echoed }) => echoed?.server).filter((server) => server !== undefined);
  return differs('endpoints that answered', endpoints, new Set(servers).size);
}

function judgeMirrors(
  { expect: { mirrors = {} }, times }: Call,
  copies: ReadonlyMap<string, number>,
): readonly string[] {
  return Object.entries(mirrors).flatMap(([service, expected]) => {
    const count = copies.get(service) ?? 0;
    if (typeof expected === 'number') return differs(`copies for ${service}`, expected, count);
    const tolerance = times < FEW ? TOLERANCE_OF_FEW : TOLERANCE;
    if (Math.abs((100 * count) / times - Number.parseFloat(expected)) <= tolerance) return [];
    return [`copies for ${service} should be ${expected} of ${times} (±${tolerance} points), not ${count}`];
  });
}

/** One request to each of these, whichever, must be as it should. */
function judgeAlso(
  { expect: { also = {} } }: Call,
  arrived: readonly Witness[],
  certificates: Certificates,
): readonly string[] {
  return Object.entries(also).flatMap(([service, expected]) => {
    const its = arrived.filter((one) => one.service === service);
    const judged = its.map((one) => judgeArrival(expected, one, certificates));
    if (judged.some((wrong) => wrong.length === 0)) return [];
    return judged.at(-1)?.map((wrong) => `at ${service}: ${wrong}`) ?? [`${service} should have got a request`];
  });
}
