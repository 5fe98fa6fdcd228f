import { Command, InvalidArgumentError, Option } from 'commander';
import { isIp } from '../api/names.ts';
import { authorize, type Question } from '../control-plane/authorize.ts';
import { gatewaysOf } from '../control-plane/gateways.ts';
import type { ControlPlane } from '../control-plane/index.ts';
import { loadDirectory } from '../control-plane/load.ts';
import { matrixOf } from '../control-plane/matrix.ts';
import { accountsOf, workloadsOf } from '../control-plane/workloads.ts';
import { closest } from '../lib/closest.ts';
import { parseSpiffeUri } from '../lib/spiffe.ts';
import { checkExists } from './check-exists.ts';
import { findTarget } from './find-target.ts';
import { serviceAccount } from './service-account.ts';
import { answerJson, showAnswer } from './show-answer.ts';
import { matrixJson, showMatrix } from './show-matrix.ts';
import { UsageError } from './usage-error.ts';

type Caller = NonNullable<Question['from']>;

interface Options {
  readonly from?: Caller;
  readonly to?: string;
  readonly host?: string;
  readonly header: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly sni?: string;
  readonly metadata?: NonNullable<Question['metadata']>;
  readonly sourceIp?: string;
  readonly plaintext?: boolean;
  readonly matrix?: true;
  readonly output: 'text' | 'json';
}

export function authzCommand(): Command {
  return new Command('authz')
    .description('Say whether a call is allowed, and which policy decides; or who may call whom.')
    .argument('<directory>', 'the directory to read')
    .argument('[method]', 'of an HTTP request; without one a TCP connection is meant, or GET / where a port takes HTTP')
    .argument('[path]', 'of the request')
    .option(
      '--from <namespace/account>',
      'the service account that calls, or spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT; without it somebody without identity',
      caller,
    )
    .option(
      '--to <namespace/workload[:port]>',
      'what is called: a Deployment, Pod or WorkloadEntry, or gateway/NAMESPACE/GATEWAY; and a port it listens on',
    )
    .option('--host <host>', 'the Host header; by default that of the first service that leads there')
    .option('-H, --header <name: value>', 'a header of the request; may be given several times', header, {})
    .option('--token <jwt>', 'a token in Authorization: Bearer; it is verified with the keys that the rules hold')
    .option('--claims <json>', 'or what a valid token says: {"iss":"https://issuer.example","sub":"eve"}', claims)
    .option('--sni <name>', 'what the TLS handshake asks for; by default what a sidecar asks for')
    .option('--metadata <json>', 'what filters of Envoy say of the call: {"FILTER":{"KEY":"value"}}', metadata)
    .option(
      '--source-ip <address>',
      'where the connection comes from; by default the first Pod of the account',
      address,
    )
    .option('--plaintext', 'the caller does not use mTLS')
    .option('--matrix', 'all service accounts and all ports, instead of one call')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Policies are enforced by the proxy beside the workload that is called: the answer is what that proxy does.

Examples:
  $ pharos authz mesh --from web/front --to shop/cart:8080 GET /carts/7
  $ pharos authz mesh --from web/front --to shop/cart POST /carts -H 'x-env: test' --claims '{"iss":"a","sub":"eve"}'
  $ pharos authz mesh --to shop/db:5432 --source-ip 10.0.0.7
  $ pharos authz mesh --to gateway/edge/public:443 GET /carts/7 --host shop.example --token eyJhbGciOi…
  $ pharos authz mesh --from spiffe://old.example/ns/web/sa/front --to shop/cart:8080 GET /carts/7
  $ pharos authz mesh --matrix

Exit code: 0 allowed (or a matrix), 1 denied, 2 used wrongly.`,
    )
    .action(authz);
}

async function authz(
  directory: string,
  method: string | undefined,
  path: string | undefined,
  options: Options,
): Promise<void> {
  checkExists(directory);
  const { controlPlane } = await loadDirectory(directory);
  const isJson = options.output === 'json';
  if (options.matrix) {
    const matrix = matrixOf(controlPlane);
    return console.log(isJson ? JSON.stringify(matrixJson(matrix), null, 2) : showMatrix(matrix));
  }
  const question = questionOf(controlPlane, method, path, options);
  const answer = await authorize(controlPlane, question);
  const notes = strangerNotes(controlPlane, options.from);
  console.log(
    isJson
      ? JSON.stringify(answerJson(controlPlane.store, question, answer, notes), null, 2)
      : showAnswer(controlPlane.store, question, answer, notes),
  );
  process.exitCode = answer.allowed ? 0 : 1;
}

function questionOf(
  controlPlane: ControlPlane,
  method: string | undefined,
  path: string | undefined,
  options: Options,
): Question {
  const { from, to: target, host, claims: said, sourceIp, plaintext = false, sni, metadata: noted } = options;
  if (target === undefined) throw new UsageError('who is called?', 'add --to NAMESPACE/WORKLOAD:PORT, or --matrix');
  const workloads = workloadsOf(controlPlane);
  const { workload: to, port } = findTarget([...workloads, ...gatewaysOf(controlPlane)], target);
  const isHttp = method !== undefined || port.speaks === 'http';
  const caller = workloads.find(
    ({ subject, serviceAccount: name }) => subject.namespace === from?.namespace && name === from.serviceAccount,
  );
  return {
    from,
    to,
    port,
    plaintext,
    serverName: sni,
    metadata: noted,
    sourceIp: sourceIp ?? caller?.addresses[0],
    http: isHttp
      ? {
          method: (method ?? 'GET').toUpperCase(),
          path: path === undefined ? '/' : withSlash(path),
          host: host ?? port.service?.host ?? to.name,
          headers: withToken(options),
          claims: said,
        }
      : undefined,
  };
}

function withToken({ header: headers, token }: Options): Readonly<Record<string, string>> {
  return token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` };
}

