import type { z } from 'zod';
import { type Deep, flag, object, oneOf, optional, rule, text, wholeNumber } from '../vocabulary.ts';
import { atMost, noneTwice, token } from './words.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', '*'] as const;

/** https://gateway-api.sigs.k8s.io/reference/spec/#httpcorsfilter */
export const cors = object({
  /** `*`, or a scheme and a host, which may begin with `*.`. */
  allowOrigins: optional(atMost(64, text(originMistake)).check(noneTwice(), starAlone())),
  allowCredentials: optional(flag()),
  allowMethods: optional(atMost(9, oneOf(METHODS)).check(noneTwice(), starAlone())),
  allowHeaders: optional(atMost(64, token()).check(noneTwice(), starAlone())),
  exposeHeaders: optional(atMost(64, token()).check(noneTwice())),
  /** Seconds; absent: 5. */
  maxAge: optional(wholeNumber(1, 2_147_483_647)),
});

export type HttpCors = Deep<z.infer<typeof cors>>;

function originMistake(value: string): string | undefined {
  return value.length <= 253 && ORIGIN.test(value)
    ? undefined
    : 'must be * or a scheme and a host, like https://www.example.com or https://*.example.com';
}

const ORIGIN = /^\*$|^https?:\/\/((\*\.)?([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+|\*)(:[0-9]{1,5})?$/;

function starAlone<T extends string>(): z.core.CheckFn<T[]> {
  return rule((values: T[]) => {
    const star = (values as string[]).indexOf('*');
    return star < 0 || values.length === 1 ? undefined : { path: [star], message: 'must stand alone, if it is *' };
  });
}
