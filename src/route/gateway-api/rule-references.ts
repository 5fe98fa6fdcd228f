import { type ObjectKey, parseObjectKey } from '../../api/index.ts';
import type { Tables } from '../../store/index.ts';
import { type PlacedReference, referencesOf } from './route-references.ts';
import { createRules, memberOf } from './rules.ts';

/** The references of all rules of a route, by its key. Of one that sends datagrams, none. */
export function createRuleReferences(store: Tables): (route: ObjectKey) => readonly PlacedReference[] {
  const requests = createRules(store);
  return (route) => {
    const { kind, namespace, name } = parseObjectKey(route);
    const row = `${namespace}/${name}`;
    const member = memberOf(route);
    if (member) return (requests(member.kind, row)?.rules ?? []).flatMap(referencesOf);
    switch (kind) {
      case 'TLSRoute':
        return (store.tlsRoutes.get(row)?.spec.rules ?? []).flatMap(referencesOf);
      case 'TCPRoute':
        return (store.tcpRoutes.get(row)?.spec.rules ?? []).flatMap(referencesOf);
      default:
        return [];
    }
  };
}
