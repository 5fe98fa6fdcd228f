import { type ObjectKey, objectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import { dnsNamesIn } from '../../lib/certificates.ts';
import { agedBy, byAge, type Mesh } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';
import { type CaSource, isInsecure } from './client-validation.ts';
import { createAddresses } from './create-addresses.ts';
import type { Addresses } from './gateway-addresses.ts';
import type { GatewayApi, GatewayState, Listener, Verdict } from './gateway-api.ts';
import { createGatewayClasses, type OwnClass } from './gateway-classes.ts';
import { acceptedWith, clientCertificateOf, programmedOf, refusalOf, resolvedRefsOf } from './gateway-verdicts.ts';
import { GATEWAY_GROUP } from './group.ts';
import { judgeListener } from './judge-listener.ts';
import { conflictsAmong } from './listener-conflicts.ts';
import { createListenerSets, listenerSetState } from './listener-sets.ts';
import type { Admits } from './namespaces.ts';
import type { GatewayOptions } from './options.ts';
import { overlapsAmong } from './overlapping-tls.ts';
import { no } from './verdict.ts';
import { listenersOfGateway, listenersOfSet, type WrittenListener } from './written-listener.ts';

type Decided = Pick<GatewayApi, 'gateways' | 'gateway' | 'gatewayClass' | 'listenerSet' | 'listeners'>;

export interface Gateways extends Decided {
  /** `gateways`, the oldest first. */
  readonly byAge: () => readonly string[];
  readonly isOurs: (gateway: string) => boolean;
  readonly className: Query<string | undefined>;
  /** As they are written; none of a Gateway that is not ours. */
  readonly written: Query<readonly WrittenListener[]>;
  /** The Gateway of ours that a ListenerSet is for, and whether it lets it in. */
  readonly parentOf: Query<{ readonly gateway: string; readonly letsIn: boolean } | undefined>;
}

/** What objects may be used, and are. */
export interface Permissions extends CaSource {
  readonly admits: Admits;
}

/** Which Gateways are ours, and what their listeners are. */
export function createGateways(
  graph: Graph,
  store: Tables,
  mesh: Mesh,
  options: GatewayOptions,
  { permits, admits, caCertificates }: Permissions,
): Gateways {
  const { kubernetesGateways } = store;
  const classes = createGatewayClasses(graph, store, options);
  const sets = createListenerSets(graph, store, admits);
  const className = kubernetesGateways.column('className', ({ spec }) => spec.gatewayClassName);
  const age = kubernetesGateways.column('age', ({ metadata }) => agedBy(metadata));
  const secrets = { permits, keyPair: mesh.credentials.keyPair };
  const namesOfPair = graph.query('gatewayApi.certificateNames', (row): readonly string[] => {
    const [namespace = '', name = ''] = row.split('/');
    const found = mesh.credentials.keyPair(namespace, name);
    return 'problem' in found ? [] : dnsNamesIn(found.value.chainPem);
  });
  const namesIn = (namespace: string, name: string): readonly string[] => namesOfPair(`${namespace}/${name}`);

  const classOf = graph.query('gatewayApi.classOf', (row): OwnClass | undefined => {
    const name = className(row);
    return name === undefined ? undefined : classes(name);
  });
  const own = graph.query('gatewayApi.gateways', () => kubernetesGateways.keys().filter((row) => classOf(row)));
  const oldestFirst = graph.query('gatewayApi.byAge', () => own('').toSorted((a, b) => byAge(age(a)!, age(b)!)));

  const written = graph.query('gatewayApi.written', (row): readonly WrittenListener[] => {
    const object = classOf(row) && kubernetesGateways.get(row);
    if (!object) return [];
    const ofSets = sets.letIn(row).flatMap((set) => listenersOfSet(store.listenerSets.get(set)!, row));
    return [...listenersOfGateway(object, row), ...ofSets];
  });
  const judged = graph.query('gatewayApi.judged', (row): readonly Listener[] => {
    const all = written(row);
    const { spec, metadata } = kubernetesGateways.get(row)!;
    const conflicts = conflictsAmong(all);
    const source = {
      ...secrets,
      caCertificates,
      authorities: mesh.credentials.authorities,
      gatewayTls: spec.tls ?? {},
      gatewayNamespace: metadata.namespace,
    };
    const alone = all.map((one) => ({ written: one, listener: judgeListener(one, conflicts.get(one.id), source) }));
    const overlaps = overlapsAmong(alone, namesIn);
    return alone.map(({ listener }) => ({ ...listener, overlapping: overlaps.get(listener.id) }));
  });

  const accepted = graph.query('gatewayApi.accepted', (row): Verdict => {
    const object = kubernetesGateways.get(row)!;
    return refusalOf(object, classOf(row)!.verdict) ?? acceptedWith(heldBy(object.key, judged(row)));
  });
  const addresses = createAddresses(graph, store, mesh, options, oldestFirst);
  const listeners = graph.query('gatewayApi.listeners', (row): readonly Listener[] => {
    if (!classOf(row)) return [];
    const why = closedBy(accepted(row), addresses(row));
    return why === undefined ? judged(row) : judged(row).map((one) => closedWith(one, why));
  });

  const programmed = graph.query('gatewayApi.programmed', (row) => programmedOf(accepted(row), addresses(row)));

  const parentOf: Gateways['parentOf'] = graph.query('gatewayApi.parentOfSet', (set) => {
    const row = sets.gatewayOf(set);
    if (row === undefined || !classOf(row)) return undefined;
    return { gateway: row, letsIn: sets.letIn(row).includes(set) };
  });
  const listenerSet: GatewayApi['listenerSet'] = graph.query('gatewayApi.listenerSet', (set) => {
    const parent = parentOf(set);
    if (!parent) return undefined;
    const { gateway: row, letsIn } = parent;
    const key = keyOf('ListenerSet', set);
    const state = { row, letsIn, accepted: accepted(row), programmed: programmed(row) };
    return listenerSetState(key, state, letsIn ? heldBy(key, judged(row)) : []);
  });
  const gateway = graph.query('gatewayApi.gateway', (row): GatewayState | undefined => {
    const itsClass = classOf(row);
    if (!itsClass) return undefined;
    const object = kubernetesGateways.get(row)!;
    const { secret, failure } = clientCertificateOf(object, secrets);
    return {
      key: object.key,
      className: object.spec.gatewayClassName,
      controllerName: itsClass.controllerName,
      accepted: accepted(row),
      programmed: programmed(row),
      resolvedRefs: resolvedRefsOf(failure, heldBy(object.key, listeners(row))),
      insecureFrontend: isInsecure(object.spec.tls ?? {}),
      addresses: addresses(row).usable,
      binds: addresses(row).binds,
      clientCertificate: secret,
      attachedListenerSets: sets.letIn(row).filter((set) => listenerSet(set)?.accepted.ok).length,
    };
  });
  return {
    gateways: () => own(''),
    byAge: () => oldestFirst(''),
    isOurs: (row) => classOf(row) !== undefined,
    className,
    gateway,
    gatewayClass: (name) => classes(name)?.verdict,
    listenerSet,
    listeners,
    written,
    parentOf,
  };
}

function heldBy(holder: ObjectKey, listeners: readonly Listener[]): readonly Listener[] {
  return listeners.filter((one) => one.holder === holder);
}

/** Why no port of a Gateway is open. */
function closedBy(accepted: Verdict, { binds, failure }: Addresses): string | undefined {
  if (!accepted.ok) return `its Gateway is not accepted: ${accepted.message}`;
  return binds.length === 0 ? `its Gateway has no address: ${failure?.message}` : undefined;
}

function closedWith(listener: Listener, why: string): Listener {
  return listener.programmed.ok ? { ...listener, programmed: no('Pending', why) } : listener;
}

function keyOf(kind: string, row: string): ObjectKey {
  const [namespace = '', name = ''] = row.split('/');
  return objectKey(GATEWAY_GROUP, kind, namespace, name);
}
