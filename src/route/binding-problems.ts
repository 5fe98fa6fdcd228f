import { displayName, type ObjectKey, type Problem, type VirtualService, writtenPath } from '../api/index.ts';
import { closest } from '../lib/closest.ts';
import { isVisible } from '../mesh/export-to.ts';
import { type ExportTo, isWildcard } from '../mesh/index.ts';
import type { Tables } from '../store/index.ts';
import { gatewayName, MESH } from './gateway-name.ts';
import { hostsFor, intersection } from './server-hosts.ts';
import type { Standing, VirtualServices } from './virtual-services.ts';

/** Who else routes a host in the mesh. */
export interface Holders {
  /** A route of Gateway API that holds for a host instead of any VirtualService, as a client namespace sees it. */
  readonly holderOf: (clientNamespace: string, host: string) => ObjectKey | undefined;
}

/** Why a VirtualService does not hold where it says it does. */
export function bindingProblems(
  standing: Standing,
  object: VirtualService,
  rules: VirtualServices & Holders,
  store: Tables,
): readonly Problem[] {
  if (standing.hosts.length === 0) return [];
  const inMesh = standing.gateways.includes(MESH);
  const served = standing.gateways.flatMap((name) => hostsServed(name, standing.namespace, store));
  return [
    ...(object.spec.gateways ?? []).flatMap((name, i) =>
      gatewayProblems(name, writtenPath(object, `spec.gateways[${i}]`), standing, store),
    ),
    ...(inMesh
      ? standing.hosts.flatMap((host, i) =>
          hostProblems(host, writtenPath(object, `spec.hosts[${i}]`), standing, rules),
        )
      : unservedHosts(standing, served).map(({ host, i }) => unserved(host, i, object, served))),
  ];
}

/** Hosts that a gateway leaves to VirtualServices of a namespace. */
function hostsServed(gatewayName: string, namespace: string, store: Tables): readonly string[] {
  const gateway = store.gateways.get(gatewayName);
  const hosts = (gateway?.spec.servers ?? []).flatMap((server) => server?.hosts ?? []);
  return gateway ? hostsFor(hosts, gateway.metadata.namespace, namespace) : [];
}

/** If no host at all is served, the gateways have their problems. */
function unservedHosts({ hosts }: Standing, served: readonly string[]): readonly { host: string; i: number }[] {
  if (intersection(served, hosts).length === 0) return [];
  return hosts.flatMap((host, i) => (intersection(served, [host]).length === 0 ? [{ host, i }] : []));
}

function unserved(host: string, i: number, object: VirtualService, served: readonly string[]): Problem {
  return {
    severity: 'warning',
    code: 'no-common-host',
    object: object.key,
    path: writtenPath(object, `spec.hosts[${i}]`),
    message: `no server of its gateways leaves ${JSON.stringify(host)} to namespace ${object.metadata.namespace}; it is not routed`,
    hint: `they leave to it ${served.join(', ')}`,
  };
}

function gatewayProblems(written: string, path: string, standing: Standing, store: Tables): readonly Problem[] {
  const name = gatewayName(written, standing.namespace);
  if (name === MESH) return [];
  const gateway = store.gateways.get(name);
  const common = { severity: 'error', object: standing.object, path } as const;
  if (!gateway) {
    const near = closest(name, store.gateways.keys());
    const message = `there is no Gateway ${name}; nothing is routed there`;
    return [{ ...common, code: 'unknown-gateway', message, ...(near && { hint: `did you mean ${near}?` }) }];
  }
  if (intersection(hostsServed(name, standing.namespace, store), standing.hosts).length > 0) return [];
  const served = (gateway.spec.servers ?? []).flatMap((server) => server?.hosts ?? []);
  const message = `no server of Gateway ${name} has a host of this VirtualService; nothing is routed there`;
  return [{ ...common, code: 'no-common-host', message, hint: `its servers have ${served.join(', ') || 'no hosts'}` }];
}

/** In the mesh, only one VirtualService holds for a host. */
function hostProblems(
  host: string,
  path: string,
  standing: Standing,
  rules: VirtualServices & Holders,
): readonly Problem[] {
  const common = { object: standing.object, path } as const;
  if (host === '*') {
    const message = 'must not be * in the mesh, where it would take every host from everybody; it has no effect there';
    return [
      {
        ...common,
        severity: 'error',
        code: 'wildcard-in-mesh',
        message,
        hint: 'name the hosts, or bind it to gateways only',
      },
    ];
  }
  const route = isWildcard(host) ? undefined : rules.holderOf(standing.namespace, host);
  if (route) {
    const message = `${JSON.stringify(host)} is routed by ${displayName(route)}; this VirtualService has no effect on it in the mesh`;
    const hint = 'routes of Gateway API hold before VirtualServices: put all rules for a host into one language';
    return [{ ...common, severity: 'warning', code: 'host-taken', message, hint }];
  }
  const same = rules.naming(host)[0] ?? [];
  const older = same.slice(0, same.indexOf(standing.rule)).flatMap((rule) => rules.standing(rule) ?? []);
  const holder = older.find((other) => other.gateways.includes(MESH) && covers(other.exportTo, standing.exportTo));
  if (!holder) return [];
  const message =
    `${JSON.stringify(host)} is routed by ${displayName(holder.object)} already, which is older than ` +
    `${displayName(standing.object)}; this one has no effect on it in the mesh`;
  const hint = 'one VirtualService holds for a host: put the routes into one, or let it delegate';
  return [{ ...common, severity: 'error', code: 'host-taken', message, hint }];
}

function covers(wide: ExportTo, narrow: ExportTo): boolean {
  return wide === 'all' || (narrow !== 'all' && narrow.every((namespace) => isVisible(wide, namespace)));
}
