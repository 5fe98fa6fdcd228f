import type { KubeEndpointSlice } from '../api/index.ts';
import type { Tables } from '../store/index.ts';
import type { Check, Finding } from './problems.ts';

/** An EndpointSlice and the Service it belongs to. */
export function sliceProblems(store: Tables): Check {
  return (row) => {
    const slice = store.endpointSlices.get(row);
    return slice ? [...strayed(store, slice), ...names(slice)] : [];
  };
}

function strayed(store: Tables, { metadata }: KubeEndpointSlice): readonly Finding[] {
  const service = metadata.labels[SERVICE_NAME];
  if (service !== undefined && store.services.get(`${metadata.namespace}/${service}`)) return [];
  return [
    {
      severity: 'warning',
      code: 'unknown-service',
      path: 'metadata.labels',
      message:
        service === undefined
          ? `belongs to no Service: the label ${SERVICE_NAME} is missing`
          : `belongs to Service ${metadata.namespace}/${service}, which does not exist`,
    },
  ];
}

function names({ addressType }: KubeEndpointSlice): readonly Finding[] {
  if (addressType !== 'FQDN') return [];
  return [
    {
      severity: 'error',
      code: 'unsupported-address-type',
      path: 'addressType',
      message: 'addresses that are names (FQDN) are not used: nobody resolves them',
      hint: 'a Service of type ExternalName or a ServiceEntry with resolution DNS has names resolved',
    },
  ];
}

const SERVICE_NAME = 'kubernetes.io/service-name';
