/**
 * Secrets (SDS): certificates and keys, each only to the proxy that may have it.
 *
 *   in   what the certificate authority signed, users' Secrets
 *   out  a Translator
 */
import type { Graph } from '../../graph/index.ts';
import type { Views } from '../../view/index.ts';
import type { Translator } from '../translator.ts';
import type { WorkloadSecrets } from './workload-secrets.ts';

export function createSecrets(_graph: Graph, _views: Views, _workload: WorkloadSecrets): Translator {
  return { type: 'sds', resources: () => [], explain: () => undefined };
}
