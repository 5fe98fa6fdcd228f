import type { XdsType } from '../proto/index.ts';
import type { Step } from './plan.ts';

/**
 * Make before break: what is new must be there before something refers to it, and what goes may go only when nothing
 * refers to it any more. A phase begins when everything of the phase before is accepted; within a phase the order of
 * types is kept, and that is enough, for a proxy takes responses in order.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations
 */
export interface Phase {
  readonly types: readonly XdsType[];
  readonly stages: Readonly<Record<XdsType, Step['stage'] | 'wait'>>;
}

const CLUSTERS = {
  make: { cds: 'make', eds: 'make', sds: 'make' },
  break: { cds: 'break', eds: 'break', sds: 'break' },
} as const;
/**
 * Virtual hosts come and go in one response: nothing refers to one, and what the new one is called, the old one may have been
 * called. Envoy takes no two virtual hosts with one domain, so it would reject the new one.
 */
const LISTENERS = {
  wait: { lds: 'wait', rds: 'wait', vhds: 'wait' },
  make: { lds: 'make', rds: 'make', vhds: 'break' },
  break: { lds: 'break', rds: 'break', vhds: 'break' },
} as const;

const ADDING: readonly XdsType[] = ['sds', 'cds', 'eds', 'lds', 'rds', 'vhds'];
const REMOVING: readonly XdsType[] = ADDING.toReversed();

export const PHASES: readonly Phase[] = [
  { types: ADDING, stages: { ...CLUSTERS.make, ...LISTENERS.wait } },
  { types: ADDING, stages: { ...CLUSTERS.make, ...LISTENERS.make } },
  { types: REMOVING, stages: { ...CLUSTERS.make, ...LISTENERS.break } },
  { types: REMOVING, stages: { ...CLUSTERS.break, ...LISTENERS.break } },
];

/** In the last phase nothing waits any more: what a proxy asks for between two rounds is answered in it. */
export const LAST_PHASE = PHASES.length - 1;
