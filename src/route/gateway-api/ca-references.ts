import {
  type Authorities,
  authoritiesIn,
  authoritiesInConfigMap,
  type FullReference,
  type Held,
} from '../../api/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';

/** The certificates that somebody's are checked against, or why there are none. */
export type CaCertificates =
  | { readonly pem: string }
  /** `kind`: nobody takes them from such an object. */
  | { readonly lacks: 'kind' | 'object'; readonly message: string };

/** Authorities in the `ca.crt` of a ConfigMap or a Secret. Permission is asked for elsewhere. */
export function createCaReferences(graph: Graph, store: Tables): (to: FullReference) => CaCertificates {
  const inConfigMap = graph.query('gatewayApi.caInConfigMap', (row): CaCertificates => {
    const object = store.configMaps.get(row);
    return object ? read(`ConfigMap ${row}`, authoritiesInConfigMap(object)) : missing(`ConfigMap ${row}`);
  });
  const inSecret = graph.query('gatewayApi.caInSecret', (row): CaCertificates => {
    const object = store.secrets.get(row);
    return object ? read(`Secret ${row}`, authoritiesIn(object)) : missing(`Secret ${row}`);
  });
  return ({ group, kind, namespace, name }) => {
    if (group === '' && kind === 'ConfigMap') return inConfigMap(`${namespace}/${name}`);
    if (group === '' && kind === 'Secret') return inSecret(`${namespace}/${name}`);
    const message = `authorities are taken from a ConfigMap or a Secret, not from ${kind}${group === '' ? '' : ` of ${group}`}`;
    return { lacks: 'kind', message };
  };
}

function read(name: string, held: Held<Authorities>): CaCertificates {
  if (!held) return lacking(`${name} has no ca.crt`);
  if ('mistake' in held) return lacking(`${held.field} of ${name} ${held.mistake}`);
  // To leave it out would let in whom it keeps out.
  if (held.value.crlPem !== undefined) return lacking(`${name} has a revocation list, which is not applied here`);
  return { pem: held.value.caPem };
}

function missing(name: string): CaCertificates {
  return lacking(`there is no usable ${name}`);
}

function lacking(message: string): CaCertificates {
  return { lacks: 'object', message };
}
