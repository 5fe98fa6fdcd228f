/**
 * How long, in milliseconds, or undefined if the text is not a duration. Reads both ways that people write one: Go's
 * (`1h30m`, `1.5s`, `100ms`) and protobuf's (`90.5s`). Negative durations are not durations here.
 *
 * https://pkg.go.dev/time#ParseDuration
 */
export function durationMs(text: string): number | undefined {
  if (text === '0') return 0;
  if (!WHOLE.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART)) total += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  // Fractions come out of binary arithmetic (`1.1s` is 1100.0000000000002); no clock here is finer than a nanosecond.
  return Math.round(total * 1e6) / 1e6;
}

const WHOLE = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const UNIT_MS = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
