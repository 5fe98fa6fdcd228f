import type { Change } from '../../src/api/index.ts';
import { type ControlPlane, createControlPlane } from '../../src/control-plane/index.ts';
import { changesOf } from '../../src/source/index.ts';
import { type CaseProxy, corpus, load } from './corpus.ts';
import { caseNames, type GatewayCase, readCase } from './gateway-api/case.ts';
import { makeCertificates } from './gateway-api/certificates.ts';
import { ADDRESS_POOL } from './gateway-api/control-plane.ts';
import { objectsIn } from './gateway-api/macros.ts';
import { interceptorsOf, routersOf, sidecarsOf } from './gateway-api/proxies.ts';

/** Objects, and who connects: what is asked of a case by whoever takes fields away from it. */
export interface FieldCase {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly proxies: readonly CaseProxy[];
  /** A control plane that has read it. */
  readonly open: () => ControlPlane;
}

export function goldenCases(): readonly FieldCase[] {
  return corpus().map(({ name, changes, proxies }) => ({ name, changes, proxies, open: () => load(changes) }));
}

/** The first steps of test/gateway-api. */
export function gatewayApiCases(): Promise<readonly FieldCase[]> {
  return Promise.all(caseNames().map((name) => fieldCase(readCase(name))));
}

async function fieldCase(written: GatewayCase): Promise<FieldCase> {
  const { name, objects: text, expected } = written;
  const objects = objectsIn(text, await makeCertificates(expected.certificates));
  const changes = changesOf([[`${name}.in.yaml`, objects.map((object) => JSON.stringify(object)).join('\n---\n')]]);
  const nodes = [
    ...routersOf(objects, 'delta'),
    ...sidecarsOf(written, objects, 'delta').values(),
    ...interceptorsOf(written, objects, 'delta').map(({ node }) => node),
  ];
  const open = (): ControlPlane => {
    const controlPlane = createControlPlane({ gateways: { addressPool: ADDRESS_POOL } });
    controlPlane.store.apply(changes);
    return controlPlane;
  };
  return { name, changes, proxies: nodes.map((node) => ({ name: node.id, node, show: {} })), open };
}
