import type { Resource } from '../proto/index.ts';

/**
 * The resources that an error message of a proxy names: `Error adding/updating cluster(s) outbound|80||a.b: …`. A name
 * must stand alone in the text; a short name or a bare number (a route configuration is called `80`) says nothing.
 */
export function blamed(message: string, sent: readonly Resource[]): readonly Resource[] {
  return sent.filter(({ name }) => isTelling(name) && standsIn(message, name));
}

function isTelling(name: string): boolean {
  return name.length > 3 && !/^\d+$/.test(name);
}

function standsIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const end = at + name.length;
    if (!isPartOfName(text.slice(Math.max(0, at - 1), at)) && endsHere(text.slice(end, end + 2))) return true;
  }
  return false;
}

/** `api.` at the end of a sentence is `api`; `api.shop` is another name. The same for `api: why` and `api:80`. */
function endsHere(following: string): boolean {
  if (following === '' || !isPartOfName(following[0]!)) return true;
  return '.:'.includes(following[0]!) && (following.length === 1 || /\s/.test(following[1]!));
}

function isPartOfName(character: string): boolean {
  return /[\w.|:/-]/.test(character);
}
