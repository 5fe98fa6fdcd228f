import type { z } from 'zod';
import { defineKind } from '../kind.ts';
import { labelSelector } from '../label-selector.ts';
import { labelValueMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, object, oneOf, optional, rule, show, text } from '../vocabulary.ts';
import { GATEWAY_COSTS, GATEWAY_NARROWING } from './gateway-costs.ts';
import { gatewayTls } from './gateway-tls.ts';
import { GATEWAY_API } from './group.ts';
import { listeners } from './listener.ts';
import { checkTlsOptions } from './listener-costs.ts';
import { localReference } from './references.ts';
import { atMost, atMostLong, labelNames, mapOfAtMost, objectName, wildcardHostnameMistake } from './words.ts';

const address = object({
  /** Absent: IPAddress. Of types that nobody knows the status says so. */
  type: optional(
    text((value) =>
      value.length <= 253 && ADDRESS_TYPE.test(value)
        ? undefined
        : 'must be IPAddress, Hostname, or a domain and a path, like example.com/pool',
    ),
  ),
  /** Absent: any. */
  value: optional(atMostLong(253)),
}).check(
  rule(({ type, value }) => {
    const wrong = type === 'Hostname' && value ? wildcardHostnameMistake(value) : undefined;
    return wrong && { path: ['value'], message: `${wrong}, not ${show(value)}` };
  }),
);

const schema = object({
  spec: object({
    gatewayClassName: objectName(),
    listeners,
    /** Absent: any. */
    addresses: optional(atMost(16, address).check(rule(sameAddresses))),
    infrastructure: optional(
      object({
        labels: optional(mapOfAtMost(8, labelValueMistake).check(labelNames())),
        annotations: optional(mapOfAtMost(16).check(labelNames())),
        parametersRef: optional(localReference),
      }),
    ),
    /** Whose ListenerSets add listeners. Absent: nobody's. */
    allowedListeners: optional(
      object({
        namespaces: optional(
          object({
            /** Absent: None. */
            from: optional(oneOf(['All', 'Selector', 'Same', 'None'])),
            selector: optional(labelSelector),
          }),
        ),
      }),
    ),
    tls: optional(gatewayTls),
    /** All: routes that ask for default Gateways are attached. */
    defaultScope: optional(oneOf(['All', 'None'])),
  }),
});

export type KubernetesGateway = KubeObject<Deep<z.infer<typeof schema>>>;
export type GatewayAddress = Deep<z.infer<typeof address>>;

/** https://gateway-api.sigs.k8s.io/reference/spec/#gateway */
export const kubernetesGatewayKind = defineKind({
  ...GATEWAY_API,
  versions: ['v1', 'v1beta1'],
  kind: 'Gateway',
  schema,
  costs: GATEWAY_COSTS,
  narrowing: GATEWAY_NARROWING,
  notApplied: {},
  check: ({ spec }) => checkTlsOptions(spec.listeners),
});

const ADDRESS_TYPE =
  /^(Hostname|IPAddress|NamedAddress)$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[\w/.~%!$&'()*+,;=:-]+$/;

function sameAddresses(addresses: readonly GatewayAddress[]) {
  return addresses.flatMap(({ type = 'IPAddress', value }, i) => {
    const isKnown = type === 'IPAddress' || type === 'Hostname';
    const twice = addresses.slice(0, i).some((other) => (other.type ?? 'IPAddress') === type && other.value === value);
    if (!isKnown || value === undefined || !twice) return [];
    return [{ path: [i, 'value'], code: 'duplicate', message: `${show(value)} is there twice` }];
  });
}
