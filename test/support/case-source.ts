import { openAuthority } from '../../src/ca/index.ts';
import type { ControlPlane } from '../../src/control-plane/index.ts';
import { createWorkloadCertificates, type ResourceSource, realTimers } from '../../src/server/index.ts';
import { createGraphSource } from '../../src/server/views.ts';
import type { Node } from '../../src/view/index.ts';

/**
 * Serves the proxies of a case as those that the case says they are, as if their connections had proved it; with
 * certificates of an authority that nobody else knows.
 */
export async function caseSource(controlPlane: ControlPlane, nodes: readonly Node[]): Promise<ResourceSource> {
  const { graph, views, translators, workloadSecrets } = controlPlane;
  const authority = await openAuthority({ source: { kind: 'own' } });
  const certificates = createWorkloadCertificates({
    authority,
    secrets: workloadSecrets,
    timers: realTimers,
    onFailure: (_, error) => {
      throw error;
    },
  });
  const source = createGraphSource(graph, views, translators, certificates);
  const proved = (node: Node): Node => ({ ...node, identity: nodes.find(({ id }) => id === node.id)?.identity });
  return {
    open: (node, wake) => {
      const view = source.open(proved(node), wake);
      return {
        get id() {
          return view.id;
        },
        read: view.read,
        update: (again) => view.update(proved(again)),
        stop: view.stop,
      };
    },
  };
}
