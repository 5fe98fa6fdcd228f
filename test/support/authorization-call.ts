import type { Authority } from '../../src/ca/index.ts';
import { parseSpiffeUri, type SpiffeId } from '../../src/lib/spiffe.ts';
import type { StoryCall } from './authorization-story.ts';
import type { Echoed } from './echo.ts';
import { talk } from './sidecar.ts';
import { tlsTalk } from './tls-client.ts';

export interface StoryAnswer {
  /** 0: closed without a word. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The request as it arrived, if it did. */
  readonly echoed: Echoed | undefined;
}

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** A call as it stands, over a connection of its own. */
export async function performStoryCall(
  call: StoryCall,
  token: string | undefined,
  place: Place,
  authority: Authority,
): Promise<StoryAnswer> {
  const request = requestOf(call, token);
  const said = request ? textOf(request, call.body) : 'hello, this is no request\r\n';
  const text = await (call.as === undefined
    ? talk(place.address, place.port, said, call.from)
    : talkAs(identityOf(call.as), said, call, place, authority));
  return call.call === 'TCP'
    ? { status: text === '' ? 0 : 200, headers: {}, body: text, echoed: undefined }
    : read(text);
}

async function talkAs(
  id: SpiffeId,
  said: string,
  call: StoryCall,
  place: Place,
  authority: Authority,
): Promise<string> {
  const { leafPem, intermediatesPem, keyPem } = authority.issue(id);
  const answer = await tlsTalk(
    {
      ...place,
      from: call.from,
      name: call.sni ?? '',
      as: { cert: [leafPem, ...intermediatesPem].join('\n'), key: keyPem },
      alpn: [call.call === 'TCP' ? 'istio' : 'istio-http/1.1'],
    },
    said,
  );
  return 'text' in answer ? answer.text : '';
}

/** `shop/web`, or a principal. */
export function identityOf(as: string): SpiffeId {
  const [namespace = '', serviceAccount = ''] = as.split('/');
  return parseSpiffeUri(`spiffe://${as}`) ?? { trustDomain: 'cluster.local', namespace, serviceAccount };
}

export interface StoryRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  /** Beside the host; names as the call writes them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a call asks for, with its token in its place; undefined: nothing, it is no request. */
export function requestOf(call: StoryCall, token: string | undefined): StoryRequest | undefined {
  if (call.call === 'TCP') return undefined;
  const withToken = (text: string): string => text.replace('$TOKEN', token ?? '');
  const isPlaced = JSON.stringify(call).includes('$TOKEN');
  const [method = '', path = ''] = call.call.split(' ');
  const placed = Object.entries(call.headers).map(([name, value]) => [name, withToken(value)] as const);
  return {
    method,
    path: withToken(path),
    host: call.host,
    headers: {
      ...(token !== undefined && !isPlaced && { authorization: `Bearer ${token}` }),
      ...Object.fromEntries(placed),
    },
  };
}

/** By hand: no client writes paths like `/a/../b` as they are. */
function textOf({ method, path, host, headers }: StoryRequest, body: string): string {
  const all = { host, connection: 'close', 'content-length': String(body.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path} HTTP/1.1`, ...lines, '', body].join('\r\n');
}

function read(text: string): StoryAnswer {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const rest = body.join('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: rest,
    echoed: echoedIn(rest),
  };
}

/** The body may be in chunks. */
function echoedIn(body: string): Echoed | undefined {
  const json = /\{.*\}/s.exec(body)?.[0];
  try {
    const value = JSON.parse(json ?? '');
    return typeof value?.service === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
