/**
 * Makes src/proto/generated: `schema.json`, which the codecs read at start, and `messages.ts`, types of every message
 * in ProtoJSON. Runs at install (`npm run prepare`); what it makes is not committed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRoot } from '../src/proto/root.ts';
import { schemaOf } from './schema-of-root.ts';
import { describeTypes } from './types-of-schema.ts';

const folder = join(import.meta.dirname, '../src/proto/generated');

mkdirSync(folder, { recursive: true });
const { schema, comments } = schemaOf(loadRoot());
writeFileSync(join(folder, 'schema.json'), JSON.stringify(schema));
writeFileSync(join(folder, 'messages.ts'), describeTypes(schema, comments));
