import { generateKeyPairSync } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { Graph } from '../graph/index.ts';
import { createKeySets } from '../policy/index.ts';
import { fakePolicies } from '../policy/testing.ts';
import { fetchKeySets } from './fetch-key-sets.ts';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const GOOD = JSON.stringify({ keys: [{ ...key, kid: '1' }] });

test('key sets that rules want are fetched and written down; those that none wants any more are forgotten', async () => {
  const graph = new Graph();
  const keySets = createKeySets(graph);
  const wanted = graph.table<true>('wanted');
  const policies = { ...fakePolicies(graph), wantedKeySets: () => wanted.keys() };
  const asked: string[] = [];
  const fetch = async (uri: string | URL | Request): Promise<Response> => {
    asked.push(`${uri}`);
    return `${uri}`.includes('bad') ? new Response('none', { status: 500 }) : new Response(GOOD);
  };
  wanted.set('https://a.example/keys', true);
  onTestFinished(fetchKeySets({ graph, policies, keySets }, { fetch }));
  await expect.poll(() => keySets.get('https://a.example/keys')?.jwks).toContain('"kid":"1"');

  wanted.set('https://bad.example/keys', true);
  await expect.poll(() => keySets.get('https://bad.example/keys')?.failure).toContain('500');
  expect(keySets.get('https://bad.example/keys')?.jwks).toBeUndefined();

  wanted.delete('https://a.example/keys');
  await expect.poll(() => keySets.keys()).toEqual(['https://bad.example/keys']);
  expect(asked).toContain('https://a.example/keys');
});
