import type { HttpDirectResponse, HttpRedirect } from '../api/index.ts';
import { replacing } from './rewrite.ts';
import type { DirectResponse, PathMatch, PathRewrite, Redirect } from './route.ts';

/** `secure`: the port that listens ends TLS. https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRedirect */
export function fromRedirect(
  redirect: HttpRedirect,
  match: PathMatch | undefined,
  listening: { readonly port: number; readonly secure: boolean },
): Redirect {
  const called = listening.secure ? 'https' : 'http';
  const scheme = redirect.scheme ?? called;
  const port = redirectPort(redirect, scheme, listening.port);
  // Envoy keeps the port that was called, unless the host is another one or it was the default of its scheme.
  const isDropped = Boolean(redirect.authority) || listening.port === DEFAULT_PORTS[called];
  return {
    kind: 'redirect',
    scheme: redirect.scheme,
    host: redirect.authority || undefined,
    port: isDropped && port === DEFAULT_PORTS[scheme] ? undefined : port,
    path: redirectPath(redirect, match),
    status: (redirect.redirectCode ?? 301) as Redirect['status'],
  };
}

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPDirectResponse */
export function fromDirectResponse({ status, body }: HttpDirectResponse): DirectResponse {
  return { kind: 'direct-response', status, body: body && bodyOf(body) };
}

const DEFAULT_PORTS = { http: 80, https: 443 };

function redirectPort(
  { derivePort, port }: HttpRedirect,
  scheme: keyof typeof DEFAULT_PORTS,
  listening: number,
): number | undefined {
  if (derivePort === 'FROM_REQUEST_PORT') return listening;
  return derivePort === 'FROM_PROTOCOL_DEFAULT' ? DEFAULT_PORTS[scheme] : port;
}

function redirectPath(redirect: HttpRedirect, match: PathMatch | undefined): PathRewrite | undefined {
  if (redirect.prefixRewrite) return replacing(redirect.prefixRewrite, match);
  return redirect.uri ? { kind: 'full', value: redirect.uri } : undefined;
}

function bodyOf({ string, bytes }: NonNullable<HttpDirectResponse['body']>): Uint8Array {
  return Uint8Array.from(string === undefined ? Buffer.from(bytes ?? '', 'base64') : Buffer.from(string, 'utf8'));
}
