/** Istio's own word for the mesh's trust domain, whatever that is called. */
const OWN = 'cluster.local';

/**
 * All principals that one written in a policy means: where it names the mesh's trust domain or an alias of it, the same
 * under each of these names. `domains` are all names, the mesh's own first.
 * https://istio.io/latest/docs/tasks/security/authorization/authz-td-migration/
 */
export function principalsFor(principal: string, domains: readonly string[]): readonly string[] {
  const slash = principal.indexOf('/');
  const domain = principal.slice(0, slash);
  if (slash < 0 || domain === '*' || domain === '') return [principal];
  const meant = domains.filter((name) => isMeant(name, domain));
  if (meant.length === 0 && domain !== OWN) return [principal];
  const rest = principal.slice(slash);
  return [
    ...new Set(domains.map((name) => (meant.includes(name) && domain.startsWith('*') ? principal : name + rest))),
  ];
}

/** Whether a policy names a trust domain that nobody here has. */
export function isForeign(principal: string, domains: readonly string[]): boolean {
  const slash = principal.indexOf('/');
  const domain = principal.slice(0, slash);
  if (slash < 0 || domain === '*' || domain === '' || domain === OWN) return false;
  return !domains.some((name) => isMeant(name, domain));
}

function isMeant(name: string, written: string): boolean {
  return written.startsWith('*') ? name.endsWith(written.slice(1)) : name === written;
}
