import { type Authorization, hasLeaf, type Leaf, type Policy } from '../../policy/index.ts';
import { type Filter, type HttpFilter, type MetadataMatcher, pack, type RbacRules } from '../../proto/index.ts';
import { HTTP_RBAC, NETWORK_RBAC, TCP_STATISTICS } from './authorization.ts';
import { buildHttpExtAuthz, buildNetworkExtAuthz } from './ext-authz.ts';
import { buildRules } from './rbac/rules.ts';
import { forConnections } from './rbac/tcp.ts';

/**
 * Whoever is asked about requests: a first filter only notes which of them policies are about, a second one asks about
 * those. Nobody is asked, and all of them are denied, where there is nobody to ask.
 * https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
 */
export function customAuthorization({ custom }: Authorization): readonly HttpFilter[] {
  if (!custom) return [];
  const { provider } = custom;
  const rbac = (filter: RulesOrShadow): HttpFilter => ({
    name: HTTP_RBAC,
    typedConfig: pack('envoy.extensions.filters.http.rbac.v3.RBAC', filter),
  });
  const policies = inForce(custom.policies);
  if (policies.length === 0) return [];
  if (provider.kind === 'unknown') return [rbac({ rules: denied(policies) })];
  const typedConfig = pack(
    'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz',
    buildHttpExtAuthz(provider, noted(HTTP_RBAC)),
  );
  return [rbac(shadow(policies)), { name: 'envoy.filters.http.ext_authz', typedConfig }];
}

/** Whether it depends on a token if anybody is asked. */
export function asksForTokens({ custom }: Authorization): boolean {
  const isOfToken = ({ kind }: Leaf): boolean => kind === 'claim' || kind === 'request-principal';
  const rules = (custom?.policies ?? []).flatMap((policy) => policy.rules);
  return rules.some(({ from }) => hasLeaf(from, isOfToken));
}

/** The same for connections that are not HTTP. Only over gRPC can anybody be asked about them. */
export function customConnectionAuthorization({ custom }: Authorization): readonly Filter[] {
  if (!custom) return [];
  const { provider } = custom;
  const rbac = (filter: RulesOrShadow): Filter => ({
    name: NETWORK_RBAC,
    typedConfig: pack('envoy.extensions.filters.network.rbac.v3.RBAC', { ...filter, statPrefix: TCP_STATISTICS }),
  });
  const policies = forConnections(inForce(custom.policies), { denies: true });
  if (policies.length === 0) return [];
  if (provider.kind !== 'grpc') return [rbac({ rules: denied(policies) })];
  const typedConfig = pack(
    'envoy.extensions.filters.network.ext_authz.v3.ExtAuthz',
    buildNetworkExtAuthz(provider, noted(NETWORK_RBAC), TCP_STATISTICS),
  );
  return [rbac(shadow(policies)), { name: 'envoy.filters.network.ext_authz', typedConfig }];
}

type RulesOrShadow =
  | { readonly rules: RbacRules | undefined }
  | { readonly shadowRules: RbacRules | undefined; readonly shadowRulesStatPrefix: string };

/** Nobody is asked for the sake of a note. */
function inForce(policies: readonly Policy[]): readonly Policy[] {
  return policies.filter(({ dryRun }) => !dryRun);
}

const MARK = 'istio-ext-authz';
const SHADOW = 'istio_ext_authz_';

function denied(policies: readonly Policy[]): RbacRules | undefined {
  return buildRules(policies, 'DENY', { before: `${MARK}-`, after: '-deny-due-to-bad-CUSTOM-action' });
}

function shadow(policies: readonly Policy[]): RulesOrShadow {
  return { shadowRules: buildRules(policies, 'DENY', { before: `${MARK}-` }), shadowRulesStatPrefix: SHADOW };
}

/** That one of those rules matches, as that filter notes it. */
function noted(filter: string): MetadataMatcher {
  return {
    filter,
    path: [{ key: `${SHADOW}shadow_effective_policy_id` }],
    value: { stringMatch: { prefix: MARK } },
  };
}
