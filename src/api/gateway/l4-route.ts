import type { z } from 'zod';
import type { Remark } from '../finding.ts';
import type { Reasons } from '../kind.ts';
import type { Metadata } from '../object.ts';
import { type Deep, object, optional } from '../vocabulary.ts';
import { backendRef } from './references.ts';
import { between, sectionName, unique } from './words.ts';

/** A rule of a TLSRoute, a TCPRoute or a UDPRoute. */
const l4RouteRule = object({ name: optional(sectionName()), backendRefs: between(16, backendRef) });

export const l4RouteRules = between(16, l4RouteRule).check(unique('name'));

export const L4_INFORMATIONAL: Reasons = {
  'spec.rules[].name': 'for people: a proxy shows the name of a rule about requests only, and no policy refers to one',
};

export type L4RouteRule = Deep<z.infer<typeof l4RouteRule>>;

/** Old versions have up to 16 rules, of which each takes whatever is sent. */
export function* checkL4Route(
  { spec }: { readonly spec: { readonly rules: readonly L4RouteRule[] } },
  _: Metadata,
  version: string,
): Generator<Remark> {
  if (spec.rules.length < 2) return;
  const hint = 'put its backendRefs into the first one';
  if (version !== 'v1') {
    const message = 'is never reached: the first rule takes whatever is sent';
    yield { path: ['spec', 'rules', 1], severity: 'warning', code: 'unreachable', message, hint };
    return;
  }
  for (const i of spec.rules.keys()) {
    if (i === 0) continue;
    yield { path: ['spec', 'rules', i], code: 'conflict', message: 'must not be there: v1 has one rule only', hint };
  }
}
