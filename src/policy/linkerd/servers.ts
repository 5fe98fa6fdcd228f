import { EVERY_PORT, type LabelSelector, type LinkerdServer } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Aged, Labels, Mesh } from '../../mesh/index.ts';
import { containerPort } from '../../mesh/pod.ts';
import { agedBy, byAge } from '../../mesh/precedence.ts';
import type { Tables } from '../../store/index.ts';
import type { Subject } from '../policies.ts';
import { namespacesOf, unique } from '../scope.ts';
import type { Workloads } from '../workloads.ts';
import { keysOfSelector, selectsLabels } from './label-selector.ts';

/** Which port of whom a Server is about. */
export interface ServerHeading {
  /** `namespace/name`. */
  readonly row: string;
  readonly age: Aged;
  /** Undefined: nobody. */
  readonly pods: LabelSelector | undefined;
  readonly port: number | string;
}

/** A Server in force, on one port or on all of them. */
export interface ServerInForce {
  readonly row: string;
  /** Undefined: whatever port is asked about. */
  readonly port: number | undefined;
}

export interface Servers {
  /** Of a namespace, the oldest first. */
  readonly headings: Query<readonly ServerHeading[]>;
  /** The numbers of the port that a Server is about, for workloads with these labels; empty if nobody knows its name. */
  readonly portsOf: (heading: ServerHeading, labels?: Labels) => readonly number[];
  /** Undefined port: all that are about some port, since nobody knows which it will be. */
  readonly inForce: (subject: Subject, port: number | undefined) => readonly ServerInForce[];
  /** The one that speaks for a port, `namespace/name`. */
  readonly at: (subject: Subject, port: number) => string | undefined;
  readonly keys: () => readonly string[];
}

/** https://linkerd.io/2/reference/authorization-policy/#server */
export function createServers(graph: Graph, store: Tables, mesh: Mesh, workloads: Workloads): Servers {
  const byNamespace = store.linkerdServers.index('byNamespace', ({ metadata }) => [metadata.namespace]);
  const heading = store.linkerdServers.column('heading', headingOf);
  const headings = graph.query('policy.servers.headings', (namespace): readonly ServerHeading[] =>
    byNamespace(namespace)
      .map((row) => heading(row)!)
      .toSorted((a, b) => byAge(a.age, b.age)),
  );

  const namedPorts = graph.query('policy.servers.ports', (row): readonly number[] => {
    const { age, pods, port } = heading(row)!;
    const found = workloads.of(age.namespace).flatMap(({ labels, pod }) => {
      const number = pod && isSelected(pods, labels) ? containerPort(pod, String(port), 'TCP') : undefined;
      return number ?? [];
    });
    return [...new Set(found)].sort((a, b) => a - b);
  });
  // Where no Pods are told of, the name that a Service gives the port is the best that is known.
  const servedPorts = ({ age, port }: ServerHeading, labels: Labels): readonly number[] =>
    mesh
      .inboundPorts(age.namespace, labels, [])
      .filter(({ services }) => services.some((one) => portName(mesh, one) === port))
      .map(({ targetPort }) => targetPort);
  const portsOf: Servers['portsOf'] = (heading, labels = heading.pods?.matchLabels ?? {}) => {
    if (typeof heading.port === 'number') return [heading.port];
    const named = namedPorts(heading.row);
    return named.length > 0 ? named : servedPorts(heading, labels);
  };

  const selecting = ({ namespace, labels }: Subject): readonly ServerHeading[] =>
    headings(namespace).filter(({ pods }) => isSelected(pods, labels));
  const at: Servers['at'] = (subject, port) => {
    if (subject.role !== 'sidecar') return undefined;
    const isAbout = (one: ServerHeading): boolean =>
      one.port !== EVERY_PORT && portsOf(one, subject.labels).includes(port);
    return selecting(subject).find(isAbout)?.row;
  };
  const inForce: Servers['inForce'] = (subject, port) => {
    if (subject.role !== 'sidecar') return [];
    const found = selecting(subject);
    const everywhere = found.filter((one) => one.port === EVERY_PORT).map(({ row }) => ({ row, port: undefined }));
    const somewhere = found.filter((one) => one.port !== EVERY_PORT);
    if (port !== undefined) {
      const first = at(subject, port);
      return [...everywhere, ...(first === undefined ? [] : [{ row: first, port: undefined }])];
    }
    const all = somewhere.flatMap((one) =>
      portsOf(one, subject.labels).map((number) => ({ row: one.row, port: number })),
    );
    return [...everywhere, ...all.filter((one, i) => all.findIndex((other) => other.port === one.port) === i)];
  };

  const keysIn = graph.query('policy.servers.keysIn', (namespace) =>
    unique(headings(namespace).flatMap(({ pods }) => (pods ? keysOfSelector(pods) : []))),
  );
  const keys = graph.query('policy.servers.keys', () =>
    unique(namespacesOf(store.linkerdServers.keys()).flatMap(keysIn)),
  );
  return { headings, portsOf, inForce, at, keys: () => keys('') };
}

function portName(mesh: Mesh, { id, port }: { readonly id: string; readonly port: number }): string | undefined {
  return mesh.service(id)?.ports.find(({ number }) => number === port)?.name;
}

export function isSelected(pods: LabelSelector | undefined, labels: Labels): boolean {
  return pods !== undefined && selectsLabels(pods, labels);
}

function headingOf({ metadata, spec }: LinkerdServer): ServerHeading {
  const { namespace, name } = metadata;
  return { row: `${namespace}/${name}`, age: agedBy(metadata), pods: spec.podSelector, port: spec.port };
}
