import type { Graph, Query } from '../graph/index.ts';
import { closest } from '../lib/closest.ts';
import { ELSEWHERE, type ExtensionProvider, type Mesh, parseServiceId } from '../mesh/index.ts';
import type { Provider } from './authorization.ts';

export interface FoundProvider {
  readonly provider: Provider;
  /** Why it is unknown: for a Problem. */
  readonly reason: string | undefined;
}

/**
 * The service behind a provider of the mesh configuration, by the provider's name. One that nobody defined, or whose
 * service nobody has, is unknown: what would ask it denies.
 */
export function createProviders(graph: Graph, mesh: Mesh): Query<FoundProvider> {
  return graph.query('policy.provider', (name): FoundProvider => {
    const all = mesh.config().extensionProviders;
    const written = all.find((one) => one.name === name);
    if (written) return resolve(mesh, written);
    const near = closest(
      name,
      all.map((one) => one.name),
    );
    const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
    return unknown(name, `the mesh configuration defines no provider ${JSON.stringify(name)}${hint}`);
  });
}

function resolve(mesh: Mesh, { service: written, ...provider }: ExtensionProvider): FoundProvider {
  const [host = '', namespace] = written.split('/').reverse();
  const id = mesh.serviceOf(namespace ?? ELSEWHERE, host);
  const isThere = id !== undefined && (namespace === undefined || parseServiceId(id).namespace === namespace);
  const service = isThere ? mesh.service(id) : undefined;
  if (!service) return unknown(provider.name, `its service ${written} does not exist`);
  const { port, ...rest } = provider;
  if (!service.ports.some(({ number }) => number === port)) {
    return unknown(provider.name, `its service ${written} has no port ${port}`);
  }
  const cluster = `outbound|${port}||${service.host}`;
  const authority = rest.kind === 'http' ? `${service.host}:${port}` : service.host;
  return { provider: { ...rest, cluster, authority }, reason: undefined };
}

function unknown(name: string, reason: string): FoundProvider {
  return { provider: { kind: 'unknown', name }, reason };
}
