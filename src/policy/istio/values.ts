import { type ConditionKey, isPathTemplate, UNREADABLE } from '../../api/index.ts';
import type { TextMatch } from '../condition.ts';
import { type Doubtful, UNKNOWN } from '../logic.ts';
import { principalsFor } from './trust-domains.ts';

/** Of whom a value is read: its mesh, and the namespace of the policy that it stands in. */
export interface Home {
  readonly namespace: string;
  /** All names of the mesh's trust domain, its own first. */
  readonly domains: readonly string[];
}

type Read = (value: string, home: Home) => Doubtful;

/** `*` asks only that there is something; at an end it stands for anything there. */
export function textMatch(value: string): TextMatch {
  if (value === '*') return { kind: 'present' };
  if (value.startsWith('*')) return { kind: 'suffix', value: value.slice(1) };
  if (value.endsWith('*')) return { kind: 'prefix', value: value.slice(0, -1) };
  return { kind: 'exact', value };
}

export const readPrincipal: Read = (value, { domains }) =>
  any(principalsFor(value, domains).map((one) => ({ kind: 'principal', match: textMatch(one) })));

/** Of any trust domain: whoever connected has proved one that is trusted here. */
export const readServiceAccount: Read = (value, { namespace }) => {
  const [where, account] = value.includes('/') ? (value.split('/') as [string, string]) : [namespace, value];
  return { kind: 'principal', match: { kind: 'suffix', value: `/ns/${where}/sa/${account}` } };
};

export const readNamespace: Read = (value) => ({ kind: 'source-namespace', match: textMatch(value) });

export const readRequestPrincipal: Read = (value) => ({ kind: 'request-principal', match: textMatch(value) });

export const readSourceIp: Read = (value) => ({ kind: 'source-ip', cidr: rangeOf(value) });

export const readRemoteIp: Read = (value) => ({ kind: 'remote-ip', cidr: rangeOf(value) });

export const readHost: Read = (value) => ({ kind: 'host', match: textMatch(value) });

export const readPort: Read = (value) => ({ kind: 'port', port: Number(value) });

export const readMethod: Read = (value) => ({ kind: 'method', match: textMatch(value) });

export const readPath: Read = (value) =>
  isPathTemplate(value) ? { kind: 'path-template', template: value } : { kind: 'path', match: textMatch(value) };

/** How the values of a condition are read. */
export function readerOf(key: ConditionKey): Read {
  switch (key.kind) {
    case 'source-ip':
      return readSourceIp;
    case 'remote-ip':
      return readRemoteIp;
    case 'source-namespace':
      return readNamespace;
    case 'principal':
      return readPrincipal;
    case 'service-account':
      return readServiceAccount;
    case 'request-principal':
      return readRequestPrincipal;
    case 'port':
      return readPort;
    case 'destination-ip':
      return (value) => ({ kind: 'destination-ip', cidr: rangeOf(value) });
    case 'server-name':
      return (value) => ({ kind: 'server-name', match: textMatch(value) });
    case 'header':
      return (value) => ({ kind: 'header', name: key.name, match: textMatch(value) });
    case 'claim':
      return (value) => ({ kind: 'claim', path: key.path, match: textMatch(value) });
    case 'metadata':
      return (value) => {
        const [, inList] = /^\[(.*)\]$/.exec(value) ?? [];
        const match =
          inList === undefined ? textMatch(value) : ({ kind: 'in-list', match: textMatch(inList) } as const);
        return { kind: 'metadata', filter: key.filter, key: key.key, match };
      };
  }
}

/** What two lists ask: that one of the values fits, and none of the exceptions. Empty lists ask nothing. */
export function readLists(
  read: Read,
  home: Home,
  values: readonly string[] = [],
  notValues: readonly string[] = [],
): readonly Doubtful[] {
  const one = (value: string): Doubtful => (value === UNREADABLE ? UNKNOWN : read(value, home));
  return [
    ...(values.length > 0 ? [any(values.map(one))] : []),
    ...(notValues.length > 0 ? [{ kind: 'not', of: any(notValues.map(one)) } as const] : []),
  ];
}

function any(of: readonly Doubtful[]): Doubtful {
  return of.length === 1 ? of[0]! : { kind: 'any', of };
}

/** A single address is the range of itself. */
function rangeOf(value: string): string {
  if (value.includes('/')) return value;
  return `${value}/${value.includes(':') ? 128 : 32}`;
}
