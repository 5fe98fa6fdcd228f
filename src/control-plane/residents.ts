import type { Residents } from '../server/index.ts';
import type { ControlPlane } from './index.ts';

/** Where Pods run, by what was read of them. */
export function residentsOf({ pods }: ControlPlane['store']): Residents {
  return {
    nodeOf: (namespace, pod) => pods.get(`${namespace}/${pod}`)?.spec?.nodeName,
    runsOn: (node, namespace, serviceAccount) =>
      pods.keys().some((key) => {
        if (!key.startsWith(`${namespace}/`)) return false;
        const { spec, status } = pods.get(key)!;
        const account = spec?.serviceAccountName ?? spec?.serviceAccount ?? 'default';
        return account === serviceAccount && spec?.nodeName === node && status?.phase === 'Running';
      }),
  };
}
