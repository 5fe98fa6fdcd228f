import { type Mistake, show } from '../vocabulary.ts';

/**
 * What is wrong with the value of a header that is set or added. To Envoy it is a format: `%PROTOCOL%` and
 * `%REQ(x-id):8%` are commands, `%%` is a percent sign, and for any other `%` it rejects the whole RouteConfiguration.
 * Only the form is looked at: which commands there are, and what they take, each version of Envoy knows for itself.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter
 */
export function headerValueMistake(value: string): Mistake | undefined {
  const bytes = Buffer.byteLength(value);
  if (bytes > MAX_BYTES) return { message: `must have at most ${MAX_BYTES} bytes, not ${bytes}` };
  if (/[\0\r\n]/.test(value))
    return { message: `must be one line, not ${show(value)}`, hint: 'write >- instead of | before it' };
  const stray = [...value.matchAll(PARTS)].find(isStray);
  if (!stray) return undefined;
  const text = value.replaceAll(PARTS, (part) => (part === '%' ? '%%' : part));
  return {
    message: `must have %% for a percent sign, or a command like %REQ(x-id)%; ${show(excerpt(value, stray.index))} is neither`,
    hint: `for the text itself write ${show(text)}`,
  };
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/base.proto#config-core-v3-headervalue */
const MAX_BYTES = 16_384;

/** As Envoy reads it from the left: a percent sign, a command, or a % that is neither. No command begins with a digit. */
const PARTS = /%%|%[A-Z][A-Z0-9_]*(?:\([^\n]*?\))?(?::\d+)?%|%/g;

function isStray([part]: RegExpExecArray): boolean {
  return part === '%';
}

/** The place in a long value: the % with some of what surrounds it. */
function excerpt(value: string, at: number): string {
  return value.slice(Math.max(0, at - 10), at + 20);
}
