import type { FullReference, ReferenceGrant } from '../../api/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';

/** Who refers to something. */
export interface Referrer {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

export interface ReferenceGrants {
  /** Whether an object may refer to another. Within a namespace it always may. */
  readonly permits: (from: Referrer, to: FullReference) => boolean;
}

/** What the owners of namespaces let others refer to: https://gateway-api.sigs.k8s.io/reference/spec/#referencegrant */
export function createReferenceGrants(graph: Graph, store: Tables): ReferenceGrants {
  const { referenceGrants } = store;
  const byTarget = referenceGrants.index('byTarget', ({ metadata, spec }) =>
    spec.to.map(({ group, kind }) => targetOf({ group, kind, namespace: metadata.namespace })),
  );
  const permitted = graph.query('gatewayApi.refPermitted', (key) => {
    const [from, to] = JSON.parse(key) as [Referrer, FullReference];
    return byTarget(targetOf(to)).some((row) => grants(referenceGrants.get(row)!, from, to));
  });
  return {
    permits: ({ group, kind, namespace }, to) =>
      namespace === to.namespace ||
      permitted(
        JSON.stringify([
          { group, kind, namespace },
          { group: to.group, kind: to.kind, namespace: to.namespace, name: to.name },
        ]),
      ),
  };
}

function targetOf({ group, kind, namespace }: Referrer): string {
  return `${namespace}|${group}/${kind}`;
}

function grants({ spec }: ReferenceGrant, from: Referrer, to: FullReference): boolean {
  const isFrom = spec.from.some((one) =>
    (['group', 'kind', 'namespace'] as const).every((part) => one[part] === from[part]),
  );
  const isTo = spec.to.some(
    ({ group, kind, name }) => group === to.group && kind === to.kind && (name === undefined || name === to.name),
  );
  return isFrom && isTo;
}
