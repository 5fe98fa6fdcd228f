import type { Change, RawObject } from '../../../src/api/index.ts';
import { type ControlPlane, createControlPlane } from '../../../src/control-plane/index.ts';
import { changesOf } from '../../../src/source/index.ts';
import type { GatewayCase, Step } from './case.ts';
import { makeCertificates } from './certificates.ts';
import { type Certificates, fillObject, objectsIn } from './macros.ts';
import { find, keyOf, keyOfName } from './object-names.ts';

/** A case that a control plane has read, and goes through step by step. */
export interface LoadedCase {
  readonly controlPlane: ControlPlane;
  readonly certificates: Certificates;
  /** Those of this step. */
  readonly objects: () => readonly RawObject[];
  /** Makes the change of a step. Throws for objects to delete that are not there. */
  readonly apply: (change: Step['change']) => void;
}

/** Of Gateways that name no address. */
export const ADDRESS_POOL = '127.20.0.0/16';

export async function loadCase({ objects: text, expected }: GatewayCase): Promise<LoadedCase> {
  const certificates = await makeCertificates(expected.certificates);
  const controlPlane = createControlPlane({ gateways: { addressPool: ADDRESS_POOL } });
  let objects: readonly RawObject[] = objectsIn(text, certificates);
  controlPlane.store.apply(upserts(objects));
  return {
    controlPlane,
    certificates,
    objects: () => objects,
    apply: ({ delete: gone = [], apply: written = [] } = {}) => {
      const removed = gone.map((name) => {
        const object = find(name, objects);
        if (!object) throw new Error(`there is no ${name} to delete`);
        return object;
      });
      const added = written.map((object) => fillObject(object, certificates));
      const isReplaced = (object: RawObject): boolean =>
        [...removed, ...added].some((one) => keyOf(one) === keyOf(object));
      objects = [...objects.filter((object) => !isReplaced(object)), ...added];
      controlPlane.store.apply([
        ...removed.map((object): Change => ({ kind: 'delete', key: keyOf(object) })),
        ...upserts(added),
      ]);
    },
  };
}

/** As a source would tell them. */
function upserts(objects: readonly RawObject[]): readonly Change[] {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  return changesOf([['case.yaml', text]]);
}

/** The address under which a Gateway says that it is reached: its first, or the one that is asked for. */
export function gatewayAddress({ controlPlane, objects }: LoadedCase, at: string): string {
  const [gateway, wanted] = at.split('@');
  const name = `Gateway ${gateway}`;
  const object = find(name, objects());
  const { addresses = [] } = controlPlane.status.of(object ? keyOf(object) : keyOfName(name)) ?? {};
  const usable = addresses.filter(({ type }) => type === 'IPAddress').map(({ value }) => value);
  const address = wanted === undefined ? usable[0] : usable.find((value) => value === wanted);
  if (address !== undefined) return address;
  throw new Error(`${name} should have ${wanted ?? 'an address'} in its status, not ${usable.join(', ') || 'none'}`);
}
