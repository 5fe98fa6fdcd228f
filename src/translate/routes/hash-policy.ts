import type { HashKey } from '../../mesh/index.ts';
import type { HashPolicy } from '../../proto/index.ts';
import { duration } from '../values.ts';

/** What a request is hashed by, for clusters that balance by hash. */
export function buildHashPolicy(key: HashKey): HashPolicy {
  switch (key.kind) {
    case 'header':
      return { header: { headerName: key.name } };
    case 'query-parameter':
      return { queryParameter: { name: key.name } };
    case 'source-ip':
      return { connectionProperties: { sourceIp: true } };
    case 'cookie':
      return {
        cookie: {
          name: key.name,
          path: key.path,
          ttl: key.ttlMs === undefined ? undefined : duration(key.ttlMs),
          attributes: key.attributes.length > 0 ? key.attributes : undefined,
        },
      };
  }
}
