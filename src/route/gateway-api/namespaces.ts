import type { LabelSelector, Labels } from '../../api/index.ts';
import { selectsLabels } from '../../mesh/index.ts';
import type { Tables } from '../../store/index.ts';

/** Whose routes a listener takes, or whose ListenerSets a Gateway: https://gateway-api.sigs.k8s.io/reference/spec/#fromnamespaces */
export interface NamespaceRule {
  readonly from: 'All' | 'Selector' | 'Same' | 'None';
  /** For Selector. Without one, nobody is selected. */
  readonly selector?: LabelSelector | undefined;
}

/** Whether objects of a namespace are let in by an object in the namespace `own`. */
export type Admits = (rule: NamespaceRule, own: string, namespace: string) => boolean;

export function createAdmits(store: Tables): Admits {
  const written = store.namespaces.column('labels', ({ metadata }) => metadata.labels);
  return ({ from, selector }, own, namespace) => {
    switch (from) {
      case 'All':
        return true;
      case 'Same':
        return namespace === own;
      case 'Selector':
        return selector !== undefined && selectsLabels(selector, labelsOf(namespace, written(namespace)));
      case 'None':
        return false;
    }
  };
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name */
function labelsOf(namespace: string, written: Labels = {}): Labels {
  return { ...written, 'kubernetes.io/metadata.name': namespace };
}
