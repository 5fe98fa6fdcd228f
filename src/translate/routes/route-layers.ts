import type { Layers } from '../../lib/layers.ts';
import type { Shares } from '../../lib/shares.ts';
import type { Origin } from '../../mesh/index.ts';
import type { Entry, RouteConfiguration, VirtualHost } from '../../proto/index.ts';
import type { View } from '../../view/index.ts';
import type { Built, Decided } from '../translator.ts';

/** What each kind of proxy contributes. */
export interface RouteLayers {
  readonly routes: (view: View) => Shares<Entry>;
  /** Those that are resources of their own. */
  readonly virtualHosts: (view: View) => Layers<Entry>;
  readonly explainRoute: (view: View, name: string) => Built<RouteConfiguration> | undefined;
  readonly explainVirtualHost: (view: View, name: string) => Built<VirtualHost> | undefined;
}

/** Origins in virtual hosts as seen from the route configuration that holds them. */
export function decidedIn(virtualHosts: readonly Built<VirtualHost>[]): readonly Decided[] {
  const inside = (i: number, path: string): string => `virtualHosts[${i}]${path && `.${path}`}`;
  return virtualHosts.flatMap(({ decided }, i) =>
    decided.map(({ path, origin }: { readonly path: string; readonly origin: Origin }) => ({
      path: inside(i, path),
      origin,
    })),
  );
}
