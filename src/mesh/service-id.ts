import type { ServiceId } from './service.ts';

export function serviceId(namespace: string, host: string): ServiceId {
  return `${namespace}/${host}`;
}

export function parseServiceId(id: ServiceId): { readonly namespace: string; readonly host: string } {
  const slash = id.indexOf('/');
  return { namespace: id.slice(0, slash), host: id.slice(slash + 1) };
}
