import type { Part } from '../cost.ts';
import { UNREADABLE } from './unreadable.ts';

/**
 * Stands in a parsed DestinationRule in place of TLS settings in which something is wrong: without any its destination
 * would be called in plain text, or by mutual TLS of the mesh. With these nobody can connect to it.
 */
export function unreadableTls() {
  return { mode: 'SIMPLE', credentialName: UNREADABLE } as const satisfies Part;
}

export function isUnreadableTls({ credentialName }: { readonly credentialName?: string | undefined }): boolean {
  return credentialName === UNREADABLE;
}
