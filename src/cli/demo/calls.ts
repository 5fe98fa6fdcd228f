import { array, record, text } from './loose.ts';

/** A request worth trying: an entry of a directory's calls.yaml. */
export interface Call {
  readonly title: string;
  /** Ready to paste into a shell. */
  readonly command: string;
}

/** The requests of a calls.yaml, which is a list and so is no object of the mesh. */
export function callsIn(document: unknown): readonly Call[] {
  return array(document).flatMap((entry) => {
    const { name, call, headers } = record(entry);
    const [method, url] = text(call)?.split(' ') ?? [];
    if (!method || !url) return [];
    return [{ title: text(name) ?? '', command: curl(method, url, record(headers)) }];
  });
}

function curl(method: string, url: string, headers: Readonly<Record<string, unknown>>): string {
  const parts = [
    'curl -s',
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    /^[\w:/.-]+$/.test(url) ? url : quote(url),
  ];
  return parts.join(' ');
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
