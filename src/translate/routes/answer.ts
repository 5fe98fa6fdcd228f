import type { DirectResponseAction, RedirectAction } from '../../proto/index.ts';
import type { DirectResponse, PathMatch, Redirect } from '../../route/index.ts';
import { buildPathRedirect } from './path-rewrite.ts';

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-redirectaction */
export function buildRedirect(
  { scheme, host, port, path, status }: Redirect,
  match: PathMatch | undefined,
): RedirectAction {
  return {
    schemeRedirect: scheme,
    hostRedirect: host,
    portRedirect: port,
    ...(path && buildPathRedirect(path, match)),
    responseCode: RESPONSE_CODES[status],
  };
}

/** 301 is the default of the field. */
const RESPONSE_CODES = {
  301: undefined,
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
} as const;

export function buildDirectResponse({ status, body }: Omit<DirectResponse, 'kind'>): DirectResponseAction {
  return { status, body: body && buildBody(body) };
}

/** As text wherever it is text, so that people can read it in config_dump. */
function buildBody(body: Uint8Array): DirectResponseAction['body'] {
  const bytes = Buffer.from(body);
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { inlineString: text } : { inlineBytes: bytes.toString('base64') };
}
