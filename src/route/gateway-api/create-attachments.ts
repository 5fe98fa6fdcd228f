import { type FullParent, type ObjectKey, parseObjectKey } from '../../api/index.ts';
import type { Graph } from '../../graph/index.ts';
import { byAge } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import { attach } from './attach.ts';
import type { Gateways } from './create-gateways.ts';
import { type Door, doorOf, isMeant, takes } from './doors.ts';
import { excludedAt, haveBothKinds } from './exclusive-hosts.ts';
import type { AttachedRoute, Attachment, GatewayApi, ListenerId } from './gateway-api.ts';
import { GATEWAY_GROUP } from './group.ts';
import { createMeshAttachments } from './mesh-attachments.ts';
import { createMeshParents } from './mesh-parents.ts';
import type { Admits } from './namespaces.ts';
import {
  createRouteHeadings,
  DEFAULT_GATEWAYS,
  type Heading,
  parentGroup,
  type WrittenParent,
} from './route-headings.ts';
import { createServerParents, serverNamed } from './server-parents.ts';
import { no } from './verdict.ts';
import { parseListenerId } from './written-listener.ts';

/** Which routes are attached where. */
export function createAttachments(
  graph: Graph,
  store: Tables,
  gateways: Gateways,
  admits: Admits,
): Pick<GatewayApi, 'attachments' | 'attached' | 'meshPorts' | 'meshParents' | 'serverRoutes'> {
  const headings = createRouteHeadings(graph, store);
  const { heading, naming } = headings;
  const inMesh = createMeshAttachments(graph, headings, createMeshParents(store));
  const atServers = createServerParents(store);
  const isDefault = store.kubernetesGateways.column('isDefault', ({ spec }) => spec.defaultScope === 'All');
  const defaults = graph.query('gatewayApi.defaults', () => gateways.gateways().filter((row) => isDefault(row)));

  // What a listener serves with is not asked here, so that a new certificate costs no route anything.
  const doors = graph.query('gatewayApi.doors', (row) =>
    gateways.isOurs(row) ? gateways.written(row).map((one) => ({ door: doorOf(one), holder: one.holder })) : undefined,
  );
  const doorsOf = (row: string, holder: ObjectKey): readonly Door[] | undefined =>
    doors(row)?.flatMap((one) => (one.holder === holder ? [one.door] : []));

  /** With the default Gateways that it does not name itself. */
  const parentsOf = (route: Heading): readonly WrittenParent[] => {
    if (!route.usesDefault) return route.parents;
    const named = new Set(route.parents.map(({ to }) => parentGroup(to)));
    const implied = defaults('').map((row) => ({ index: -1, path: 'spec.useDefaultGateways', to: gatewayNamed(row) }));
    return [...route.parents, ...implied.filter(({ to }) => !named.has(parentGroup(to)))];
  };

  /** The routes that may be at a Gateway or ListenerSet, the oldest first. */
  const routesOf = graph.query('gatewayApi.routesOf', (holder: ObjectKey): readonly Heading[] => {
    const { kind, namespace, name } = parseObjectKey(holder);
    const named = naming(holder);
    if (kind !== 'Gateway' || !isDefault(`${namespace}/${name}`)) return named;
    const all = new Set([...named, ...naming(DEFAULT_GATEWAYS)]);
    return [...all].sort((a, b) => byAge(a.age, b.age));
  });

  const excluded = graph.query('gatewayApi.excluded', (id: ListenerId) => {
    const holder = holderOf(id);
    const routes = routesOf(holder);
    const door = haveBothKinds(routes)
      ? doorsOf(parseListenerId(id).gateway, holder)?.find((one) => one.id === id)
      : undefined;
    if (!door) return {};
    const names = (route: Heading): boolean =>
      parentsOf(route).some(({ to }) => parentGroup(to) === holder && isMeant(door, to));
    return excludedAt(
      door,
      routes.filter((route) => takes(door, route, admits) && names(route)),
    );
  });
  const source = { admits, excludedBy: (id: ListenerId, route: ObjectKey) => excluded(id)[route] };

  const attachmentTo = (route: Heading, to: FullParent): Found | undefined => {
    const key = `${to.namespace}/${to.name}`;
    if (to.group !== GATEWAY_GROUP) return inMesh.attach(route, to) ?? atServers(route, to);
    if (to.kind === 'Gateway') {
      const own = doorsOf(key, parentGroup(to));
      return own && { parent: { kind: 'Gateway', key }, ...attach(route, to, own, source) };
    }
    const set = to.kind === 'ListenerSet' ? gateways.parentOf(key) : undefined;
    if (!set) return undefined;
    const parent = { kind: 'ListenerSet', key } as const;
    if (set.letsIn) return { parent, ...attach(route, to, doorsOf(set.gateway, parentGroup(to))!, source) };
    const message = `ListenerSet ${key} has no listeners, since its Gateway does not take it`;
    return { parent, accepted: no('NoMatchingParent', message), listeners: [] };
  };

  const attachments = graph.query('gatewayApi.attachments', (key): readonly Attachment[] => {
    const route = heading(key as ObjectKey);
    if (!route) return [];
    return parentsOf(route).flatMap(({ index, path, to }) => {
      const found = attachmentTo(route, to);
      return found ? [{ index, path, ...found }] : [];
    });
  });
  const attached = graph.query('gatewayApi.attached', (id: ListenerId): readonly AttachedRoute[] =>
    routesOf(holderOf(id)).flatMap(({ key }) => {
      const here = attachments(key)
        .flatMap(({ listeners }) => listeners)
        .find((one) => one.id === id);
      return here ?? [];
    }),
  );
  const serverRoutes = graph.query('gatewayApi.serverRoutes', (row): readonly ObjectKey[] => {
    const server = parentGroup(serverNamed(row));
    const isHere = (route: Heading): boolean =>
      route.parents.some(({ to }) => parentGroup(to) === server && atServers(route, to)?.accepted.ok);
    return naming(server)
      .filter(isHere)
      .map(({ key }) => key);
  });
  return { attachments, attached, meshPorts: inMesh.portsOf, meshParents: inMesh.parents, serverRoutes };
}

type Found = Omit<Attachment, 'index' | 'path'>;

/** Routes name their parents by what is an object's key. */
function holderOf(id: ListenerId): ObjectKey {
  const { gateway, set } = parseListenerId(id);
  return `${GATEWAY_GROUP}/${set === undefined ? 'Gateway' : 'ListenerSet'}/${set ?? gateway}` as ObjectKey;
}

function gatewayNamed(row: string): FullParent {
  const [namespace = '', name = ''] = row.split('/');
  return { group: GATEWAY_GROUP, kind: 'Gateway', namespace, name };
}
