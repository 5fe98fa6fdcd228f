/** A literal that is not the message it is meant to be. In our own code a bug; in what a user patches, his mistake. */
export class ProtoJsonError extends Error {
  override readonly name = 'ProtoJsonError';
  readonly reason: string;
  /** `circuitBreakers.thresholds[0].maxConnections`. Grows from the inside out while the error travels up. */
  path = '';

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }

  /** Names the message that the path begins in. */
  of(name: string): this {
    this.message = `${name}: ${this.message}`;
    return this;
  }

  /** Tells the error that it happened inside `step`: a field, an `[index]`, a message name. */
  within(step: string): this {
    const separator = this.path === '' || this.path.startsWith('[') ? '' : '.';
    this.path = `${step}${separator}${this.path}`;
    this.message = `${this.path}: ${this.reason}`;
    return this;
  }
}

interface Instant {
  readonly seconds: bigint;
  readonly nanos: number;
}

const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;
/** About 10,000 years: https://protobuf.dev/reference/protobuf/google.protobuf/#duration */
const MOST_SECONDS = 315_576_000_000n;

/** `1.5s` → 1 second, 500,000,000 nanoseconds. Both carry the sign. */
export function parseDuration(value: unknown): Instant {
  const found = typeof value === 'string' ? DURATION.exec(value) : null;
  if (!found) throw new ProtoJsonError(`must be a duration like "1.5s", not ${show(value)}`);
  const sign = found[1] === '-' ? -1 : 1;
  const seconds = BigInt(found[2]!) * BigInt(sign);
  if (seconds > MOST_SECONDS || seconds < -MOST_SECONDS) throw new ProtoJsonError(`is out of range: ${show(value)}`);
  const nanos = Number((found[3] ?? '').padEnd(9, '0')) * sign;
  return { seconds, nanos: nanos === 0 ? 0 : nanos };
}

/** The canonical form: no, three, six or nine decimals. */
export function formatDuration(seconds: bigint, nanos: number): string {
  const sign = seconds < 0n || nanos < 0 ? '-' : '';
  return `${sign}${seconds < 0n ? -seconds : seconds}${fraction(Math.abs(nanos))}s`;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

export function parseTimestamp(value: unknown): Instant {
  const found = typeof value === 'string' ? TIMESTAMP.exec(value) : null;
  const at = found ? Date.parse(`${found[1]}${found[3]}`) : Number.NaN;
  if (!found || Number.isNaN(at)) throw new ProtoJsonError(`must be an RFC 3339 time, not ${show(value)}`);
  return { seconds: BigInt(at / 1000), nanos: Number((found[2] ?? '').padEnd(9, '0')) };
}

export function formatTimestamp(seconds: bigint, nanos: number): string {
  return new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, `${fraction(nanos)}Z`);
}

function fraction(nanos: number): string {
  if (nanos === 0) return '';
  return `.${String(nanos)
    .padStart(9, '0')
    .replace(/(?:000){1,2}$/, '')}`;
}

export function parseBytes(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
    throw new ProtoJsonError(`must be base64, not ${show(value)}`);
  }
  return Buffer.from(value, 'base64');
}

/** `user.displayName` → `user.display_name`. */
export function snakeCase(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function camelCase(path: string): string {
  return path.replace(/_+([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

/** A value for a message to a human: short, and strings quoted. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
