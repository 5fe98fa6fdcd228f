/** A mistake of the person at the terminal: it is shown as a sentence, with what to do, and no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(message: string, hint?: string) {
    super(hint ? `${message}\n  hint: ${hint}` : message);
  }
}
