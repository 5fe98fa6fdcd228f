import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import protobuf from 'protobufjs';
import { addAdditions } from './additions.ts';

const require = createRequire(import.meta.url);

/** Where our own .proto texts lie: what no package ships. */
const SUPPLEMENTS = join(import.meta.dirname, '../../protos');

/** What later Envoys have added to the shipped protos. */
const ADDITIONS = join(SUPPLEMENTS, 'additions');

/** What @grpc/grpc-js-xds ships under deps/, as data: none of its code is loaded. */
const FOLDERS = ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'];

/**
 * These import protos that nobody ships on npm (opencensus, prometheus client_model, collector services of
 * opentelemetry), and what they describe is not configured over xDS: umbrella of tracers, sinks of Envoy's own data.
 */
const UNLOADABLE = /(?:config\/trace\/v3\/(?:opencensus|trace)|service\/(?:metrics|trace)\/v3\/\w+)\.proto$/;

/**
 * Envoy's API as a protobufjs root: every v3 file that @grpc/grpc-js-xds ships (Envoy 1.31), our supplements, and
 * what later Envoys have added. Takes a quarter of a second: it is read when types are generated, and by tests.
 */
export function loadRoot(): protobuf.Root {
  const shipped = join(dirname(require.resolve('@grpc/grpc-js-xds/package.json')), 'deps');
  const folders = [SUPPLEMENTS, ...FOLDERS.map((folder) => join(shipped, folder))];
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => resolveImport(folders, target);
  const descriptor: { nested: Json } = require('protobufjs/google/protobuf/descriptor.json');
  protobuf.common('descriptor', descriptor.nested['google']!.nested['protobuf']!.nested);
  root.loadSync([...ours(), ...xdsFiles(join(shipped, 'xds')), ...envoyFiles(join(shipped, 'envoy-api'))], {
    keepCase: true,
    alternateCommentMode: true,
  });
  addAdditions(root, ADDITIONS);
  root.resolveAll();
  return root;
}

type Json = { readonly [key: string]: { readonly nested: Json } };

function resolveImport(folders: readonly string[], target: string): string | null {
  if (isAbsolute(target)) return target;
  const folder = folders.find((candidate) => existsSync(join(candidate, target)));
  if (folder) return join(folder, target);
  if (target.startsWith('google/protobuf/')) return target;
  throw new Error(`no package ships ${target}, which a .proto imports: add it to protos/`);
}

function ours(): string[] {
  const files = protoFiles(SUPPLEMENTS).map((file) => join(SUPPLEMENTS, file));
  return files.filter((file) => !file.startsWith(ADDITIONS));
}

function envoyFiles(folder: string): string[] {
  return protoFiles(folder).filter((file) => /[/\\]v3[/\\]/.test(file) && !UNLOADABLE.test(file.replaceAll('\\', '/')));
}

/** xDS's own types. Its services stay out. */
function xdsFiles(folder: string): string[] {
  return protoFiles(folder).filter((file) => /^(?:xds|udpa)[/\\](?:type|core)[/\\]/.test(file));
}

function protoFiles(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.proto')).sort();
}
