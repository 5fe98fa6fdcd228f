import type { z } from 'zod';
import type { Path } from './path.ts';

/** The fields that are known at a path; empty where there is no map of known fields. */
export function fieldsAt(schema: z.ZodType, path: Path): readonly string[] {
  const shape = schemaAt(schema, path)?.def.shape;
  return shape ? Object.keys(shape) : [];
}

/** The words that are allowed at a path. */
export function optionsAt(schema: z.ZodType, path: Path): readonly string[] {
  return (schemaAt(schema, path)?.def.values ?? []).map(String);
}

/** Every leaf as a pattern: `spec.http[].match[].headers.*.exact`. */
export function* leavesOf(schema: z.ZodType, prefix = ''): Generator<string> {
  const { def } = unwrap(schema as Walkable);
  if (def.shape) {
    for (const [key, field] of Object.entries(def.shape)) yield* leavesOf(field, prefix ? `${prefix}.${key}` : key);
  } else if (def.element) yield* leavesOf(def.element, `${prefix}[]`);
  else if (def.valueType) yield* leavesOf(def.valueType, `${prefix}.*`);
  else yield prefix;
}

/** What we read of a schema: https://zod.dev/packages/core */
type Walkable = z.ZodType & {
  readonly def: {
    readonly shape?: Readonly<Record<string, z.ZodType>>;
    readonly element?: z.ZodType;
    readonly valueType?: z.ZodType;
    readonly innerType?: z.ZodType;
    readonly values?: readonly unknown[];
  };
};

function schemaAt(schema: z.ZodType, path: Path): Walkable | undefined {
  let at: Walkable | undefined = unwrap(schema as Walkable);
  for (const step of path) {
    if (!at) return undefined;
    const { shape, element, valueType }: Walkable['def'] = at.def;
    const child: z.ZodType | undefined = shape ? shape[step] : typeof step === 'number' ? element : valueType;
    at = child && unwrap(child as Walkable);
  }
  return at;
}

function unwrap(schema: Walkable): Walkable {
  return schema.def.innerType ? unwrap(schema.def.innerType as Walkable) : schema;
}
