import type { Labels } from '../api/index.ts';

/** Every label of the selector is there. An empty selector selects nothing: nobody means "everything" by saying nothing. */
export function selects(selector: Labels, labels: Labels): boolean {
  const wanted = Object.keys(selector);
  return wanted.length > 0 && wanted.every((key) => labels[key] === selector[key]);
}

/** The groups of an index by label: one for each `key=value` of a namespace. */
export function labelGroups(namespace: string, labels: Labels): readonly string[] {
  return Object.entries(labels).map(([key, value]) => `${namespace}|${key}=${value}`);
}

/** The one group in which everything that a selector selects is found; undefined if it selects nothing. */
export function groupToSearch(namespace: string, selector: Labels): string | undefined {
  return labelGroups(namespace, selector)[0];
}

/** Equal labels have equal text. */
export function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}
