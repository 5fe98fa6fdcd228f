import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../envoy/authorization');

/**
 * Policies, and calls under them: a file in test/envoy/authorization. Its first document says the calls:
 *
 *     kind: Story
 *     calls:
 *       - { call: GET /admin, as: shop/web, is: denied }
 *       - { call: TCP, from: 10.9.0.7, is: allowed }
 *
 * The others are objects of a mesh in which cart, in namespace shop, serves HTTP at port 8080, TCP at port 6379, and
 * anything at port 7070.
 */
export interface Story {
  readonly name: string;
  readonly calls: readonly StoryCall[];
  /** YAML, with `$KEYS(main, ec)` where a key set of the test should stand. */
  readonly objects: string;
  /** A gateway is called, and not cart's own sidecar. */
  readonly atGateway: boolean;
}

export type StoryCall = z.infer<typeof callSchema>;

const strings = z.record(z.string(), z.string());

const callSchema = z.strictObject({
  /** `METHOD /path`, sent as it stands; or `TCP`. `$TOKEN` stands for the token. */
  call: z.string().regex(/^(TCP|[A-Z]+ \S+)$/),
  /** The port: by default what the call is. `any` takes HTTP and everything else. */
  at: z.enum(['http', 'tcp', 'any']).optional(),
  /** The service account whose certificate is shown: `shop/web`, `old.local/ns/shop/sa/web`. Without: plain text. */
  as: z.string().optional(),
  from: z.string().default('10.9.0.1'),
  host: z.string().default('cart.shop'),
  headers: strings.default({}),
  body: z.string().default(''),
  /** In the TLS handshake. */
  sni: z.string().optional(),
  /** Claims; or what is sent as if it were a token. In `Authorization: Bearer`, unless `$TOKEN` stands somewhere. */
  token: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  signer: z.enum(['main', 'ec', 'ed', 'stranger', 'nobody']).default('main'),
  /** Answered before policies are asked: the token is no good, or the path is none. */
  early: z.boolean().default(false),
  /** `allowed` arrives; `denied` is answered 403, or closed; or another status. */
  is: z.union([z.enum(['allowed', 'denied']), z.number().int()]),
  /** A service of CUSTOM policies is asked. */
  asked: z.boolean().default(false),
  /** One should be asked, and is not there. */
  unanswered: z.boolean().default(false),
  /** What that service is told. */
  told: z
    .strictObject({ path: z.string(), headers: z.record(z.string(), z.string().nullable()), body: z.string() })
    .partial()
    .optional(),
  /** Headers as they arrive at cart, or null; and of the answer. */
  arrives: z.record(z.string(), z.string().nullable()).default({}),
  answer: z.record(z.string(), z.string().nullable()).default({}),
  /** What policies that are only tried would have said, or that an audit takes note; and a counter of Envoy that says so. */
  noted: z.enum(['would-allow', 'would-deny', 'audited']).optional(),
  counter: z.string().optional(),
  /** What filters of Envoy have said of the request, by filter and key. */
  metadata: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

const storySchema = z.strictObject({ kind: z.literal('Story'), calls: z.array(callSchema).min(1) });

export function stories(): readonly Story[] {
  const files = readdirSync(ROOT).filter((file) => file.endsWith('.yaml'));
  return files.sort().map((file) => {
    const [first = '', ...rest] = readFileSync(join(ROOT, file), 'utf8').split(/^---$/m);
    const parsed = storySchema.safeParse(parseAllDocuments(first)[0]?.toJS());
    if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
    const objects = rest.join('---').trimStart();
    return {
      name: file.replace('.yaml', ''),
      calls: parsed.data.calls,
      objects,
      atGateway: /^kind: Gateway$/m.test(objects),
    };
  });
}

/** For messages: what is said of a call but for what follows. */
export function titleOf(call: StoryCall): string {
  const { as, from, host, headers, token } = call;
  const said = { ...(as && { as }), from, host, headers, ...(token !== undefined && { token }) };
  return `${call.call} ${JSON.stringify(said)}`;
}
