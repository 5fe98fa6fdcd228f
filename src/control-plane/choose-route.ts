import { hostMatches, moreSpecific } from '../mesh/index.ts';
import type { HttpCall } from '../policy/index.ts';
import { matchesText } from '../policy/match.ts';
import type { HeaderMatch, InboundHost, InboundRoute, PathMatch, QueryParamMatch } from '../route/index.ts';

/** The route of a port that takes a request, as the proxy there chooses it. Undefined: none, and the answer is 404. */
export function chooseRoute(hosts: readonly InboundHost[], request: HttpCall): InboundRoute | undefined {
  const host = request.host.replace(/:\d+$/, '').toLowerCase();
  const [closest] = hosts
    .filter((one) => hostMatches(one.host.toLowerCase(), host))
    .toSorted((a, b) => moreSpecific(a.host, b.host));
  return closest?.routes.find(({ match }) => {
    const [path = '', query = ''] = request.path.split('?', 2);
    return (
      takesPath(match.path, path) &&
      match.headers.every((one) => takesHeader(one, request)) &&
      match.queryParams.every((one) => takesParameter(one, query))
    );
  });
}

function takesPath(match: PathMatch | undefined, path: string): boolean {
  switch (match?.kind) {
    case undefined:
      return true;
    case 'exact':
      return path === match.value;
    case 'string-prefix':
      return path.startsWith(match.value);
    case 'segment-prefix':
      return path === match.value || path.startsWith(`${match.value}/`);
    case 'regex':
      return matchesText({ kind: 'regex', value: match.value }, path);
  }
}

function takesHeader({ name, value, invert, absentMatches }: HeaderMatch, request: HttpCall): boolean {
  const { method, host, headers } = request;
  const written = name === ':method' ? method : name === ':authority' || name === 'host' ? host : headers[name];
  if (written === undefined && invert) return absentMatches || value.kind === 'present';
  return (written !== undefined && fits(value, written)) !== invert;
}

/** The first of that name, as it is written. */
function takesParameter({ name, value }: QueryParamMatch, query: string): boolean {
  const pairs = query.split('&').map((pair) => pair.split(/=(.*)/s));
  const found = pairs.find(([key]) => key === name);
  return found !== undefined && fits(value, found[1] ?? '');
}

function fits(match: HeaderMatch['value'], text: string): boolean {
  return match.kind === 'present' || matchesText(match, text);
}
