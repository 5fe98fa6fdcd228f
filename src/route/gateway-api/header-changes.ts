import type { HttpHeaderModifier } from '../../api/index.ts';
import type { HeaderChanges, HeaderEdit } from '../route.ts';

/** Nobody can change Host like another header; it has a way of its own, `hostIn`. */
export function fromModifiers(
  request: HttpHeaderModifier | undefined,
  response: HttpHeaderModifier | undefined,
): HeaderChanges | undefined {
  const changes = { request: editOf(request), response: editOf(response) };
  return isEmpty(changes.request) && isEmpty(changes.response) ? undefined : changes;
}

/** The host that a change of request headers asks for. */
export function hostIn(modifier: HttpHeaderModifier | undefined): string | undefined {
  return [...(modifier?.set ?? []), ...(modifier?.add ?? [])].find(({ name }) => isHost(name))?.value;
}

/**
 * What is left to do at each destination where both the rule and destinations of it change one header: Envoy would
 * otherwise do the rule's changes last. Undefined: nothing, each is done at its own place.
 */
export function resolveConflicts(
  rule: HeaderChanges | undefined,
  own: readonly (HeaderChanges | undefined)[],
): readonly HeaderChanges[] | undefined {
  if (!rule || !own.some((changes) => changes && conflict(rule, changes))) return undefined;
  return own.map((changes) => (changes ? both(rule, changes) : rule));
}

function both(first: HeaderChanges, then: HeaderChanges): HeaderChanges {
  return {
    request: inTurn(first.request, then.request),
    response: inTurn(first.response, then.response),
  };
}

/** One edit that does what two do in turn: what is set or removed afterwards forgets all that was done before. */
function inTurn(first: HeaderEdit, then: HeaderEdit): HeaderEdit {
  const forgotten = new Set([...then.set.map(([name]) => key(name)), ...then.remove.map(key)]);
  const kept = (list: HeaderEdit['set']) => list.filter(([name]) => !forgotten.has(key(name)));
  const removed = first.remove.map(key);
  const restored = then.add.filter(([name]) => removed.includes(key(name)));
  return {
    // What was removed and is there again has only its new value.
    set: [...kept(first.set), ...then.set, ...restored],
    add: [...kept(first.add), ...then.add.filter((entry) => !restored.includes(entry))],
    remove: [...first.remove.filter((name) => !touches(then, name)), ...then.remove],
  };
}

function touches({ set, add, remove }: HeaderEdit, name: string): boolean {
  return [...set.map(([one]) => one), ...add.map(([one]) => one), ...remove].some((one) => key(one) === key(name));
}

function conflict(a: HeaderChanges, b: HeaderChanges): boolean {
  return (['request', 'response'] as const).some((side) => namesIn(a[side]).some((name) => touches(b[side], name)));
}

function namesIn({ set, add, remove }: HeaderEdit): readonly string[] {
  return [...set.map(([name]) => name), ...add.map(([name]) => name), ...remove];
}

function editOf({ set = [], add = [], remove = [] }: HttpHeaderModifier = {}): HeaderEdit {
  return {
    set: set.filter(({ name }) => !isHost(name)).map(({ name, value }) => [name, value] as const),
    add: add.filter(({ name }) => !isHost(name)).map(({ name, value }) => [name, value] as const),
    remove: remove.filter((name) => !isHost(name)),
  };
}

function isEmpty(edit: HeaderEdit): boolean {
  return namesIn(edit).length === 0;
}

function isHost(name: string): boolean {
  return key(name) === 'host' || name.startsWith(':');
}

function key(name: string): string {
  return name.toLowerCase();
}
