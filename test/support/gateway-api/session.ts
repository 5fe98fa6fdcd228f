import type { Answer } from './answer.ts';
import type { Call } from './call.ts';

/**
 * Makes a call as many times as it says, one after another; what an answer sets of its session, if it has one, is said from
 * then on. https://gateway-api.sigs.k8s.io/geps/gep-1619/
 */
export async function inSession(call: Call, make: (call: Call) => Promise<Answer>): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let next = call;
  for (let i = 0; i < call.times; i++) {
    const answer = await make(next);
    answers.push(answer);
    next = { ...next, headers: { ...next.headers, ...setBy(answer, call.session) } };
  }
  return answers;
}

function setBy({ headers }: Answer, session: string | undefined): Readonly<Record<string, string>> {
  if (session === undefined) return {};
  const set = headers[session === 'cookie' ? 'set-cookie' : session];
  if (set === undefined) return {};
  return { [session]: session === 'cookie' ? set.split(';')[0]! : set };
}
