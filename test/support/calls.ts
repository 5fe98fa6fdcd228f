import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/**
 * What users expect of requests, as they would write it: a `calls.yaml` is a list of
 *
 *     - name: jason is sent to v2
 *       call: GET http://reviews.shop/reviews/1      # the URL's host becomes the Host header, its port chooses the listener
 *       from: gateway                                # the proxy that is asked
 *       headers: { end-user: jason }
 *       expect: { cluster: outbound|80|v2|reviews.shop.svc.cluster.local, version: v2 }
 *     - call: GET http://reviews.shop/
 *       from: gateway
 *       times: 1000
 *       expect: { share: { v1: 90, v2: 10 } }        # per cent, by version, or by cluster if the name has a `|`
 */
export type Call = z.infer<typeof callSchema>;
export type Expectation = Call['expect'];

/** A text that must be so, or null: must not be there. */
const headersSchema = z.record(z.string().toLowerCase(), z.string().nullable());

const expectSchema = z.strictObject({
  /** `closed`: the connection ends without an answer. 200 unless said. */
  status: z.union([z.number().int(), z.literal('closed')]).default(200),
  /** The cluster that Envoy sent it to; null: Envoy answered by itself. */
  cluster: z.string().nullable().optional(),
  /** Who answered. */
  service: z.string().optional(),
  version: z.string().optional(),
  /** The request as it arrived there. */
  arrives: z
    .strictObject({
      method: z.string(),
      path: z.string(),
      host: z.string(),
      headers: headersSchema,
      /** Who calls, as the last proxy on the way has proved it: `spiffe://…`. */
      caller: z.string(),
    })
    .partial()
    .optional(),
  /** Of the answer. */
  headers: headersSchema.optional(),
  body: z.string().optional(),
  share: z.record(z.string(), z.number().min(0).max(100)).optional(),
});

const callSchema = z.strictObject({
  name: z.string().optional(),
  call: z.string().regex(/^[A-Z]+ https?:\/\/\S+$/, 'must be a method and a URL: GET http://cart.shop/'),
  from: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  times: z.number().int().min(1).default(1),
  expect: expectSchema,
});

/** Throws with the file and the path in it if a call is not well-formed: a misspelled expectation must not pass. */
export function readCalls(file: string): readonly Call[] {
  const parsed = z.array(callSchema).safeParse(parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
}

/** For the title of a test. */
export function titleOf(call: Call): string {
  const headers = Object.entries(call.headers).map(([name, value]) => `${name}: ${value}`);
  return call.name ?? [call.call, ...(headers.length ? ['with', headers.join(', ')] : [])].join(' ');
}
