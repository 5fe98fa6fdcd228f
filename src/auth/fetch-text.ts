import type { Timers } from './timers.ts';

export interface FetchLimits {
  /** For all of it: redirects, too, and the body. */
  readonly timeoutMs: number;
  readonly bytes: number;
  readonly redirects: number;
}

export const DEFAULT_FETCH_LIMITS: FetchLimits = { timeoutMs: 10_000, bytes: 1024 * 1024, redirects: 5 };

/** As the global `fetch`. */
export type Fetch = typeof globalThis.fetch;

export interface Fetching {
  readonly fetch: Fetch;
  readonly timers: Timers;
  readonly limits: FetchLimits;
  /** Ends it from outside. */
  readonly signal: AbortSignal;
}

/** Nothing came, and why, in words that continue "the key set …". They repeat no address and nothing that was answered. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed';
}

/** What a GET over HTTPS or HTTP is answered. Throws a FetchFailed, and nothing else. */
export async function fetchText(url: string, { fetch, timers, limits, signal }: Fetching): Promise<string> {
  const late = new AbortController();
  const callOff = timers.after(limits.timeoutMs, () => late.abort());
  try {
    const response = await following(url, limits.redirects, fetch, AbortSignal.any([signal, late.signal]));
    return await textOf(response, limits.bytes);
  } catch (error) {
    if (late.signal.aborted) throw new FetchFailed(`was not there within ${limits.timeoutMs} ms`);
    throw error instanceof FetchFailed ? error : new FetchFailed(`could not be fetched: ${networkReason(error)}`);
  } finally {
    callOff();
  }
}

/** By ourselves, because `fetch` would go on twenty times, and from HTTPS to HTTP. */
async function following(url: string, redirects: number, fetch: Fetch, signal: AbortSignal): Promise<Response> {
  let at = checked(url, undefined);
  for (let left = redirects; ; left--) {
    const response = await fetch(at, { redirect: 'manual', signal, headers: { accept: 'application/json' } });
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
    if (location === null) return succeeded(response);
    await response.body?.cancel();
    if (left === 0) throw new FetchFailed(`is behind more than ${redirects} redirects`);
    at = checked(location, at);
  }
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function checked(text: string, from: URL | undefined): URL {
  const url = URL.canParse(text, from) ? new URL(text, from) : undefined;
  if (!url) throw new FetchFailed('is at no address that can be understood');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new FetchFailed('is at no https or http address');
  if (from?.protocol === 'https:' && url.protocol === 'http:')
    throw new FetchFailed('is redirected from https to http');
  if (url.username || url.password) throw new FetchFailed('has a user name or a password in its address');
  return url;
}

async function succeeded(response: Response): Promise<Response> {
  if (response.status === 200) return response;
  await response.body?.cancel();
  throw new FetchFailed(`was answered with status ${response.status}`);
}

async function textOf({ body }: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > limit) throw new FetchFailed(`has more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `ECONNREFUSED`, `CERT_HAS_EXPIRED`: what Node's errors are sure to have, beneath the words "fetch failed". */
function networkReason(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown };
  const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown };
  return String(code ?? name);
}
