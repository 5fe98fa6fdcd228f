import { z } from 'zod';

/** The status that objects of a case must have. What each field means is in test/gateway-api/README.md. */
export type ExpectedStatus = z.infer<typeof objectSchema>;
export type ExpectedConditions = z.infer<typeof conditionsSchema>;
export type ExpectedListener = z.infer<typeof listenerSchema>;

const conditionSchema = z
  .string()
  .regex(/^((True|False|Unknown)\/[A-Z][A-Za-z]*|absent)$/, 'must be a status and a reason, True/Accepted, or absent');

/** A misspelled condition would never be looked for. */
const CONDITIONS = {
  Accepted: conditionSchema,
  Programmed: conditionSchema,
  ResolvedRefs: conditionSchema,
  Conflicted: conditionSchema,
  OverlappingTLSConfig: conditionSchema,
  PartiallyInvalid: conditionSchema,
  InsecureFrontendValidationMode: conditionSchema,
  SupportedVersion: conditionSchema,
};

export const CONDITION_TYPES = Object.keys(CONDITIONS) as readonly (keyof typeof CONDITIONS)[];

const conditionsSchema = z.strictObject(CONDITIONS).partial();

const listenerSchema = z
  .strictObject({ ...CONDITIONS, attachedRoutes: z.number().int(), supportedKinds: z.array(z.string()) })
  .partial();

/** `Kind ns/name`, the namespace left out for kinds that have none; and which part of it. */
const PARENT = /^[A-Z][A-Za-z]* ([^\s/#:]+\/)?[^\s/#:]+(#[^\s:]+)?(:\d+)?$/;

const byParent = z.record(z.string().regex(PARENT, 'must be like Gateway infra/public#http:80'), conditionsSchema);

const objectSchema = z
  .strictObject({
    ...CONDITIONS,
    addresses: z.array(z.string().regex(/^\S+ \S+$/, 'must be a type and a value: IPAddress 127.20.0.1')),
    attachedListenerSets: z.number().int(),
    listeners: z.record(z.string(), listenerSchema),
    parents: byParent,
    ancestors: byParent,
    supportedFeatures: z.array(z.string()),
  })
  .partial();

/** `Gateway infra/public`; where kinds of several groups have one name, `HTTPRoute.policy.linkerd.io shop/cart`. */
export const OBJECT = /^[A-Z][A-Za-z]*(\.[a-z0-9.-]+)? ([^\s/]+\/)?[^\s/]+$/;

export const statusSchema = z.record(
  z.string().regex(OBJECT, 'must be a kind and namespace/name: Gateway infra/public'),
  z.union([objectSchema, z.literal('none')]),
);
