import { cannotConnect, lackOf, type Mesh, type RuleCredential } from '../../mesh/index.ts';
import { type Destination, type GatewayServer, kindOf, type Route, type Routing } from '../../route/index.ts';
import type { View, ViewId, Views } from '../../view/index.ts';
import type { LeftOut } from '../translator.ts';

/** Rules whose Secrets a proxy cannot have, though it would need them: what they are about stays closed to it. */
export function createLackingSecrets(mesh: Mesh, routing: Routing, views: Views): (view: ViewId) => readonly LeftOut[] {
  return (viewId) => {
    const view = views.view(viewId);
    const needed = mesh.ruleSecrets(view.namespace).filter(isNeeded);
    if (view.role === 'sidecar') return needed.map(({ origin }) => ({ origin, ...FOR_SIDECARS }));
    const lacking = needed.flatMap((credential) => {
      const lack =
        view.serviceAccount === undefined ? NO_IDENTITY : lackOf(mesh.credentials, view.namespace, credential);
      return lack === undefined ? [] : [{ credential, lack }];
    });
    // What a gateway has no route to, it does not need: few rules lack anything, so it is seldom looked up.
    const called = lacking.length === 0 ? [] : [...hostsCalledBy(view, routing)];
    return lacking.flatMap(({ credential, lack }) =>
      called
        .filter((host) => governs(mesh, credential, view.namespace, host))
        .map((host) => ({ origin: credential.origin, ...cannotConnect(lack, host) })),
    );
  };
}

const NO_IDENTITY = 'a gateway that has not proved who it is gets no Secrets';

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-credential_name */
const FOR_SIDECARS: Omit<LeftOut, 'origin'> = {
  severity: 'notice',
  message: 'sidecars get no Secrets by name: they cannot connect by this rule, gateways can',
  hint: 'route calls of sidecars through a gateway, or name files: caCertificates, clientCertificate, privateKey',
};

function isNeeded({ needsPair, needsAuthorities }: RuleCredential): boolean {
  return needsPair || needsAuthorities;
}

function governs(mesh: Mesh, { origin }: RuleCredential, namespace: string, host: string): boolean {
  const service = mesh.serviceOf(namespace, host);
  const rule = service && mesh.ruleFor(namespace, service);
  return rule !== undefined && mesh.ruleObjects(rule).some((object) => object === origin.object);
}

function hostsCalledBy({ namespace, labels }: View, routing: Routing): ReadonlySet<string> {
  const servers = routing.serversFor(namespace, labels);
  const destinations = servers.flatMap((server) => [
    ...routesOf(server, namespace, labels, routing).flatMap(destinationsOf),
    ...routing.serverTcpRoutes(namespace, server).flatMap((route) => route.destinations.map(({ to }) => to)),
  ]);
  return new Set(destinations.flatMap((to) => (to.kind === 'service' ? [to.host] : [])));
}

function routesOf(
  server: GatewayServer,
  namespace: string,
  labels: View['labels'],
  routing: Routing,
): readonly Route[] {
  const { port, bind } = server;
  const kind = kindOf(server);
  if (kind !== 'http' && kind !== 'https') return [];
  const hosts =
    kind === 'http' ? routing.gatewayHosts(namespace, labels, port, bind) : routing.serverHosts(namespace, server);
  return hosts.flatMap(({ host, routes }) => routing.gatewayRoutes(routes, host, port, namespace));
}

function destinationsOf({ action, policy }: Route): readonly Destination[] {
  const forwarded = action.kind === 'forward' ? action.destinations : [];
  return [...forwarded, ...(policy.mirrors ?? [])].map(({ to }) => to);
}
