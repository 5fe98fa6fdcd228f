import { type Certificate, isAmong, nameOf } from './certificate.ts';
import type { Credentials } from './credentials.ts';
import type { FileNames } from './file-names.ts';
import { isOf, type RevocationList } from './revocations.ts';

export interface Read {
  readonly names: FileNames;
  /** Roots, with those that have expired. */
  readonly believed: readonly Certificate[];
  readonly others: readonly Certificate[];
  readonly nowMs: number;
}

/** What works, or does no harm, but is hardly what somebody wanted. */
export function warningsAbout(credentials: Omit<Credentials, 'warnings'>, read: Read): readonly string[] {
  return [
    ...expiredRoots(read),
    ...strangers(credentials, read),
    ...credentials.revocations.flatMap((list, i) => aboutList(`${read.names.revocations}: list ${i + 1}`, list, read)),
    ...missingLists(credentials, read.names),
    ...[expiryWarning(credentials, read.nowMs)].filter((text) => text !== undefined),
  ];
}

function expiredRoots({ believed, names, nowMs }: Read): string[] {
  const expired = believed.filter(({ notAfterMs }) => notAfterMs < nowMs);
  return expired.map((root) => `${names.roots}: ${nameOf(root)} has expired, and is not believed any more`);
}

/** Roots of our own sign for themselves; what leads on from there is written, and tidied up, by us. */
function strangers({ signer, intermediates, roots }: Omit<Credentials, 'warnings'>, { others, names }: Read): string[] {
  if (isAmong(roots, signer)) return [];
  const strange = others.filter((one) => !isAmong([signer, ...intermediates], one));
  return strange.map((one) => `${names.chain}: ${nameOf(one)} is on no way from the signer to a root, and not used`);
}

function aboutList(place: string, list: RevocationList, { believed, others, nowMs }: Read): string[] {
  const unknown = ![...believed, ...others].some((one) => isOf(list, one));
  const old = list.nextUpdateMs !== undefined && list.nextUpdateMs < nowMs;
  return [
    ...(unknown ? [`${place} is signed by no authority that is known here; it counts where that one is met`] : []),
    ...(old
      ? [`${place} should have been replaced at ${new Date(list.nextUpdateMs).toISOString()}; it still counts`]
      : []),
  ];
}

function missingLists({ proxyLists }: Omit<Credentials, 'warnings'>, { revocations }: FileNames): string[] {
  const { missing } = proxyLists;
  if (missing.length === 0) return [];
  const whose = missing.map(nameOf).join(', ');
  const why = `proxies would refuse whatever these signed, so they are given no list at all`;
  return [`${revocations}: no list in force of ${whose}; ${why}`];
}

/** A month, or a tenth of a shorter life. */
const SOON_MS = 30 * 24 * 3_600_000;

/** Undefined while there is time. */
export function expiryWarning(
  { signer, window }: Pick<Credentials, 'signer' | 'window'>,
  nowMs: number,
): string | undefined {
  const soon = Math.min(SOON_MS, (window.notAfterMs - window.notBeforeMs) / 10);
  if (window.notAfterMs - nowMs > soon) return undefined;
  return `${nameOf(signer)} can sign only until ${new Date(window.notAfterMs).toISOString()}: replace it before`;
}
