import type { Remark } from '../finding.ts';
import type { Path } from '../path.ts';
import type { HttpRoute } from './http-route.ts';
import type { TcpRoute, TlsRoute } from './tcp-route.ts';

interface Spec {
  readonly hosts?: readonly string[] | undefined;
  readonly gateways?: readonly string[] | undefined;
  readonly http?: readonly HttpRoute[] | undefined;
  readonly tls?: readonly TlsRoute[] | undefined;
  readonly tcp?: readonly TcpRoute[] | undefined;
}

/** What is wrong between the fields of a VirtualService. */
export function* checkVirtualService(spec: Spec): Generator<Remark> {
  yield* checkHosts(spec);
  const { http = [], tls = [], tcp = [] } = spec;
  if (http.length + tls.length + tcp.length === 0) {
    yield { path: [], code: 'no-route', message: 'must have a usable route in http, tls or tcp' };
  }
  for (const [i, route] of http.entries()) yield* checkHttpRoute(route, ['spec', 'http', i]);
  for (const [i, route] of tls.entries()) {
    yield* checkDestinations(route.route, ['spec', 'tls', i, 'route']);
    yield* checkSni(route, spec.hosts ?? [], ['spec', 'tls', i]);
  }
  for (const [i, route] of tcp.entries()) yield* checkDestinations(route.route, ['spec', 'tcp', i, 'route']);
  yield* checkReach(http);
}

function* checkHosts({ hosts = [], gateways = ['mesh'] }: Spec): Generator<Remark> {
  if (hosts.includes('*') && gateways.includes('mesh')) {
    const hint = 'name the hosts, or the gateways it is for';
    yield { path: ['spec', 'hosts', hosts.indexOf('*')], message: 'must not be * for the mesh gateway', hint };
  }
  for (const [i, host] of hosts.entries()) {
    if (hosts.indexOf(host) === i) continue;
    const message = `${JSON.stringify(host)} is named twice`;
    yield { path: ['spec', 'hosts', i], severity: 'warning', code: 'duplicate', message };
  }
}

const ACTIONS = ['route', 'redirect', 'directResponse', 'delegate'] as const;

function* checkHttpRoute(route: HttpRoute, at: Path): Generator<Remark> {
  if (Object.keys(route).length === 0) {
    yield { path: at, code: 'no-action', message: 'is empty' };
    return;
  }
  const actions = ACTIONS.filter((action) => route[action] !== undefined);
  if (actions.length === 0) {
    const hint = `give it one of ${ACTIONS.join(', ')}`;
    yield { path: [...at, 'route'], code: 'no-action', message: 'does nothing with the requests it matches', hint };
  }
  if (actions.length > 1) {
    const message = `must have only one of ${ACTIONS.join(', ')}, not ${actions.join(' and ')}`;
    yield { path: [...at, actions[1]!], code: 'conflict', message };
  }
  if (route.route) yield* checkDestinations(route.route, [...at, 'route']);
  yield* checkAction(route, at);
}

function* checkAction(route: HttpRoute, at: Path): Generator<Remark> {
  if (route.redirect && Object.keys(route.redirect).length === 0) {
    yield { path: [...at, 'redirect'], message: 'must say where to: uri, authority, port, scheme or redirectCode' };
  }
  if (route.delegate && !route.delegate.name) {
    yield { path: [...at, 'delegate', 'name'], code: 'missing-field', message: 'is required' };
  }
  if (route.rewrite && route.redirect) {
    const message = 'is not applied beside redirect';
    yield { path: [...at, 'rewrite'], severity: 'warning', code: 'conflict', message };
  }
  if (route.mirror && route.mirrors) {
    yield { path: [...at, 'mirror'], code: 'conflict', message: 'must not stand beside mirrors' };
  }
}

type Weighted = NonNullable<HttpRoute['route'] | TcpRoute['route']>[number];

function* checkDestinations(destinations: readonly Weighted[] | undefined, at: Path): Generator<Remark> {
  if (!destinations?.length) {
    yield { path: at, code: 'no-action', message: 'must name a destination' };
    return;
  }
  for (const [i, { destination }] of destinations.entries()) {
    if (destination) continue;
    yield { path: [...at, i, 'destination'], code: 'missing-field', message: 'is required', settled: true };
  }
  const total = destinations.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (destinations.length > 1 && total === 0) {
    const hint = 'give each destination its share';
    yield { path: at, code: 'no-weight', message: 'must have weights that add up to more than 0', hint };
  }
}

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSMatchAttributes */
function* checkSni(route: TlsRoute, hosts: readonly string[], at: Path): Generator<Remark> {
  for (const [i, { sniHosts }] of route.match.entries()) {
    for (const [j, sni] of sniHosts.entries()) {
      if (hosts.some((host) => covers(host, sni))) continue;
      const message = `must be one of the VirtualService's hosts, not ${JSON.stringify(sni)}`;
      yield { path: [...at, 'match', i, 'sniHosts', j], message };
    }
  }
}

function covers(host: string, sni: string): boolean {
  return host === '*' || host === sni || (host.startsWith('*.') && sni.replace(/^\*/, '').endsWith(host.slice(1)));
}

function* checkReach(http: readonly HttpRoute[]): Generator<Remark> {
  const all = http.findIndex(({ match = [] }) => match.length === 0);
  if (all < 0 || all === http.length - 1) return;
  const message = 'is never reached: a route before it matches everything';
  yield { path: ['spec', 'http', all + 1], severity: 'warning', code: 'unreachable', message };
}
