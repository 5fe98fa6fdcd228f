import type { ObjectKey, Service } from '../../mesh/index.ts';
import type { JsonObject, Metadata } from '../../proto/index.ts';
import { configPath } from '../names.ts';

/** What Istio's telemetry, istioctl and Kiali read of a cluster: `filter_metadata.istio`. */
export function buildMetadata(from: {
  readonly services: readonly Pick<Service, 'host' | 'name' | 'namespace'>[];
  readonly rule?: ObjectKey | undefined;
  readonly subset?: string | undefined;
  readonly external?: boolean;
}): Metadata {
  const istio: JsonObject = {
    ...(from.rule && { config: configPath(from.rule) }),
    ...(from.subset && { subset: from.subset }),
    ...(from.external && { external: true }),
    services: from.services.map(({ host, name, namespace }) => ({ host, name, namespace })),
  };
  return { filterMetadata: { istio } };
}
