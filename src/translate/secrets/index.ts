/**
 * Secrets (SDS): certificates and keys, each only to the proxy that may have it.
 *
 *   in   what the certificate authority signed; users' Secrets, by the names that servers and rules say (mesh)
 *   out  a Translator; layers: a workload's own, those of a gateway's servers and rules
 *
 * Only a proxy that has proved who it is has any key, and then its own, those of its namespace, and those that its
 * servers say, of whatever namespace: the plan has only servers that it is trusted with. What is explained or
 * shown of them is blackened: the keys are in the bytes for the wire, and nowhere else.
 */
import type { Graph } from '../../graph/index.ts';
import type { Layers } from '../../lib/layers.ts';
import { type Shares, sharesOf } from '../../lib/shares.ts';
import type { Mesh } from '../../mesh/index.ts';
import { type Entry, encode, type JsonObject, redact, type Secret } from '../../proto/index.ts';
import type { GatewayApi } from '../../route/index.ts';
import type { View, Views } from '../../view/index.ts';
import { explained } from '../explained.ts';
import { createExternalCalls } from '../external-plan.ts';
import { type GatewayPlans, type RouterScope, routerScopeOf } from '../gateway-plan.ts';
import type { Built, Translator } from '../translator.ts';
import { authoritiesSecret, fileAuthoritiesSecret, filePairSecret, pairSecret } from './secret.ts';
import {
  secretNameOf,
  type WantedSecret,
  wantedByExternals,
  wantedByGateways,
  wantedByRules,
  wantedByServers,
} from './wanted.ts';
import { ROOTS_ROW, type WorkloadSecrets } from './workload-secrets.ts';

export function createSecrets(
  graph: Graph,
  mesh: Mesh,
  plans: GatewayPlans,
  views: Views,
  workload: WorkloadSecrets,
  api: Pick<GatewayApi, 'gateway' | 'servedBy' | 'external'>,
): Translator {
  const callsOf = createExternalCalls(mesh, api);
  const buildOwn = (account: string): readonly Secret[] => {
    const certificate = workload.certificates.get(account);
    return certificate ? [pairSecret('default', certificate)] : [];
  };
  const buildRoots = (): readonly Secret[] => {
    const trust = workload.trust.get(ROOTS_ROW);
    return trust ? [authoritiesSecret('ROOTCA', trust.rootsPem, trust.crlPem)] : [];
  };
  const rootsEntries = graph.query('secrets.roots', () => buildRoots().map(encoded));
  const ownLayer = graph.query('secrets.own', (account) =>
    sharesOf([...buildOwn(account).map(encoded), ...rootsEntries('')]),
  );

  const build = (namespace: string, wanted: WantedSecret): Built<Secret> | undefined => {
    const name = secretNameOf(wanted);
    switch (wanted.kind) {
      case 'pair':
      case 'lent-pair': {
        const owner = wanted.kind === 'lent-pair' ? wanted.namespace : namespace;
        const found = mesh.credentials.keyPair(owner, wanted.name);
        return 'problem' in found ? undefined : by(found.origin, pairSecret(name, found.value));
      }
      case 'authorities': {
        const found = mesh.credentials.authorities(namespace, wanted.name);
        if ('problem' in found) return undefined;
        return by(found.origin, authoritiesSecret(name, found.value.caPem, found.value.crlPem));
      }
      case 'file-pair':
        return { message: filePairSecret(name, wanted), decided: [] };
      case 'file-authorities':
        return { message: fileAuthoritiesSecret(name, wanted.path), decided: [] };
    }
  };
  const entry = graph.query('secret', (key): Entry | undefined => {
    const [namespace, wanted] = JSON.parse(key) as [string, WantedSecret];
    const built = build(namespace, wanted);
    return built && encode('sds', built.message);
  });

  const wantedOf = (scope: string): readonly WantedSecret[] => {
    const { namespace, hasIdentity } = JSON.parse(scope) as RouterScope;
    const ofRules = hasIdentity ? wantedByRules(mesh.ruleCredentials(namespace)) : [];
    return [...wantedByServers(plans(scope)), ...lent(scope), ...shownOutside(scope), ...ofRules];
  };
  const shownOutside = (scope: string): readonly WantedSecret[] => {
    const calls = callsOf({ ...(JSON.parse(scope) as RouterScope), role: 'router' });
    return wantedByExternals(calls.filter(({ mayShow }) => mayShow).map(({ to }) => api.external.of(to.backend)));
  };
  /** What its Gateways show to backends: as for servers, only to a proxy that is trusted with them. */
  const lent = (scope: string): readonly WantedSecret[] => {
    const { namespace, labels, hasIdentity } = JSON.parse(scope) as RouterScope;
    if (!hasIdentity) return [];
    const isTrusted = (gateway: string): boolean =>
      [gateway.split('/')[0], mesh.config().rootNamespace].includes(namespace);
    return wantedByGateways(
      api
        .servedBy(namespace, labels)
        .filter(isTrusted)
        .map((gateway) => api.gateway(gateway)),
    );
  };
  const gatewayLayer = graph.query('secrets.gateway', (scope): Shares<Entry> => {
    const { namespace } = JSON.parse(scope) as RouterScope;
    const entries = wantedOf(scope).flatMap((wanted) => entry(JSON.stringify([namespace, wanted])) ?? []);
    return sharesOf(entries.map((one) => [one.name, one] as const));
  });

  const resources = graph.query('secrets', (viewId): Layers<Entry> => {
    const view = views.view(viewId);
    const account = accountOf(view);
    return [
      ...(account === undefined ? [] : [ownLayer(account)]),
      ...(view.role === 'router' ? [gatewayLayer(routerScopeOf(view))] : []),
    ];
  });

  const explain = (view: View, name: string): Built<Secret> | undefined => {
    const account = accountOf(view);
    const own = account === undefined ? [] : [...buildOwn(account), ...buildRoots()];
    const found = own.find((secret) => secret.name === name);
    if (found) return { message: found, decided: [] };
    if (view.role !== 'router') return undefined;
    const wanted = wantedOf(routerScopeOf(view)).find((one) => secretNameOf(one) === name);
    return wanted && build(view.namespace, wanted);
  };
  return {
    type: 'sds',
    resources,
    explain: (viewId, name) => {
      const built = explained(explain(views.view(viewId), name));
      return built && { ...built, message: redact(built.message as JsonObject) };
    },
  };
}

/** Undefined: it has its own certificate from elsewhere, or not at all. */
function accountOf({ secrets, namespace, serviceAccount }: View): string | undefined {
  return secrets === 'ads' && serviceAccount !== undefined ? `${namespace}/${serviceAccount}` : undefined;
}

function encoded(secret: Secret): readonly [string, Entry] {
  return [secret.name!, encode('sds', secret)];
}

function by(origin: Built['decided'][number]['origin'], message: Secret): Built<Secret> {
  return { message, decided: [{ path: '', origin }] };
}
