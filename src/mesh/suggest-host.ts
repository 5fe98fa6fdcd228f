import { closest } from '../lib/closest.ts';
import { kubernetesHost, parseKubernetesHost } from './host.ts';

/**
 * The host that an unknown one was probably meant to be: a name with its namespace written short, the same name in
 * another namespace, or a name nearly the same. Few hosts are compared letter by letter: there may be thousands.
 */
export function suggestHost(host: string, hosts: readonly string[], clusterDomain: string): string | undefined {
  const [name = '', namespace = '', ...more] = host.split('.');
  const full = kubernetesHost(namespace, name, clusterDomain);
  if ((more.length === 0 || more.join('.') === 'svc') && hosts.includes(full)) return full;
  const named = parseKubernetesHost(host, clusterDomain);
  if (!named)
    return closest(
      host,
      hosts.filter((one) => !parseKubernetesHost(one, clusterDomain)),
    );
  const neighbours = hosts.filter((one) => one.endsWith(`.${named.namespace}.svc.${clusterDomain}`));
  const near = closest(
    named.name,
    neighbours.map((one) => one.slice(0, one.indexOf('.'))),
  );
  if (near !== undefined) return kubernetesHost(named.namespace, near, clusterDomain);
  return hosts.find((one) => one.startsWith(`${named.name}.`) && parseKubernetesHost(one, clusterDomain));
}
