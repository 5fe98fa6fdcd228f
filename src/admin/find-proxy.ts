import { closest } from '../lib/closest.ts';
import type { ProxyStatus } from '../server/index.ts';
import { NoAnswer } from './no-answer.ts';

/** By id, or by any part of it that only one has. Of several streams with one id, the youngest. */
export function findProxy(proxies: readonly ProxyStatus[], wanted: string | undefined): ProxyStatus {
  const ids = [...new Set(proxies.map(({ node }) => node.id))];
  if (!wanted)
    throw new NoAnswer(400, 'which proxy?', `add ?proxy=NAME, a node id or a part of one; ${connected(ids)}`);
  const partial = ids.filter((id) => id.includes(wanted));
  const [id, ...others] = ids.includes(wanted) ? [wanted] : partial;
  if (id === undefined) throw new NoAnswer(404, `no connected proxy is named ${wanted}`, nearest(wanted, ids));
  if (others.length > 0)
    throw new NoAnswer(
      400,
      `${partial.length} connected proxies are named ${wanted}`,
      `say more; ${connected(partial)}`,
    );
  return proxies.findLast(({ node }) => node.id === id)!;
}

function nearest(wanted: string, ids: readonly string[]): string {
  const meant = closest(wanted, ids.flatMap(namesIn));
  return meant === undefined ? connected(ids) : `did you mean ${meant}? ${connected(ids)}`;
}

/** `router~10.0.0.7~edge-1.shop~…` is called `edge-1.shop` and `edge-1`, too. */
function namesIn(id: string): readonly string[] {
  const name = id.split('~')[2];
  return name === undefined ? [id] : [id, name, name.split('.')[0]!];
}

const SHOWN = 20;

function connected(ids: readonly string[]): string {
  const more = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : '';
  return `connected: ${ids.slice(0, SHOWN).join(', ') || 'nobody'}${more}`;
}
