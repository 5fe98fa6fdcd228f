/** The few functions of the metadata proposal that @peculiar/x509 wants before it can be imported. */
const metadata = new WeakMap<object, Map<unknown, unknown>>();

function getOwnMetadata(key: unknown, target: object): unknown {
  return metadata.get(target)?.get(key);
}

function getMetadata(key: unknown, target: object | null): unknown {
  if (target === null) return undefined;
  return getOwnMetadata(key, target) ?? getMetadata(key, Object.getPrototypeOf(target));
}

function defineMetadata(key: unknown, value: unknown, target: object): void {
  metadata.set(target, (metadata.get(target) ?? new Map()).set(key, value));
}

Object.assign(Reflect, { getMetadata, getOwnMetadata, defineMetadata });
