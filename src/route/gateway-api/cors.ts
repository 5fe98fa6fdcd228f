import type { HttpCors } from '../../api/index.ts';
import type { Cors, StringMatch } from '../route.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/#httpcorsfilter */
export function fromCorsFilter(cors: HttpCors): Cors {
  const { allowCredentials = false, exposeHeaders = [] } = cors;
  return {
    allowOrigins: (cors.allowOrigins ?? []).map(originMatch),
    allowMethods: cors.allowMethods ?? [],
    allowHeaders: cors.allowHeaders ?? [],
    // Where credentials are sent, browsers take a star for the name of a header.
    exposeHeaders: allowCredentials ? exposeHeaders.filter((name) => name !== '*') : exposeHeaders,
    maxAgeSeconds: cors.maxAge ?? DEFAULT_MAX_AGE_SECONDS,
    allowCredentials: allowCredentials || undefined,
    // Others are not asked what the gateway has decided.
    forwardUnmatchedPreflights: false,
  };
}

const DEFAULT_MAX_AGE_SECONDS = 5;

/** A star stands for any labels of a host; alone, for any origin. Browsers write no port where it is the usual one. */
function originMatch(written: string): StringMatch {
  const origin = written.toLowerCase().replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2');
  if (origin === '*' || !origin.includes('*')) return { kind: 'exact', value: origin };
  const literals = origin.split('*').map((part) => part.replace(/[.?+^$(){}[\]|\\]/g, '\\$&'));
  return { kind: 'regex', value: literals.join('[^/:]+') };
}
