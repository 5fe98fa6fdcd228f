import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { callSchema } from './call.ts';
import type { GatewayCase } from './case.ts';

const ROOT = join(import.meta.dirname, '../../gateway-api/two-languages');

export type Language = 'virtual-service' | 'http-route';

/** The same application, routed by the one and by the other. */
export interface Pair {
  readonly name: string;
  readonly about: string;
  readonly inLanguage: (language: Language) => GatewayCase;
}

const callsSchema = z.array(callSchema);

const pairSchema = z.strictObject({
  about: z.string(),
  calls: callsSchema,
  differs: z.strictObject({ 'virtual-service': callsSchema, 'http-route': callsSchema }).optional(),
});

/** Where both Gateways listen. */
export const ADDRESS = '127.20.120.1';
/** The Envoy that the selector of Istio's Gateway means. */
export const ISTIO_ROUTER = { name: 'edge', namespace: 'shop', serviceAccount: 'edge', labels: { app: 'edge' } };

const GATEWAYS = { 'virtual-service': 'istio-gateway.yaml', 'http-route': 'gateway.yaml' };

export function pairNames(): readonly string[] {
  const ending = '.expect.yaml';
  return readdirSync(ROOT)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

/** Throws with the file and the path in it if it is not well-formed, or if what differs are not the same calls. */
export function readPair(name: string): Pair {
  const file = `${name}.expect.yaml`;
  const parsed = pairSchema.safeParse(parse(read(file)));
  if (!parsed.success) throw new Error(`two-languages/${file}: ${z.prettifyError(parsed.error)}`);
  const { about, calls, differs } = parsed.data;
  const asked = (language: Language): readonly string[] =>
    (differs?.[language] ?? []).map(({ expect: _, ...call }) => JSON.stringify(call));
  if (`${asked('virtual-service')}` !== `${asked('http-route')}`) {
    throw new Error(`two-languages/${file}: what differs must be the same calls in the same order`);
  }
  return {
    name,
    about,
    inLanguage: (language) => ({
      name: `two-languages/${name} by ${language}`,
      objects: ['application.yaml', GATEWAYS[language], `${name}.${language}.yaml`].map(read).join('\n---\n'),
      expected: {
        tests: [],
        about,
        certificates: {},
        backends: {},
        sidecars: [],
        steps: [{ calls: [...calls, ...(differs?.[language] ?? [])] }],
      },
    }),
  };
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