function withSlash(path: string): string {
  if (!path.startsWith('/') && path !== '*') throw new UsageError(`the path must begin with /, not "${path}"`);
  return path;
}

/** One may ask for an account that nobody runs under, but probably did not mean to. */
function strangerNotes(controlPlane: ControlPlane, from: Caller | undefined): readonly string[] {
  // Who is of another mesh is no stranger here for that.
  if (from?.trustDomain !== undefined) return [];
  const accounts = accountsOf(workloadsOf(controlPlane));
  const asked = from && `${from.namespace}/${from.serviceAccount}`;
  if (asked === undefined || accounts.includes(asked)) return [];
  const near = closest(asked, accounts);
  return [`no workload runs as ${asked}${near === undefined ? '' : `: did you mean ${near}?`}`];
}

function caller(text: string): Caller {
  if (!text.startsWith('spiffe://')) return serviceAccount(text);
  const id = parseSpiffeUri(text);
  if (!id) throw new InvalidArgumentError(`must be spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT, not "${text}"`);
  return id;
}

function header(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError(`must be "NAME: VALUE", not "${text}"`);
  const key = name.toLowerCase();
  return { ...before, [key]: before[key] === undefined ? value : `${before[key]},${value}` };
}

function claims(text: string): Readonly<Record<string, unknown>> {
  const value = parsed(text);
  if (isObject(value)) return value;
  throw new InvalidArgumentError('must be a JSON object: {"iss":"https://issuer.example","sub":"eve"}');
}

function metadata(text: string): NonNullable<Question['metadata']> {
  const value = parsed(text);
  if (isObject(value) && Object.values(value).every(isObject)) return value as NonNullable<Question['metadata']>;
  throw new InvalidArgumentError('must be a JSON object of objects: {"envoy.filters.http.lua":{"team":"blue"}}');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function address(text: string): string {
  if (!isIp(text)) throw new InvalidArgumentError(`must be an IP address, not "${text}"`);
  return text;
}
