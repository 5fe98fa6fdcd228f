import type { HttpRoute, IstioDestination, Problem, RouteDestination } from '../api/index.ts';
import { closest } from '../lib/closest.ts';
import type { Mesh, Service } from '../mesh/index.ts';
import { type Caller, findDestination } from './destination.ts';
import type { TcpRule } from './from-tcp-routes.ts';
import type { HttpRule } from './from-virtual-service.ts';
import { mirrorsOf } from './policy.ts';
import { originAt } from './position.ts';

/** Destinations that do not exist, as the rule's own namespace sees the mesh. */
export function destinationProblems(
  rule: HttpRule | TcpRule,
  calledPorts: readonly number[],
  mesh: Mesh,
  resolve: Caller['resolve'],
): readonly Problem[] {
  const service = (host: string): Service | undefined => {
    const id = mesh.serviceOf(rule.namespace, host);
    return id === undefined ? undefined : mesh.service(id);
  };
  const subsets = (host: string): readonly string[] => {
    const id = mesh.serviceOf(rule.namespace, host);
    return id === undefined ? [] : mesh.subsets(mesh.ruleFor(rule.namespace, id)).map(({ name }) => name);
  };
  const hasSubset: Caller['hasSubset'] = (host, subset) => subsets(host).includes(subset);

  const ports = calledPorts.filter((port) => concernsPort(rule, port));
  const problemOf = ({ destination, path }: Named): readonly Problem[] => {
    const tried = ports.map((port) => ({
      port,
      found: findDestination(destination, { service, hasSubset, resolve, namespace: rule.namespace, port }),
    }));
    const failures = tried.filter(({ found }) => 'mistake' in found);
    const failed = failures[0]?.found;
    if (!failed || !('mistake' in failed)) return [];
    // Only what a missing port means depends on the port that was called.
    const among = failures.length < tried.length ? ` and none is ${failures.map(({ port }) => port).join(', ')}` : '';
    const host = resolve(destination.host, rule.namespace);
    const cost = costOf(rule, path);
    const say = (code: string, field: string, message: string, hint?: string): readonly Problem[] => [
      { severity: 'error', code, ...originAt(rule.at, `.${path}.${field}`), message, ...(hint && { hint }) },
    ];
    switch (failed.mistake) {
      case 'no-destination':
        return [];
      case 'unknown-host':
        return say(
          'unknown-host',
          'host',
          `no service has the host ${quoted(host)}; ${cost}`,
          hostHint(host, rule.namespace, mesh),
        );
      case 'unknown-subset':
        return say(
          'unknown-subset',
          'subset',
          `${quoted(destination.subset!)} is no subset of ${quoted(host)}; ${cost}`,
          subsetHint(destination.subset!, subsets(host)),
        );
      case 'unknown-port':
        return say(
          'unknown-port',
          'port',
          `${quoted(host)} has no port ${destination.port!.number}; ${cost}`,
          portHint(service(host)!),
        );
      case 'ambiguous-port':
        return say(
          'ambiguous-port',
          'port',
          `is needed: ${quoted(host)} has several ports${among}; ${cost}`,
          portHint(service(host)!),
        );
    }
  };
  return destinationsOf(rule).flatMap(problemOf);
}

function concernsPort(rule: HttpRule | TcpRule, port: number): boolean {
  const matches = 'http' in rule ? (rule.http.match ?? []) : [rule.match];
  return matches.length === 0 || matches.some((match) => match.port === undefined || match.port === port);
}

function costOf(rule: HttpRule | TcpRule, path: string): string {
  if (!('http' in rule)) return 'its share of connections is closed';
  return path.startsWith('mirror') ? 'nothing is mirrored there' : 'its share is answered with 500';
}

interface Named {
  readonly destination: IstioDestination;
  readonly path: string;
}

function destinationsOf(rule: HttpRule | TcpRule): readonly Named[] {
  return 'http' in rule ? [...routed(rule.http.route), ...mirrorsOf(rule.http)] : routed(rule.route);
}

function routed(route: HttpRoute['route'] | readonly RouteDestination[]): readonly Named[] {
  return (route ?? []).flatMap(({ destination }, i) =>
    destination ? [{ destination, path: `route[${i}].destination` }] : [],
  );
}

/** Where the service may be: under its full name, in another namespace, or spelt a little differently. */
function hostHint(host: string, namespace: string, mesh: Mesh): string | undefined {
  const known = mesh.visibleHosts(namespace);
  const [name = ''] = host.split('.');
  const full = known.find((other) => other.startsWith(`${host}.svc.`));
  if (full) return `a name with a dot is taken as it is: write ${full}`;
  const elsewhere = known.find((other) => other.startsWith(`${name}.`));
  if (elsewhere) return `did you mean ${elsewhere}?`;
  // What Kubernetes hosts have in common says nothing about likeness.
  const tail = host.includes('.svc.') ? host.slice(host.indexOf('.svc.')) : '';
  const others = known
    .filter((other) => other.endsWith(tail))
    .map((other) => other.slice(0, other.length - tail.length));
  const near = closest(host.slice(0, host.length - tail.length), others);
  return near && `did you mean ${near}${tail}?`;
}

function subsetHint(subset: string, subsets: readonly string[]): string {
  const near = closest(subset, subsets);
  if (near) return `did you mean ${near}?`;
  return subsets.length > 0 ? `its subsets are ${subsets.join(', ')}` : 'no DestinationRule of this host names subsets';
}

function portHint({ ports }: Service): string {
  return `its ports are ${ports.map(({ number }) => number).join(', ')}`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
