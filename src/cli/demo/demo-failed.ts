/** The demo cannot run on this machine as it is; the message says why, and what to do. */
export class DemoFailed extends Error {
  constructor(message: string, hint?: string) {
    super(hint ? `${message}\n  hint: ${hint}` : message);
    this.name = 'DemoFailed';
  }
}
