import fc from 'fast-check';
import { maybe, seldom } from './chance.ts';
import { HOSTS } from './names.ts';

/** A request as a client sends it to an address and port. */
export interface Request {
  readonly host: string;
  /** The name in the handshake, where there is one. */
  readonly sni: string;
  readonly method: string;
  readonly path: string;
  /** In the order of the URL, no name twice. */
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const value = fc.constantFrom('v', 'w', 'u');
const host = fc.constantFrom(...HOSTS, 'a.example', 'a.example', 'x.a.example', 'b.example');

const headers = fc
  .record({
    'x-one': maybe(value),
    'x-two': maybe(value),
    'content-type': maybe(fc.constantFrom('application/grpc', 'application/grpc+proto')),
  })
  .map(present);
const query = fc.record({ p: maybe(value), q: maybe(value), P: maybe(value) }).map(present);
const path = fc.constantFrom(
  '/',
  '/a',
  '/a/b',
  '/a/',
  '/ab',
  '/a/b',
  '/a/b/c',
  '/a/bc',
  '/a/c',
  '/b',
  '/c',
  '/shop.Cart/Get',
  '/shop.Cart/Put',
  '/shop.Mail/Get',
  '/shop/Get',
  '/x/P',
);

export const request: fc.Arbitrary<Request> = fc
  .record({
    host,
    sni: seldom(host),
    method: fc.constantFrom('GET', 'GET', 'POST'),
    path,
    query,
    headers,
  })
  .map((one) => ({ ...one, sni: one.sni ?? one.host }));

function present(record: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** For people. */
export function showRequest({ host, sni, method, path, query, headers }: Request): string {
  const search = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  const said = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const handshake = sni === host ? [] : [`sni ${sni}`];
  return [`${method} ${host}${path}${search.length > 0 ? `?${search.join('&')}` : ''}`, ...handshake, ...said].join(
    ', ',
  );
}
