import type { z } from 'zod';
import { type Deep, type Mistake, object, oneOf, optional, rule, show } from '../vocabulary.ts';
import { valueMistake } from './http-match.ts';
import { atMost, atMostLong, limited, regexMistake, token, unique } from './words.ts';

/** https://gateway-api.sigs.k8s.io/reference/spec/#grpcmethodmatch */
const methodMatch = object({
  /** Absent: Exact. */
  type: optional(oneOf(['Exact', 'RegularExpression'])),
  /** With its package: `shop.v1.Cart`. Absent: any. */
  service: optional(atMostLong(1024)),
  /** Absent: any. */
  method: optional(atMostLong(1024)),
}).check(rule(methodMistake));

const headerMatch = object({
  /** Absent: Exact. */
  type: optional(oneOf(['Exact', 'RegularExpression'])),
  name: token(),
  value: limited(4096),
}).check(rule(valueMistake));

/** All of it must hold: https://gateway-api.sigs.k8s.io/reference/spec/#grpcroutematch */
export const grpcRouteMatch = object({
  method: optional(methodMatch),
  headers: optional(atMost(16, headerMatch).check(unique('name'))),
});

export type GrpcRouteMatch = Deep<z.infer<typeof grpcRouteMatch>>;
export type GrpcMethodMatch = Deep<z.infer<typeof methodMatch>>;
export type GrpcHeaderMatch = Deep<z.infer<typeof headerMatch>>;

interface MethodMatch {
  readonly type?: 'Exact' | 'RegularExpression' | undefined;
  readonly service?: string | undefined;
  readonly method?: string | undefined;
}

function methodMistake({ type = 'Exact', service, method }: MethodMatch): Mistake | readonly Mistake[] | undefined {
  if (service === undefined && method === undefined) {
    return { message: 'must have one or both of service, method', code: 'missing-field' };
  }
  return [...wordMistake(type, 'service', service), ...wordMistake(type, 'method', method)];
}

function wordMistake(type: string, field: 'service' | 'method', value: string | undefined): readonly Mistake[] {
  if (value === undefined) return [];
  if (type === 'RegularExpression') {
    const wrong = regexMistake(value);
    return wrong === undefined ? [] : [{ path: [field], message: wrong }];
  }
  if (WORDS[field].test(value)) return [];
  const wanted = field === 'service' ? 'a service with its package, like shop.v1.Cart' : 'a method, like GetItems';
  return [{ path: [field], message: `must be ${wanted}, not ${show(value)}` }];
}

const WORDS = {
  service: /^\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$/i,
  method: /^[A-Za-z_][A-Za-z_0-9]*$/,
} as const;
