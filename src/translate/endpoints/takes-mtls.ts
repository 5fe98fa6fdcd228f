import { type Endpoint, type Mesh, parseServiceId, type ServiceId } from '../../mesh/index.ts';
import type { Policies } from '../../policy/index.ts';

/**
 * Whether clients with a certificate speak mutual TLS to an endpoint: its proxy can, and no policy has switched it off
 * there. What is true for strict and permissive ports alike does not change when one becomes the other.
 */
export function createTakesMtls(
  mesh: Pick<Mesh, 'service'>,
  policies: Pick<Policies, 'mtlsMode'>,
): (service: ServiceId, endpoint: Endpoint) => boolean {
  return (service, { speaksMtls, workload, labels, port }) => {
    if (!speaksMtls || mesh.service(service)?.external) return false;
    const namespace = workload?.namespace ?? parseServiceId(service).namespace;
    return policies.mtlsMode(namespace, labels, port) !== 'disable';
  };
}
