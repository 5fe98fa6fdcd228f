import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Every YAML or JSON document below a directory, without those that cannot be parsed: the control plane tells of them. */
export async function readDocuments(directory: string): Promise<readonly unknown[]> {
  const names = await readdir(directory, { recursive: true });
  const files = names.filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
  return texts.flatMap((text) => {
    const documents = [...parseAllDocuments(text)].filter((document) => document.errors.length === 0);
    return documents.map((document): unknown => document.toJS());
  });
}
