import { type FullParent, isServer, isServerFor } from '../../api/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Attachment, Verdict } from './gateway-api.ts';
import { LINKERD_GROUP } from './group.ts';
import type { Heading } from './route-headings.ts';
import { ACCEPTED, no } from './verdict.ts';

/** Routes of ports that Linkerd's Servers are about. Undefined: the parent is no Server. */
export type AttachToServer = (route: Heading, to: FullParent) => Omit<Attachment, 'index' | 'path'> | undefined;

/** https://linkerd.io/2/reference/authorization-policy/#httproute */
export function createServerParents({ linkerdServers }: Pick<Tables, 'linkerdServers'>): AttachToServer {
  const isThere = linkerdServers.column('isThere', () => true);
  return (route, to) => {
    if (!isServer(to)) return undefined;
    const key = `${to.namespace}/${to.name}`;
    const accepted = verdictOn(route, to, isThere(key) ?? false);
    return { parent: { kind: 'Server', key }, accepted, listeners: [] };
  };
}

/** `namespace/name`, as a route of its own namespace names it. */
export function serverNamed(row: string): FullParent {
  const [namespace = '', name = ''] = row.split('/');
  return { group: LINKERD_GROUP, kind: 'Server', namespace, name };
}

function verdictOn(route: Heading, to: FullParent, isThere: boolean): Verdict {
  if (route.kind !== 'HTTPRoute')
    return no('UnsupportedValue', `a ${route.kind} is nothing for a Server: use an HTTPRoute`);
  const named = `Server ${to.namespace}/${to.name}`;
  if (to.namespace !== route.namespace) {
    return no('NoMatchingParent', `${named} is of another namespace, where only routes from there count`);
  }
  if (!isServerFor(to, route.namespace)) {
    return no('NoMatchingParent', `${named} is about one port and has no sections: leave port and sectionName out`);
  }
  return isThere ? ACCEPTED : no('NoMatchingParent', `there is no ${named}`);
}
