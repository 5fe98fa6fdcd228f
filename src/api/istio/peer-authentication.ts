import type { z } from 'zod';
import { type Part, THE_OBJECT } from '../cost.ts';
import type { Remark } from '../finding.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { type Deep, mapOf, object, oneOf, optional, rule, show } from '../vocabulary.ts';
import { readableSelector, SECURITY, workloadSelector } from './security.ts';

const mutualTls = object({ mode: optional(oneOf(['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'])) });

const schema = object({
  spec: optional(
    object({
      selector: optional(workloadSelector),
      mtls: optional(mutualTls),
      /** By the number of the port that the workload listens on. */
      portLevelMtls: optional(
        mapOf(mutualTls).check(
          rule((ports) =>
            Object.keys(ports)
              .filter((port) => !isPortNumber(port))
              .map((port) => ({
                path: [port],
                message: `must be a port number between 1 and 65535, not ${show(port)}`,
                atKey: true as const,
              })),
          ),
        ),
      ),
    }),
  ),
});

export type PeerAuthentication = KubeObject<Deep<z.infer<typeof schema>>>;
export type MutualTls = Deep<z.infer<typeof mutualTls>>;

/** https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
export const peerAuthenticationKind = defineKind({
  ...SECURITY,
  kind: 'PeerAuthentication',
  schema,
  costs: {
    spec: THE_OBJECT,
    // For other workloads than meant.
    'spec.selector': THE_OBJECT,
    // A mode that nobody can read is the one that lets nobody in by mistake.
    'spec.mtls': { unit: 'spec.mtls', becomes: { of: strict, made: 'mode' } },
    'spec.portLevelMtls': { unit: 'spec', becomes: { of: withReadablePorts, made: 'portLevelMtls' } },
    'spec.portLevelMtls.*.mode': { unit: 'spec.portLevelMtls.*', becomes: { of: strict, made: 'mode' } },
  },
  narrowing: ['spec.selector', 'spec.mtls'],
  notApplied: {},
  standIn: {
    of: (written) => ({ spec: { ...readableSelector(specOf(written)), mtls: strict() } }),
    says: 'what it may have selected takes mutual TLS only',
  },
  check: ({ spec }) => checkPorts(spec),
});

function strict(): { mode: 'STRICT' } {
  return { mode: 'STRICT' };
}

/** Without what is no port of anybody; if one of these may have been meant to be strict, all ports are. */
function withReadablePorts(spec: Part): Part {
  const { portLevelMtls, ...rest } = spec;
  const ports = Object.entries(isMap(portLevelMtls) ? portLevelMtls : { all: undefined });
  const readable = ports.filter(([port, mtls]) => isPortNumber(port) && isMap(mtls) && hasSelector(spec));
  const lost = ports.filter((port) => !readable.includes(port));
  const open = lost.every(([, mtls]) => isMap(mtls) && isOpen(mtls));
  return {
    ...rest,
    ...(readable.length > 0 && { portLevelMtls: Object.fromEntries(readable) }),
    ...(!open && { mtls: strict() }),
  };
}

function isOpen(mtls: Part): boolean {
  return Object.keys(mtls).length === 0 || /^(UNSET|DISABLE|PERMISSIVE)$/.test(String(mtls['mode']));
}

function* checkPorts(spec: PeerAuthentication['spec']): Generator<Remark> {
  if (!spec?.portLevelMtls || hasSelector(spec)) return;
  yield {
    path: ['spec', 'portLevelMtls'],
    code: 'missing-selector',
    message: 'must stand beside a selector',
    hint: 'select the workloads whose ports these are',
  };
}

function hasSelector(spec: Part): boolean {
  const { selector } = spec;
  return isMap(selector) && isMap(selector['matchLabels']) && Object.keys(selector['matchLabels']).length > 0;
}

function specOf(written: Part): Part {
  return isMap(written['spec']) ? written['spec'] : {};
}

function isMap(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPortNumber(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}
