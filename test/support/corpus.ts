import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Change } from '../../src/api/index.ts';
import { type ControlPlane, createControlPlane } from '../../src/control-plane/index.ts';
import type { XdsType } from '../../src/proto/index.ts';
import { changesOf } from '../../src/source/index.ts';
import type { Node } from '../../src/view/index.ts';

const ROOT = join(import.meta.dirname, '../golden');

/** A `kind: Proxy` document of a case: who connects, and what to show of what it is sent. */
export interface CaseProxy {
  readonly name: string;
  readonly node: Node;
  /** Resource names by type; `*` stands for anything. */
  readonly show: Partial<Record<XdsType, readonly string[]>>;
}

/** One idea, written once: `NAME.in.yaml`, read by every reader of the corpus. */
export interface GoldenCase {
  /** `routes/canary-by-header`. */
  readonly name: string;
  readonly changes: readonly Change[];
  readonly proxies: readonly CaseProxy[];
  readonly out: string;
  readonly calls: string | undefined;
}

export function corpus(): readonly GoldenCase[] {
  return files('.in.yaml').map((name) => readCase(name));
}

/** Names of all files of the corpus that end so, without the ending. */
export function files(ending: string): readonly string[] {
  const all = readdirSync(ROOT, { recursive: true, encoding: 'utf8' });
  return all
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

export function pathOf(name: string, ending: string): string {
  return join(ROOT, name + ending);
}

/** A control plane that has read a case. */
export function load(changes: readonly Change[]): ControlPlane {
  const controlPlane = createControlPlane();
  controlPlane.store.apply(changes);
  return controlPlane;
}

function readCase(name: string): GoldenCase {
  const { objects, proxies } = separate(readFileSync(pathOf(name, '.in.yaml'), 'utf8'));
  const calls = pathOf(name, '.calls.yaml');
  return {
    name,
    changes: changesOf([[`${name}.in.yaml`, objects]]),
    proxies,
    out: pathOf(name, '.out.yaml'),
    calls: existsSync(calls) ? calls : undefined,
  };
}

interface ProxyDocument {
  readonly kind: 'Proxy';
  readonly name: string;
  readonly node: Partial<Node>;
  readonly show: CaseProxy['show'];
}

/** The objects' text, with every line where it was, and the proxies. */
export function separate(text: string): { objects: string; proxies: readonly CaseProxy[] } {
  const proxies: CaseProxy[] = [];
  const documents = text.split(/^---$/m).map((part) => {
    const value: unknown = parseAllDocuments(part)[0]?.toJS();
    if (!isProxy(value)) return part;
    proxies.push(proxyOf(value));
    return part.replace(/[^\n]+/g, '');
  });
  return { objects: documents.join('---'), proxies };
}

function isProxy(value: unknown): value is ProxyDocument {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Proxy';
}

function proxyOf({ name, node, show }: ProxyDocument): CaseProxy {
  const full: Node = {
    id: name,
    cluster: name,
    metadata: {},
    locality: undefined,
    userAgentName: 'envoy',
    userAgentVersion: '',
    protocol: 'sotw',
    ...node,
  };
  return { name, node: full, show };
}
