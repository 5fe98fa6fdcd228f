import type { z } from 'zod';
import { type Costs, cutsBy, type Part } from './cost.ts';
import { type Finding, findingOf, type Remark } from './finding.ts';
import { withoutIrrelevant } from './irrelevant.ts';
import { bareMetadata, readMetadata } from './metadata.ts';
import { groupOf, type KubeObject, type Metadata, type ObjectKey, objectKey, type RawObject } from './object.ts';
import { formatPath, type PathPattern, stepsOf } from './path.ts';
import type { Parsed, Problem } from './problem.ts';
import { prune } from './prune.ts';
import { usesOf } from './uses.ts';
import type { Deep } from './vocabulary.ts';

/** A kind of object that pharos reads. */
export interface Kind<Body> {
  readonly group: string;
  readonly kind: string;
  /** The newest first. All have the same fields. */
  readonly versions: readonly string[];
  readonly namespaced: boolean;
  readonly schema: z.ZodType;
  readonly notApplied: Reasons;
  readonly informational: Reasons;
  /** What is usable of an object, and all that is wrong with it. Never throws on what a user wrote. */
  readonly parse: (raw: RawObject) => Parsed<KubeObject<Body>>;
  /** What is said of an object of which nothing is usable, and what holds in its place. Undefined: nothing does. */
  readonly replace: ((raw: RawObject) => Required<Parsed<KubeObject<Body>>>) | undefined;
}

/**
 * Fields, each with a reason. A field is named by a pattern, which stands for all inside it too; `spec.type=NodePort`
 * is meant only with one of these values (`=A|B`).
 */
export type Reasons = Readonly<Record<PathPattern, string>>;

export interface KindDefinition<S extends z.ZodType> {
  readonly group: string;
  readonly kind: string;
  readonly versions: readonly string[];
  readonly namespaced: boolean;
  /** All of the object but apiVersion, kind and metadata. */
  readonly schema: S;
  /** What a mistake costs, where it is more than the field it is in. */
  readonly costs: Costs;
  /** Fields without which something applies to more. An unknown field beside may have been meant to be one. */
  readonly narrowing?: readonly PathPattern[];
  /** Known fields that say nothing to the mesh, by the place they are in. */
  readonly irrelevant?: Readonly<Record<PathPattern, readonly string[]>>;
  /** Understood, and not applied by this version: said as a notice where it is used. */
  readonly notApplied: Reasons;
  /** Read by people, or by other programs. */
  readonly informational?: Reasons;
  /** Applied, under a name that is out of use. */
  readonly deprecated?: Reasons;
  /**
   * For kinds that close what is open without them: what holds in place of an object of which nothing is usable, as long
   * as there is no earlier version of it. It must close all that the object may have been meant to close.
   */
  readonly standIn?: {
    readonly of: (written: Part) => Deep<z.infer<S>>;
    /** What that does, for people: `what it may have selected denies all calls`. */
    readonly says: string;
  };
  /** Mistakes between fields, each of which is right by itself. */
  readonly check?: (body: Deep<z.infer<S>>, metadata: Metadata, version: string) => Iterable<Remark>;
}

export function defineKind<S extends z.ZodType>(definition: KindDefinition<S>): Kind<Deep<z.infer<S>>> {
  const { group, kind, versions, namespaced, schema, notApplied, informational = {} } = definition;
  const replace = standInOf(definition);
  const parse = parserOf(definition, replace);
  return { group, kind, versions, namespaced, schema, notApplied, informational, parse, replace };
}

function standInOf<S extends z.ZodType>({
  standIn,
  group,
  kind,
  namespaced,
}: KindDefinition<S>): Kind<Body<S>>['replace'] {
  if (!standIn) return undefined;
  const message = `is not usable: an earlier version of it stays in force; if there is none, ${standIn.says}`;
  return (raw) => {
    const metadata = bareMetadata(raw, namespaced);
    const key = objectKey(group, kind, metadata.namespace, metadata.name);
    const value = { ...(standIn.of(raw) as object), key, metadata } as KubeObject<Body<S>>;
    const finding: Finding = { path: [], severity: 'warning', code: 'fails-closed', message };
    return { value: undefined, problems: problemsOf(key, [finding]), standIn: value };
  };
}

type Body<S extends z.ZodType> = Deep<z.infer<S>>;

function parserOf<S extends z.ZodType>(
  definition: KindDefinition<S>,
  standIn: Kind<Body<S>>['replace'],
): Kind<Body<S>>['parse'] {
  const { group, kind, namespaced, irrelevant = {}, narrowing = [], check } = definition;
  const shared = {
    schema: definition.schema as z.ZodType<Body<S>>,
    cutFor: cutsBy(definition.costs),
    narrowing: narrowing.map(stepsOf),
    // The Kubernetes API server takes null for absent in its own kinds, and refuses it in custom ones.
    nullIsAbsent: group === '' || group.endsWith('.k8s.io'),
  };
  const read = ['apiVersion', 'kind', 'metadata'];
  const strip = withoutIrrelevant({ ...irrelevant, '': [...read, ...(irrelevant[''] ?? [])] });
  const deprecated = usesOf(definition.deprecated ?? {}, 'deprecated');
  const notApplied = usesOf(definition.notApplied, 'not-applied');

  const unusable = (raw: RawObject, problems: readonly Problem[]): Parsed<KubeObject<Body<S>>> => {
    const replaced = standIn?.(raw);
    return replaced ? { ...replaced, problems: [...problems, ...replaced.problems] } : { value: undefined, problems };
  };

  return (raw) => {
    const { metadata, findings } = readMetadata(raw, namespaced);
    const key = objectKey(group, kind, metadata?.namespace ?? '', metadata?.name ?? String(raw.metadata.name));
    if (!metadata) return unusable(raw, problemsOf(key, findings));
    const version = raw.apiVersion.slice(raw.apiVersion.indexOf('/') + 1);
    const pruned = prune(strip(raw), {
      ...shared,
      check: (body) => (check ? [...check(body, metadata, version)].map(findingOf) : []),
    });
    const all = [...findings, ...pruned.findings];
    if (pruned.value === undefined) return unusable(raw, problemsOf(key, all));
    const { value: body, renumbered } = pruned;
    const value = { ...(body as object), key, metadata, ...(renumbered && { renumbered }) } as KubeObject<Body<S>>;
    return { value, problems: problemsOf(key, [...all, ...deprecated(value), ...notApplied(value)]) };
  };
}

function problemsOf(object: ObjectKey, findings: readonly Finding[]): readonly Problem[] {
  return findings.map(({ path, severity, code, message, hint, atKey }) => ({
    severity,
    code,
    object,
    path: formatPath(path),
    message,
    ...(hint !== undefined && { hint }),
    ...(atKey && { atKey }),
  }));
}

/** Whether a kind is meant by an apiVersion. */
export function isVersionOf(kind: Kind<unknown>, apiVersion: string): boolean {
  return groupOf(apiVersion) === kind.group && kind.versions.includes(apiVersion.slice(apiVersion.indexOf('/') + 1));
}
