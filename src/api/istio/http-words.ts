import type { z } from 'zod';
import { headerNameMistake } from '../names.ts';
import { rule } from '../vocabulary.ts';
import { headerValueMistake } from './header-value.ts';

/** A map's keys are header names, or what else may stand for one; a bad one costs its own entry. */
export function headerKeys<T>(mistakeOf = headerNameMistake): z.core.CheckFn<Record<string, T>> {
  return rule((map) =>
    Object.keys(map).flatMap((name) => {
      const mistake = mistakeOf(name);
      return mistake
        ? [{ path: [name], message: `${mistake}, not ${JSON.stringify(name)}`, atKey: true as const }]
        : [];
    }),
  );
}

/** Each value of a map by header name; a bad one costs its own entry. What is set as the host is no format. */
export function headerFormats(): z.core.CheckFn<Record<string, string>> {
  return rule((map) =>
    Object.entries(map).flatMap(([name, value]) => {
      const mistake = isHost(name) ? undefined : headerValueMistake(value);
      return mistake ? [{ ...mistake, path: [name] }] : [];
    }),
  );
}

function isHost(name: string): boolean {
  return [':authority', 'host'].includes(name.toLowerCase());
}

/** Names as Envoy knows them, or status codes: `5xx,connect-failure,503`. */
export function retryOnMistake(value: string): string | undefined {
  const unknown = value
    .split(',')
    .map((condition) => condition.trim())
    .find((condition) => condition !== '' && !RETRY_ON.has(condition) && !/^[1-5]\d\d$/.test(condition));
  return unknown && `must name conditions that Envoy knows, or status codes; ${JSON.stringify(unknown)} is neither`;
}

/** `*` counts as a header name here. */
export const corsHeaderMistake = headerNameMistake;

export function methodMistake(value: string): string | undefined {
  return /^([A-Za-z-]+|\*)$/.test(value) ? undefined : 'must be an HTTP method';
}

export function base64Mistake(value: string): string | undefined {
  return /^[A-Za-z0-9+/_\s-]*={0,2}\s*$/.test(value) ? undefined : 'must be base64';
}

/** https://grpc.io/docs/guides/status-codes/ */
export const GRPC_STATUSES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on */
const RETRY_ON = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);
