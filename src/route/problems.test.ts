import { describe, expect, test } from 'vitest';
import { services, world } from './testing.ts';

const SERVICES = services('shop/cart', 'shop/reviews:80:81', 'shop/pages:81:82', 'team/pay');
const SUBSETS =
  '{kind: DestinationRule, row: shop/cart, spec: {host: cart, subsets: [{name: stable, labels: {v: a}}]}}';

function virtualService(spec: string, row = 'shop/x'): string {
  return `{kind: VirtualService, row: ${row}, spec: ${spec}}`;
}

function said(...documents: readonly string[]): readonly string[] {
  const { problems } = world(SERVICES, SUBSETS, ...documents);
  return problems('shop/x').map(
    ({ severity, path, message, hint }) => `${severity} ${path}: ${message}${hint ? ` (${hint})` : ''}`,
  );
}

const to = (destination: string, http = ''): string =>
  `{hosts: [cart], http: [{${http}route: [{destination: ${destination}}]}]}`;

test.each([
  [
    'a misspelt host',
    to('{host: crat}'),
    'error spec.http[0].route[0].destination.host: no service has the host "crat.shop.svc.cluster.local"; its share is answered with 500 (did you mean cart.shop.svc.cluster.local?)',
  ],
  [
    'a host of another namespace',
    to('{host: pay}'),
    'error spec.http[0].route[0].destination.host: no service has the host "pay.shop.svc.cluster.local"; its share is answered with 500 (did you mean pay.team.svc.cluster.local?)',
  ],
  [
    'half a host',
    to('{host: pay.team}'),
    'error spec.http[0].route[0].destination.host: no service has the host "pay.team"; its share is answered with 500 (a name with a dot is taken as it is: write pay.team.svc.cluster.local)',
  ],
  [
    'a misspelt subset',
    to('{host: cart, subset: stabel}'),
    'error spec.http[0].route[0].destination.subset: "stabel" is no subset of "cart.shop.svc.cluster.local"; its share is answered with 500 (did you mean stable?)',
  ],
  [
    'a subset without rule',
    to('{host: reviews, subset: v1}'),
    'error spec.http[0].route[0].destination.subset: "v1" is no subset of "reviews.shop.svc.cluster.local"; its share is answered with 500 (no DestinationRule of this host names subsets)',
  ],
  [
    'a port that a service does not have',
    to('{host: cart, port: {number: 8080}}'),
    'error spec.http[0].route[0].destination.port: "cart.shop.svc.cluster.local" has no port 8080; its share is answered with 500 (its ports are 80)',
  ],
  [
    'no port, where only one of two that are called has a meaning',
    '{hosts: [reviews], http: [{route: [{destination: {host: pages}}]}]}',
    'error spec.http[0].route[0].destination.port: is needed: "pages.shop.svc.cluster.local" has several ports and none is 80; its share is answered with 500 (its ports are 81, 82)',
  ],
  [
    'Host beside an authority',
    to('{host: cart}', 'headers: {request: {set: {Host: a}}}, rewrite: {authority: b}, '),
    'warning spec.http[0].headers.request: Host is not changed here: rewrite.authority says what the host becomes',
  ],
  [
    'a mirror to nobody',
    to('{host: cart}', 'mirror: {host: nobody}, '),
    'error spec.http[0].mirror.host: no service has the host "nobody.shop.svc.cluster.local"; nothing is mirrored there',
  ],
  [
    'a gateway that is not there',
    '{hosts: [a.example.com], gateways: [egde], http: [{route: [{destination: {host: cart}}]}]}',
    'error spec.gateways[0]: there is no Gateway shop/egde; nothing is routed there (did you mean shop/edge?)',
  ],
  [
    'a gateway without common host',
    '{hosts: [a.example.org], gateways: [edge], http: [{route: [{destination: {host: cart}}]}]}',
    'error spec.gateways[0]: no server of Gateway shop/edge has a host of this VirtualService; nothing is routed there (its servers have *.example.com)',
  ],
  [
    'a rule after one whose match takes everything',
    '{hosts: [cart], http: [{match: [{uri: {prefix: /}}], route: [{destination: {host: cart}}]}, {route: [{destination: {host: cart}}]}]}',
    'warning spec.http[1]: is never reached: spec.http[0] takes every request (routes are tried in order; put the one without conditions last)',
  ],
  [
    'retries without attempts',
    to('{host: cart}', 'retries: {retryOn: 5xx}, '),
    'warning spec.http[0].retries: has no attempts, which switches retries off (say how often: attempts: 2)',
  ],
  [
    'a fault without percentage',
    to('{host: cart}', 'fault: {abort: {httpStatus: 500}}, '),
    'warning spec.http[0].fault.abort: has no percentage, so it happens to no request (for every request: percentage: {value: 100})',
  ],
])('%s is told', (_, spec, problem) => {
  const edge = `{kind: Gateway, row: shop/edge, spec: {selector: {a: b}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*.example.com']}]}}`;
  expect(said(edge, virtualService(spec))).toEqual([problem]);
});

test('the younger of two VirtualServices for one host is told who has it', () => {
  const holder = virtualService(to('{host: cart}'), 'shop/a');
  expect(
    said(holder, virtualService('{hosts: [reviews, cart], http: [{route: [{destination: {host: cart}}]}]}')),
  ).toEqual([
    'error spec.hosts[1]: "cart.shop.svc.cluster.local" is routed by VirtualService shop/a already, which is older than VirtualService shop/x; this one has no effect on it in the mesh (one VirtualService holds for a host: put the routes into one, or let it delegate)',
  ]);
});

test('what is as it should be has no problems, and a problem goes when its cause goes', () => {
  const w = world(SERVICES, virtualService(to('{host: late}')));
  expect(w.problems('shop/x').map(({ code }) => code)).toEqual(['unknown-host']);
  w.put(services('shop/late'));
  expect(w.problems('shop/x')).toEqual([]);
});

describe('claims of a token', () => {
  const claims = (gateways: string, match = ''): string =>
    `{hosts: [cart], ${gateways}http: [{match: [{headers: {'@request.auth.claims.sub': {exact: x}}${match}}], route: [{destination: {host: cart}}]}]}`;
  const about = (spec: string) => said(virtualService(spec)).filter((text) => text.includes('claims'));
  const MESSAGE = 'asks for claims of a token, which only gateways can match; sidecars leave this match out';
  const HINT = '(name the gateways it is for: gateways: [...])';

  test('are an error in the mesh, and worth a warning where a rule is for gateways as well', () => {
    expect(about(claims(''))).toEqual([`error spec.http[0].match[0]: ${MESSAGE} ${HINT}`]);
    expect(about(claims('gateways: [mesh, edge], '))).toEqual([`warning spec.http[0].match[0]: ${MESSAGE} ${HINT}`]);
  });

  test('are all right at gateways, whoever says that it is for them', () => {
    expect(about(claims('gateways: [edge], '))).toEqual([]);
    expect(about(claims('gateways: [mesh, edge], ', ', gateways: [edge]'))).toEqual([]);
  });

  test('are told of where a delegate asks for them in the mesh', () => {
    const root = virtualService('{hosts: [cart], http: [{delegate: {name: d}}]}');
    const delegate = virtualService(claims('').replace('hosts: [cart], ', ''), 'shop/d');
    expect(said(root, delegate)).toEqual([
      expect.stringContaining('warning spec.http[0].delegate: VirtualService shop/d asks for claims of a token'),
    ]);
  });
});
