/** A record without what nobody said: an absent field and an undefined one must be equal. */
export function said<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** In Istio's API (protobuf 3) a plain number that is 0 was not said. */
export function unlessZero(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}
