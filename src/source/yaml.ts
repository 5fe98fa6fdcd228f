import { type Document, type ParsedNode, parseAllDocuments } from 'yaml';

export type YamlDocument = Document.Parsed<ParsedNode, true>;

/** More aliases than any person writes; fewer than it takes to fill the memory (a "billion laughs"). */
export const MAX_ALIASES = 1_000;

/**
 * Every document of a text, the broken ones with their `errors`. YAML 1.2, of which JSON is a part, with the merge
 * keys (`<<`) that kubectl knows as well.
 */
export function parseYaml(text: string): readonly YamlDocument[] {
  return parseAllDocuments(text, { prettyErrors: false, merge: true, logLevel: 'error', uniqueKeys: true });
}
