import type { GatewayOptions } from '../route/index.ts';
import { loadDirectory as readDirectory } from '../source/index.ts';
import { type ControlPlane, createControlPlane } from './index.ts';

export interface Loaded {
  readonly controlPlane: ControlPlane;
  /** How many objects the directory holds. */
  readonly objects: number;
}

/** A control plane that has read a directory once, for commands that answer and end. */
export async function loadDirectory(directory: string, gateways?: Partial<GatewayOptions>): Promise<Loaded> {
  const changes = await readDirectory(directory);
  const controlPlane = createControlPlane({ now: Date.now, gateways });
  controlPlane.store.apply(changes);
  return { controlPlane, objects: changes.filter(({ kind }) => kind === 'upsert').length };
}
