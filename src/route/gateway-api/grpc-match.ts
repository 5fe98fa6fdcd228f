import type { GrpcMethodMatch, GrpcRouteMatch } from '../../api/index.ts';
import type { HeaderMatch, Match, PathMatch } from '../route.ts';
import { exactHeader, fromHeaderMatches } from './match.ts';

/** What a call must look like; a request that is no call never does. https://gateway-api.sigs.k8s.io/reference/spec/#grpcroutematch */
export function fromGrpcMatch({ method, headers }: GrpcRouteMatch): Match {
  return {
    path: fromMethod(method ?? {}),
    ignoreCase: false,
    headers: [...fromHeaderMatches(headers), GRPC_ONLY],
    queryParams: [],
  };
}

/** gRPC, and gRPC-Web. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const GRPC_ONLY: HeaderMatch = {
  ...exactHeader('content-type', ''),
  value: { kind: 'prefix', value: 'application/grpc' },
};

/** The path of a call is `/package.Service/Method`. Undefined: any. */
function fromMethod({ type, service = '', method = '' }: GrpcMethodMatch): PathMatch | undefined {
  if (service === '' && method === '') return undefined;
  if (type === 'RegularExpression') {
    return { kind: 'regex', value: `/${group(service) || ANY_WORD}/${group(method) || ANY_WORD}` };
  }
  if (method === '') return { kind: 'segment-prefix', value: `/${service}` };
  // Letters, digits, _ and dots only.
  if (service === '') return { kind: 'regex', value: `/${ANY_WORD}/${method}` };
  return { kind: 'exact', value: `/${service}/${method}` };
}

const ANY_WORD = '[^/]+';

/** So that an alternative (`a|b`) ends where the word ends. */
function group(pattern: string): string {
  return pattern && `(?:${pattern})`;
}
