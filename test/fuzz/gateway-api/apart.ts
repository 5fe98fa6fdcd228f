import type { RawObject } from '../../../src/api/index.ts';
import { NAMESPACES } from './names.ts';

/** The same configuration in namespaces that no other one has: `infra-3`. What is in no namespace is the first one's. */
export function apart(objects: readonly RawObject[], i: number): readonly RawObject[] {
  return objects.filter(({ metadata }) => i === 0 || metadata.namespace !== undefined).map((one) => moved(one, i));
}

function moved(object: RawObject, i: number): RawObject {
  const text = NAMESPACES.reduce(
    (all, name) => all.replaceAll(`"${name}"`, `"${name}-${i}"`).replaceAll(`.${name}.svc`, `.${name}-${i}.svc`),
    JSON.stringify(object),
  );
  return JSON.parse(text) as RawObject;
}
