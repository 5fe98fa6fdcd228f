import { array, record, text } from './loose.ts';

/** A request worth trying: an entry of a directory's calls.yaml. */
export interface Call {
  readonly title: string;
  readonly method: string;
  readonly url: string;
  /** Who asks: the name of a proxy, or whoever. */
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;
  /** No answer is expected, so that curl should say what it met. */
  readonly isRefused: boolean;
}

/** How a call gets to the proxy that is asked. */
export interface Way {
  /** The `http_proxy` of the sidecar that it is from. */
  readonly proxy: string | undefined;
  /** A file with whom to believe over TLS. */
  readonly cacert: string | undefined;
}

/** The requests of a calls.yaml, which is a list and so is no object of the mesh. */
export function callsIn(document: unknown): readonly Call[] {
  return array(document).flatMap((entry) => {
    const { name, call, from, headers, expect } = record(entry);
    const [method, url] = text(call)?.split(' ') ?? [];
    if (!method || !url) return [];
    const told = Object.entries(record(headers)).map(([header, value]) => [header, String(value)] as const);
    return [
      {
        title: text(name) ?? '',
        method,
        url,
        from: text(from) ?? '',
        headers: Object.fromEntries(told),
        isRefused: record(expect).status === 'closed',
      },
    ];
  });
}

/** Ready to paste into a shell. */
export function curlOf({ method, url, headers, isRefused }: Call, { proxy, cacert }: Way): string {
  const parts = [
    isRefused ? 'curl -sS' : 'curl -s',
    ...(url.startsWith('https:') && cacert !== undefined ? [`--cacert ${quoted(cacert)}`] : []),
    ...(proxy === undefined ? [] : [`-x ${proxy}`]),
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    quoted(url),
  ];
  return parts.join(' ');
}

function quoted(word: string): string {
  return /^[\w:/.-]+$/.test(word) ? word : quote(word);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
