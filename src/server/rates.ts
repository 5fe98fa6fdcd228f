/** So many at once, and so many a second after that: https://en.wikipedia.org/wiki/Token_bucket */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Takes one, and gives 0; or takes none, and gives the milliseconds until there is one. */
export type Bucket = (nowMs: number) => number;

export function createBucket({ burst, perSecond }: Rate): Bucket {
  let left = burst;
  let countedAt: number | undefined;
  return (nowMs) => {
    left = Math.min(burst, left + ((nowMs - (countedAt ?? nowMs)) * perSecond) / 1000);
    countedAt = nowMs;
    if (left < 1) return Math.ceil(((1 - left) * 1000) / perSecond);
    left--;
    return 0;
  };
}

/** A bucket for each key. Keys that were not used for long enough to be full again are forgotten. */
export function createBuckets(rate: Rate): (key: string, nowMs: number) => number {
  const buckets = new Map<string, { readonly bucket: Bucket; usedAt: number }>();
  const fullAfterMs = (rate.burst * 1000) / rate.perSecond;
  let sweptAt = 0;
  const sweep = (nowMs: number): void => {
    sweptAt = nowMs;
    for (const [key, { usedAt }] of buckets) if (nowMs - usedAt >= fullAfterMs) buckets.delete(key);
  };
  return (key, nowMs) => {
    if (nowMs - sweptAt >= fullAfterMs) sweep(nowMs);
    const known = buckets.get(key) ?? { bucket: createBucket(rate), usedAt: nowMs };
    buckets.set(key, known);
    known.usedAt = nowMs;
    return known.bucket(nowMs);
  };
}
