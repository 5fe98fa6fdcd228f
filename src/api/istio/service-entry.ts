import type { z } from 'zod';
import { THE_OBJECT } from '../cost.ts';
import { duplicates } from '../duplicates.ts';
import type { Remark } from '../finding.ts';
import { defineKind } from '../kind.ts';
import { exportTo, ipOrRangeMistake, isIp, wildcardHostMistake } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, list, mapOf, object, oneOf, optional, portNumber, someOf, text, word } from '../vocabulary.ts';
import { NETWORKING } from './networking.ts';
import { protocolMistake } from './ports.ts';
import { checkWorkload, workload } from './workload-entry.ts';

const port = object({
  number: portNumber(),
  name: word(),
  protocol: optional(text(protocolMistake)),
  targetPort: optional(portNumber()),
});

const schema = object({
  spec: object({
    hosts: someOf(text(wildcardHostMistake)),
    addresses: optional(list(text(ipOrRangeMistake))),
    ports: optional(list(port)),
    location: optional(oneOf(['MESH_EXTERNAL', 'MESH_INTERNAL'])),
    resolution: optional(oneOf(['NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'])),
    endpoints: optional(list(workload)),
    workloadSelector: optional(object({ labels: optional(mapOf(text())) })),
    exportTo: optional(exportTo()),
    subjectAltNames: optional(list(text())),
  }),
});

type Spec = Deep<z.infer<typeof schema>>['spec'];

export type ServiceEntry = KubeObject<Deep<z.infer<typeof schema>>>;
export type ServiceEntryPort = Deep<z.infer<typeof port>>;

/** https://istio.io/latest/docs/reference/config/networking/service-entry/ */
export const serviceEntryKind = defineKind({
  ...NETWORKING,
  kind: 'ServiceEntry',
  schema,
  costs: {
    'spec.hosts': THE_OBJECT,
    // Without them it would take traffic for every address.
    'spec.addresses': THE_OBJECT,
    'spec.ports[]': 'spec.ports[]',
    'spec.location': THE_OBJECT,
    // Without it, wherever the client was going.
    'spec.resolution': THE_OBJECT,
    'spec.endpoints[]': 'spec.endpoints[]',
    'spec.endpoints[].weight': 'spec.endpoints[].weight',
    'spec.endpoints[].locality': 'spec.endpoints[].locality',
    'spec.workloadSelector': THE_OBJECT,
    'spec.exportTo': THE_OBJECT,
    // Clients would trust whoever answers.
    'spec.subjectAltNames': THE_OBJECT,
  },
  notApplied: {
    'spec.resolution=DYNAMIC_DNS': 'DYNAMIC_DNS is not applied yet: clients of this host get no answer',
  },
  check: ({ spec }) => checkServiceEntry(spec),
});

function* checkServiceEntry(spec: Spec): Generator<Remark> {
  const { ports = [], endpoints = [], resolution = 'NONE', workloadSelector } = spec;
  if (ports.length === 0)
    yield { path: ['spec', 'ports'], code: 'missing-field', message: 'must have a usable port', settled: true };
  yield* duplicates(ports, ['spec', 'ports'], 'name');
  yield* duplicates(ports, ['spec', 'ports'], 'number');
  if (workloadSelector && endpoints.length > 0) {
    const message = 'must not stand beside workloadSelector';
    yield { path: ['spec', 'endpoints'], code: 'conflict', message };
  }
  for (const [i, endpoint] of endpoints.entries()) yield* checkWorkload(endpoint, ['spec', 'endpoints', i]);
  yield* checkResolution(spec, resolution);
  yield* checkAddresses(spec);
}

function* checkResolution({ hosts, endpoints = [], workloadSelector }: Spec, resolution: string): Generator<Remark> {
  const at = ['spec', 'resolution'];
  if (resolution === 'NONE' && endpoints.length > 0) {
    yield { path: at, message: 'must not be NONE where there are endpoints', hint: 'did you mean STATIC or DNS?' };
  }
  if (resolution === 'STATIC') {
    if (endpoints.length === 0 && !workloadSelector) {
      const message = 'is STATIC, and there are no endpoints';
      yield {
        path: at,
        severity: 'warning',
        code: 'no-endpoints',
        message,
        hint: 'give it endpoints or a workloadSelector',
      };
    }
    for (const [i, { address }] of endpoints.entries()) {
      if (!address || isIp(address) || address.startsWith('unix://')) continue;
      const message = `must be an IP address where resolution is STATIC, not ${JSON.stringify(address)}`;
      yield { path: ['spec', 'endpoints', i, 'address'], message, hint: 'did you mean resolution: DNS?' };
    }
  }
  if (resolution.startsWith('DNS') && endpoints.length === 0 && hosts.some((host) => host.startsWith('*'))) {
    const message = `must not be ${resolution} for a host with *, which no DNS can resolve`;
    yield { path: at, message, hint: 'give it endpoints, or resolution: NONE' };
  }
  if (resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1) {
    yield {
      path: ['spec', 'endpoints'],
      message: 'must not have more than one endpoint where resolution is DNS_ROUND_ROBIN',
    };
  }
}

function* checkAddresses({ hosts, addresses = [], ports = [] }: Spec): Generator<Remark> {
  if (hosts.includes('*')) yield { path: ['spec', 'hosts', hosts.indexOf('*')], message: 'must not be *' };
  const opaque = ports.find(({ protocol = 'TCP' }) => /^(tcp|mongo|redis|mysql)$/i.test(protocol));
  if (opaque && addresses.length === 0) {
    const message = `has no addresses: port ${opaque.number} takes TCP connections to every address`;
    yield { path: ['spec'], severity: 'warning', code: 'no-addresses', message };
  }
}
