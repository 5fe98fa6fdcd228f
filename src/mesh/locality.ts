import type { Labels } from '../api/index.ts';
import type { Locality } from './endpoint.ts';

export const NOWHERE: Locality = { region: '', zone: '', subZone: '' };

/** `region/zone/subzone`, as a WorkloadEntry says it; in a label, which cannot hold slashes, with dots. */
export function parseLocality(text: string): Locality {
  const [region = '', zone = '', subZone = ''] = text.split(text.includes('/') ? '/' : '.');
  return { region, zone, subZone };
}

/** What a Kubernetes Node's labels say: https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesioregion */
export function nodeLocality(labels: Labels): Locality {
  return {
    region: labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? '',
    zone: labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '',
    subZone: labels['topology.istio.io/subzone'] ?? '',
  };
}

/**
 * A workload's labels with those that say where it runs, so that a subset can ask for a zone.
 * https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting
 */
export function withTopology(labels: Labels, locality: Locality, network: string): Labels {
  const known = Object.entries({
    'topology.kubernetes.io/region': locality.region,
    'topology.kubernetes.io/zone': locality.zone,
    'topology.istio.io/subzone': locality.subZone,
    'topology.istio.io/network': network,
  }).filter(([, value]) => value !== '');
  return known.length === 0 ? labels : { ...labels, ...Object.fromEntries(known) };
}
