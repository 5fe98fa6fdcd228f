/** A workload, as its certificate names it: https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md */
export interface SpiffeId {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** `spiffe://cluster.local/ns/shop/sa/cart`. */
export function spiffeUri(id: SpiffeId): string {
  return `spiffe://${principalOf(id)}`;
}

/** The same without its scheme, as policies write it: `cluster.local/ns/shop/sa/cart`. */
export function principalOf({ trustDomain, namespace, serviceAccount }: SpiffeId): string {
  return `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

/** Undefined for a URI that names no workload in this form. */
export function parseSpiffeUri(uri: string): SpiffeId | undefined {
  const match = SPIFFE.exec(uri);
  return match ? { trustDomain: match[1]!, namespace: match[2]!, serviceAccount: match[3]! } : undefined;
}

const SPIFFE = /^spiffe:\/\/([a-z0-9._-]{1,255})\/ns\/([a-z0-9.-]{1,253})\/sa\/([a-z0-9.-]{1,253})$/;
