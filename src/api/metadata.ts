import type { Finding } from './finding.ts';
import { labelKeyMistake, labelMistake, labelValueMistake } from './names.ts';
import type { Labels, Metadata, RawObject } from './object.ts';
import { suggest } from './suggest.ts';
import { show } from './vocabulary.ts';

/** Where objects without a namespace are, as for kubectl. */
const DEFAULT_NAMESPACE = 'default';

/** The namespace an object is in; empty for kinds that have none. */
export function namespaceOf(raw: RawObject, namespaced: boolean): string {
  const { namespace } = raw.metadata;
  return namespaced ? (typeof namespace === 'string' && namespace !== '' ? namespace : DEFAULT_NAMESPACE) : '';
}

export interface ReadMetadata {
  /** Undefined: without it nobody can say which object this is. */
  readonly metadata: Metadata | undefined;
  readonly findings: readonly Finding[];
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export function readMetadata(raw: RawObject, namespaced: boolean): ReadMetadata {
  const written = raw.metadata as Readonly<Record<string, unknown>>;
  const findings: Finding[] = [];
  for (const key of Object.keys(written)) if (!KNOWN.has(key)) findings.push(unknownField(key));

  const name = typeof written['name'] === 'string' ? written['name'] : '';
  if (!NAME.test(name) || name.length > 253) findings.push(badName('name', written['name']));
  const namespace = namespaceOf(raw, namespaced);
  if (namespaced && !isNamespace(written['namespace'])) findings.push(badName('namespace', written['namespace']));
  const fatal = findings.some(({ code }) => code === 'bad-name');

  const labels = readTexts('labels', written['labels'], findings);
  const annotations = readTexts('annotations', written['annotations'], findings);
  const metadata = { name, namespace, labels, annotations, ...historyOf(written) };
  return { metadata: fatal ? undefined : metadata, findings };
}

/** Who an object says it is, whether or not anybody may be called so. */
export function bareMetadata(raw: RawObject, namespaced: boolean): Metadata {
  const name = String(raw.metadata.name);
  const namespace = namespaceOf(raw, namespaced);
  return { name, namespace, labels: NONE, annotations: NONE, ...historyOf(raw.metadata) };
}

/** What the API server writes of its own accord. */
function historyOf(written: Readonly<Record<string, unknown>>): Pick<Metadata, 'creationTimestamp' | 'generation'> {
  const { creationTimestamp, generation } = written;
  return {
    creationTimestamp: typeof creationTimestamp === 'string' ? creationTimestamp : undefined,
    ...(typeof generation === 'number' && Number.isInteger(generation) && { generation }),
  };
}

/** A value that is no text costs its own entry. */
function readTexts(field: 'labels' | 'annotations', written: unknown, findings: Finding[]): Labels {
  if (written === undefined || written === null) return NONE;
  if (typeof written !== 'object' || Array.isArray(written)) {
    findings.push(bad([field], `must be a map, not ${show(written)}`));
    return NONE;
  }
  const entries = Object.entries(written).filter(([key]) => key !== LAST_APPLIED);
  return Object.fromEntries(
    entries.filter(([key, value]) => {
      const mistake = entryMistake(field, key, value);
      if (mistake) findings.push(mistake);
      return !mistake;
    }),
  );
}

function entryMistake(field: 'labels' | 'annotations', key: string, value: unknown): Finding | undefined {
  const path = [field, key];
  if (typeof value !== 'string') {
    const hint = typeof value === 'object' ? undefined : `write it in quotes: ${JSON.stringify(String(value))}`;
    return bad(path, `must be a text, not ${show(value)}`, hint);
  }
  const keyMistake = labelKeyMistake(key);
  if (keyMistake) return { ...bad(path, `${keyMistake}, not ${show(key)}`), atKey: true };
  const mistake = field === 'labels' ? labelValueMistake(value) : undefined;
  return mistake === undefined ? undefined : bad(path, `${mistake}, not ${show(value)}`);
}

function bad(path: readonly string[], message: string, hint?: string): Finding {
  return { path: ['metadata', ...path], severity: 'error', code: 'bad-value', message, hint };
}

function badName(field: 'name' | 'namespace', written: unknown): Finding {
  const missing = written === undefined || written === null;
  const message = missing
    ? 'is required'
    : `must be ${field === 'name' ? 'an object name' : 'a DNS label'}, not ${show(written)}`;
  return { path: ['metadata', field], severity: 'error', code: 'bad-name', message };
}

function unknownField(key: string): Finding {
  const { hint } = suggest(key, READ, undefined);
  const message = `unknown field ${JSON.stringify(key)}`;
  return { path: ['metadata', key], severity: 'error', code: 'unknown-field', message, hint, atKey: true };
}

function isNamespace(written: unknown): boolean {
  if (written === undefined || written === null || written === '') return true;
  return typeof written === 'string' && labelMistake(written) === undefined;
}

/** One value for all, so that equal metadata is quickly seen to be equal. */
const NONE: Labels = {};

/** kubectl's own copy of the whole object: large, and it changes with everything. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A DNS subdomain; RBAC objects have colons, which are no concern of ours. */
const NAME = /^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$/;

const READ = ['name', 'namespace', 'labels', 'annotations'];

const KNOWN = new Set([
  ...READ,
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
]);
