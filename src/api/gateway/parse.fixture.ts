import { parseObject } from '../registry.ts';

/** What is left of a spec, and what is said of it: `spec.rules[0].name must be …`. */
export function parse(kind: string, spec: object, apiVersion = 'gateway.networking.k8s.io/v1') {
  const { value, standIn, problems } = parseObject({
    apiVersion,
    kind,
    metadata: { name: 'x', namespace: 'shop' },
    spec,
  });
  // Not `any`: tests look into what is left by `toEqual` and `toMatchObject` only.
  const left = (value as { spec?: unknown } | undefined)?.spec;
  const instead = (standIn as { spec?: unknown } | undefined)?.spec;
  const told = problems.filter(({ severity }) => severity === 'error').map(({ path, message }) => `${path} ${message}`);
  return { left, instead, told, problems };
}
