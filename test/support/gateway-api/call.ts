import { z } from 'zod';

/** A call of a case and what must come of it. What each field means is in test/gateway-api/README.md. */
export type Call = z.infer<typeof callSchema>;
export type Expectation = Call['expect'];
export type Arrived = z.infer<typeof arrivesSchema>;

/** What is spoken. A call that names an HTTP method is `HTTP`. */
export type CallKind = 'HTTP' | 'GRPC' | 'WS' | 'TCP' | 'TLS' | 'UDP';

/** A text that must be so, or null: must not be there. */
const headersSchema = z.record(z.string().toLowerCase(), z.string().nullable());

const statusSchema = z.union([z.number().int().min(100).max(599), z.literal('closed')]);

/** A request as it arrived. */
const arrivesSchema = z
  .strictObject({
    method: z.string(),
    path: z.string(),
    host: z.string(),
    headers: headersSchema,
    tls: z.boolean(),
    http: z.union([z.literal(1), z.literal(2)]),
    sni: z.string().nullable(),
    client: z.string(),
  })
  .partial();

const expectSchema = z.strictObject({
  status: z.union([statusSchema, z.array(statusSchema).min(1)]).optional(),
  service: z.string().optional(),
  version: z.string().optional(),
  share: z.record(z.string(), z.number().min(0).max(100)).optional(),
  arrives: arrivesSchema.optional(),
  headers: headersSchema.optional(),
  endpoints: z.number().int().optional(),
  also: z.record(z.string(), arrivesSchema).optional(),
  mirrors: z.record(z.string(), z.union([z.number().int().min(0), z.string().regex(/^\d+(\.\d+)?%$/)])).optional(),
  body: z.string().optional(),
  grpc: z.number().int().min(0).max(16).optional(),
});

const CALL = new RegExp(
  [
    '^(TCP|TLS|UDP) [^\\s:/]+:\\d+$',
    '^WS wss?://[^\\s/]+(/\\S*)?$',
    // Any method is one of HTTP, but for those that are none.
    '^(?!(TCP|TLS|UDP|WS) )[A-Z]+ https?://[^\\s/]+(/\\S*)?$',
  ].join('|'),
);

/** `namespace/name`, perhaps at one of its addresses. */
const GATEWAY = /^[^\s/@]+\/[^\s/@]+(@[\d.]+)?$/;
/** `namespace/name`. */
const OBJECT = /^[^\s/]+\/[^\s/]+$/;

export const callSchema = z
  .strictObject({
    name: z.string().optional(),
    call: z.string().regex(CALL, 'must be one of the calls that the README lists: GET http://example.org/'),
    at: z.string().regex(GATEWAY, 'must be namespace/name of a Gateway, or namespace/name@address').optional(),
    from: z.string().regex(OBJECT, 'must be namespace/name of a Pod').optional(),
    headers: z.record(z.string().toLowerCase(), z.string()).default({}),
    body: z.string().optional(),
    times: z.number().int().min(1).default(1),
    http: z.union([z.literal(1), z.literal(2)]).default(1),
    sni: z.string().nullable().optional(),
    cert: z.string().optional(),
    trust: z.string().optional(),
    session: z.string().toLowerCase().optional(),
    expect: expectSchema.default({}),
  })
  .refine(({ at, from }) => (at === undefined) !== (from === undefined), 'is either `at` a Gateway or `from` a Pod');

export interface Target {
  readonly kind: CallKind;
  /** Of HTTP. */
  readonly method: string;
  /** As the client writes it: a name or an IP address. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Undefined for those that are no URL. */
  readonly url: URL | undefined;
}

export function targetOf({ call }: Pick<Call, 'call'>): Target {
  const [verb = '', where = ''] = call.split(' ');
  const kind = KINDS.find((one) => one === verb) ?? 'HTTP';
  if (kind === 'TCP' || kind === 'TLS' || kind === 'UDP') {
    const [host = '', port] = where.split(':');
    return { kind, method: '', host, port: Number(port), secure: kind === 'TLS', url: undefined };
  }
  const url = new URL(where);
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  const port = Number(url.port) || (secure ? 443 : 80);
  return { kind, method: kind === 'HTTP' ? verb : 'POST', host: url.hostname, port, secure, url };
}

/** For the message of a test that fails. */
export function titleOf({ name, call, at, from, headers, http, sni, cert }: Call): string {
  const more = [
    ...Object.entries(headers).map(([header, value]) => `${header}: ${value}`),
    ...(http === 2 ? ['HTTP/2'] : []),
    ...(sni === undefined ? [] : [`SNI ${sni}`]),
    ...(cert === undefined ? [] : [`certificate ${cert}`]),
  ];
  const place = at === undefined ? `from ${from}` : `at ${at}`;
  const said = `${call} ${place}${more.length > 0 ? ` with ${more.join(', ')}` : ''}`;
  return name === undefined ? said : `${name} (${said})`;
}

const KINDS = ['GRPC', 'WS', 'TCP', 'TLS', 'UDP'] as const;
