import type { z } from 'zod';
import { type Deep, object, oneofRule, optional, regex, word } from '../vocabulary.ts';

const shape = { exact: optional(word()), prefix: optional(word()), regex: optional(regex()) };
const keys = ['exact', 'prefix', 'regex'];

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch */
export const stringMatch = object(shape).check(oneofRule(keys, 'exactly'));

/** For headers and query parameters: `{}` asks only that it is there. */
export const stringMatchOrPresence = object(shape).check(oneofRule(keys, 'at most'));

/** Exactly one field is set; none where presence alone may be asked for. */
export type StringMatch = Deep<z.infer<typeof stringMatch>>;
