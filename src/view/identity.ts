import { spiffeUri } from '../lib/spiffe.ts';
import type { Labels } from '../mesh/index.ts';
import { labelsOf, listOf, textOf } from './metadata.ts';
import type { Node, View } from './view.ts';

/** Who a node says it is, before it is reduced to what matters. */
export interface Identity {
  readonly role: View['role'];
  readonly namespace: string;
  readonly labels: Labels;
  readonly addresses: readonly string[];
  readonly interception: View['interception'];
}

/** `problem`: why this node cannot be served; a text for the proxy's log, sent with INVALID_ARGUMENT. */
export type Identified = { readonly identity: Identity } | { readonly problem: string };

/**
 * Istio's agent names a proxy `sidecar~10.0.0.7~cart-6d5f.shop~shop.svc.cluster.local`. Any other id is a plain Envoy,
 * which says who it is in a few lines of metadata, or only by its cluster name. See docs/nodes.md.
 */
export function identify(node: Node): Identified {
  const lie = falseClaim(node);
  if (lie !== undefined) return { problem: lie };
  return node.id.includes('~') ? identifyIstioNode(node) : identifyPlainNode(node);
}

/** Why a node is a lie: it claims what its connection does not prove. Undefined for one that is not, and for one that cannot be read. */
export function falseClaim(node: Node): string | undefined {
  const claimed = node.id.includes('~') ? identifyIstioNode(node) : identifyPlainNode(node);
  return 'identity' in claimed ? contradiction(node, claimed.identity) : undefined;
}

/** A proxy may claim only what its connection proves. */
function contradiction({ id, metadata, identity }: Node, claimed: Identity): string | undefined {
  if (!identity) return undefined;
  if (claimed.namespace !== identity.namespace) {
    return `node "${id}" claims namespace "${claimed.namespace}", but its connection is of ${spiffeUri(identity)}`;
  }
  const account = textOf(metadata, 'SERVICE_ACCOUNT', 'serviceAccount');
  if (account === undefined || account === identity.serviceAccount) return undefined;
  return `node "${id}" claims service account "${account}", but its connection is of ${spiffeUri(identity)}`;
}

function identifyIstioNode({ id, metadata }: Node): Identified {
  const parts = id.split('~');
  const [type, ip, name, domain] = parts;
  if (parts.length !== 4 || !ip || !name || !domain) {
    return { problem: `node id "${id}" must be <type>~<ip>~<name>.<namespace>~<namespace>.svc.<domain>` };
  }
  if (type !== 'sidecar' && type !== 'router') {
    return { problem: `node id "${id}": type "${type}" is not served by this version, only sidecar and router` };
  }
  const instanceIps = listOf(metadata, 'INSTANCE_IPS');
  return {
    identity: {
      role: type,
      namespace: textOf(metadata, 'NAMESPACE') ?? (domain.includes('.') ? domain.split('.')[0]! : 'default'),
      labels: { ...labelsOf(metadata, 'STATIC_LABELS'), ...labelsOf(metadata, 'LABELS') },
      addresses: instanceIps.length > 0 ? instanceIps : [ip],
      interception: type === 'router' ? 'none' : interceptionOf(textOf(metadata, 'INTERCEPTION_MODE'), 'redirect'),
    },
  };
}

function identifyPlainNode({ id, cluster, metadata }: Node): Identified {
  const role = textOf(metadata, 'role') ?? 'sidecar';
  if (role !== 'sidecar' && role !== 'router' && role !== 'gateway') {
    return { problem: `node "${id}": metadata.role must be sidecar, router or gateway, not "${role}"` };
  }
  const [app = '', namespace] = cluster.split('.');
  return {
    identity: {
      role: role === 'sidecar' ? 'sidecar' : 'router',
      namespace: textOf(metadata, 'namespace', 'NAMESPACE') ?? (namespace || 'default'),
      labels: labelsOf(metadata, 'labels', 'LABELS') ?? (app === '' ? {} : { app }),
      addresses: listOf(metadata, 'addresses', 'INSTANCE_IPS'),
      // Nobody set up iptables for it, unless it says so.
      interception: interceptionOf(textOf(metadata, 'interception', 'INTERCEPTION_MODE'), 'none'),
    },
  };
}

function interceptionOf(text: string | undefined, otherwise: View['interception']): View['interception'] {
  switch (text?.toUpperCase()) {
    case 'REDIRECT':
      return 'redirect';
    case 'TPROXY':
      return 'tproxy';
    case 'NONE':
      return 'none';
    default:
      return otherwise;
  }
}
