import type { Context } from 'hono';

/** A question that cannot be answered as it was asked. */
export class NoAnswer extends Error {
  readonly status: 400 | 404;
  readonly hint: string;
  constructor(status: 400 | 404, message: string, hint: string) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/** Says why there is no answer. Any other error is ours. */
export function sayWhy(error: Error, c: Context): Response {
  if (!(error instanceof NoAnswer)) throw error;
  return c.json({ error: error.message, hint: error.hint }, error.status);
}
