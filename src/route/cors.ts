import type { CorsPolicy } from '../api/index.ts';
import { durationMs } from '../lib/duration.ts';
import type { Cors, StringMatch } from './route.ts';

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy */
export function fromCors(cors: CorsPolicy | undefined): Cors | undefined {
  if (!cors) return undefined;
  const maxAgeMs = durationMs(cors.maxAge ?? '');
  return {
    allowOrigins: cors.allowOrigins?.map(originMatch) ?? (cors.allowOrigin ?? []).map(exactly),
    allowMethods: cors.allowMethods ?? [],
    allowHeaders: cors.allowHeaders ?? [],
    exposeHeaders: cors.exposeHeaders ?? [],
    maxAgeSeconds: maxAgeMs === undefined ? undefined : Math.floor(maxAgeMs / 1000),
    allowCredentials: cors.allowCredentials,
    forwardUnmatchedPreflights: cors.unmatchedPreflights === 'IGNORE' ? false : undefined,
  };
}

function originMatch({ exact, prefix, regex }: NonNullable<CorsPolicy['allowOrigins']>[number]): StringMatch {
  if (prefix !== undefined) return { kind: 'prefix', value: prefix };
  return regex === undefined ? exactly(exact ?? '') : { kind: 'regex', value: regex };
}

/** `*` is every origin: Envoy knows it by this spelling. */
function exactly(value: string): StringMatch {
  return { kind: 'exact', value };
}
