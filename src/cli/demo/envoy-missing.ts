/** There is no Envoy and none could be brought; the message says why, and what to do. */
export class EnvoyMissing extends Error {
  constructor(message: string, hint = 'or set ENVOY_PATH to an Envoy of your own (1.30 or newer)') {
    super(`${message}\n  hint: ${hint}`);
    this.name = 'EnvoyMissing';
  }
}
