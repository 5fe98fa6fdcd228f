import type { ExportTo } from './service.ts';

/**
 * `*` everybody, `.` the object's own namespace, `~` nobody, else a namespace; undefined if nothing is said.
 * https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-export_to
 */
export function exportToOf(values: readonly string[] | undefined, namespace: string): ExportTo | undefined {
  if (!values || values.length === 0) return undefined;
  if (values.includes('*')) return 'all';
  const named = values.filter((value) => value !== '~').map((value) => (value === '.' ? namespace : value));
  return [...new Set(named)].sort();
}

/** `networking.istio.io/exportTo` on a Kubernetes Service: the same words, with commas. */
export function parseExportTo(annotation: string | undefined): readonly string[] | undefined {
  return annotation
    ?.split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

export function isVisible(exportTo: ExportTo, namespace: string): boolean {
  return exportTo === 'all' || exportTo.includes(namespace);
}

/** Whether somebody sees both. */
export function shareAudience(a: ExportTo, b: ExportTo): boolean {
  return a === 'all' ? b.length > 0 : a.some((namespace) => isVisible(b, namespace));
}

/** A mesh-wide default says `.` for the namespace of whoever said nothing. */
export function defaultFor(exportTo: ExportTo, namespace: string): ExportTo {
  return exportTo === 'all' ? 'all' : (exportToOf(exportTo, namespace) ?? []);
}

/** The groups of an index by audience. Who said nothing stands apart, so that the default can change without the index. */
export function audiences(exportTo: ExportTo | undefined, namespace: string): readonly string[] {
  if (exportTo === undefined) return [UNSAID, `${UNSAID}${namespace}`];
  return exportTo === 'all' ? [EVERYBODY] : exportTo;
}

/** The groups that everybody sees, and those that only a namespace sees besides. */
export function audiencesOf(unsaid: ExportTo, namespace: string | undefined): readonly string[] {
  if (namespace === undefined) return unsaid === 'all' ? [EVERYBODY, UNSAID] : [EVERYBODY];
  if (unsaid === 'all') return [namespace];
  return unsaid.includes(namespace)
    ? [namespace, UNSAID]
    : unsaid.includes('.')
      ? [namespace, `${UNSAID}${namespace}`]
      : [namespace];
}

const EVERYBODY = '*';
const UNSAID = '?';
