import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';
import { callSchema, type Expectation } from './call.ts';
import { unfilled } from './macros.ts';
import { OBJECT, statusSchema } from './status-expectation.ts';

const ROOT = join(import.meta.dirname, '../../gateway-api');

/** Two files of test/gateway-api. */
export interface GatewayCase {
  /** `http-route/httproute-weight`. */
  readonly name: string;
  /** The objects as text, macros and all. */
  readonly objects: string;
  readonly expected: Expected;
}

export type Expected = z.infer<typeof expectedSchema>;
export type Step = Expected['steps'][number];
export type CertificateWanted = z.infer<typeof certificateSchema>;
export type BackendWanted = z.infer<typeof backendSchema>;

const certificateSchema = z.strictObject({
  hosts: z.array(z.string()).default([]),
  uris: z.array(z.string()).default([]),
  signedBy: z.string().optional(),
  ca: z.boolean().default(false),
});

const backendSchema = z.strictObject({
  certificate: z.string().optional(),
  clients: z.string().optional(),
  ports: z.array(z.number().int()).optional(),
  demands: z.record(z.string().toLowerCase(), z.string()).optional(),
});

/** As Kubernetes has it, so that a source can read it. */
const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

const changeSchema = z
  .strictObject({
    delete: z.array(z.string().regex(OBJECT, 'must be a kind and namespace/name: ReferenceGrant web/grant')),
    apply: z.array(manifestSchema),
  })
  .partial();

const stepSchema = z.strictObject({
  says: z.string().optional(),
  change: changeSchema.optional(),
  status: statusSchema.optional(),
  calls: z.array(callSchema).default([]),
});

const expectedSchema = z.strictObject({
  tests: z.array(z.string()),
  about: z.string(),
  certificates: z.record(z.string().regex(/^[\w-]+$/), certificateSchema).default({}),
  sidecars: z.array(z.string()).default([]),
  backends: z.record(z.string(), backendSchema).default({}),
  steps: z.array(stepSchema).min(1),
});

export function readCases(): readonly GatewayCase[] {
  return caseNames().map(readCase);
}

/** In the order of their names. */
export function caseNames(): readonly string[] {
  return namesOf('.expect.yaml');
}

/** For a test, whatever may be wrong with the case: `http-route/httproute-weight: Requests are shared by weight.` */
export function titleOf(name: string): string {
  const { about } = (parseDocument(readExpected(name)).toJS() ?? {}) as { readonly about?: string };
  return `${name}: ${`${about ?? 'nothing said'}`.trim().replace(/\s+/g, ' ')}`;
}

/** Files without the other that belongs to them. */
export function incompleteCases(): readonly string[] {
  const objects = namesOf('.in.yaml');
  const expected = namesOf('.expect.yaml');
  return [
    ...objects.filter((name) => !expected.includes(name)).map((name) => `${name}.expect.yaml is missing`),
    ...expected.filter((name) => !objects.includes(name)).map((name) => `${name}.in.yaml is missing`),
  ];
}

/** The conformance tests of Gateway API. */
export function conformanceTests(): readonly string[] {
  return readFileSync(join(ROOT, 'tests.txt'), 'utf8').trim().split('\n');
}

/** Throws with the file and the path in it if the case is not well-formed: a misspelled expectation must not pass. */
export function readCase(name: string): GatewayCase {
  const parsed = expectedSchema.safeParse(parse(unfilled(readExpected(name))));
  if (!parsed.success) throw new Error(`${name}.expect.yaml: ${z.prettifyError(parsed.error)}`);
  const unknown = unknownCertificates(parsed.data);
  if (unknown.length > 0) throw new Error(`${name}.expect.yaml: no certificate ${unknown.join(', ')}`);
  const objects = join(ROOT, `${name}.in.yaml`);
  return { name, objects: existsSync(objects) ? readFileSync(objects, 'utf8') : '', expected: parsed.data };
}

function readExpected(name: string): string {
  return readFileSync(join(ROOT, `${name}.expect.yaml`), 'utf8');
}

function unknownCertificates({ certificates, backends, steps }: Expected): readonly string[] {
  const named = [
    ...Object.values(certificates).map(({ signedBy }) => signedBy),
    ...Object.values(backends).flatMap(({ certificate, clients }) => [certificate, clients]),
    ...steps.flatMap(({ calls }) => calls.flatMap(({ cert, trust, expect }) => [cert, trust, ...clientsIn(expect)])),
  ];
  return named.filter((name) => name !== undefined).filter((name) => !(name in certificates));
}

function clientsIn({ arrives, also = {} }: Expectation): readonly (string | undefined)[] {
  return [arrives?.client, ...Object.values(also).map(({ client }) => client)];
}

function namesOf(ending: string): readonly string[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && !file.startsWith('two-languages'))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}
