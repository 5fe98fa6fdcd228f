import type { Answer as HttpAnswer } from '../perform-call.ts';
import type { Witness } from './echo-at.ts';

/** What came of one call. A line that came back counts as status 200. */
export interface Answer extends HttpAnswer {
  readonly echoed: Witness | undefined;
  /** Of a gRPC call. */
  readonly grpc?: number;
}

export const CLOSED: Answer = { status: 'closed', headers: {}, body: '', echoed: undefined };

/** What echoes say in JSON, and those who were spoken to in the wrong way in a number. */
export function answerOf(line: string): Answer {
  try {
    const echoed: Witness = JSON.parse(line);
    if (typeof echoed === 'number') return { ...CLOSED, status: echoed, body: line };
    return { status: 200, headers: {}, body: line, echoed };
  } catch {
    return { ...CLOSED, status: 0, body: line };
  }
}
