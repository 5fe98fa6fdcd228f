import { headerNameMistake } from '../names.ts';

/**
 * A claim of a token, written where a header is named: `@request.auth.claims.sub`, `@request.auth.claims[realm][roles]`.
 * Its path into the claims; undefined: it is no such name.
 * https://istio.io/latest/docs/tasks/security/authentication/jwt-route/
 */
export function parseClaimName(name: string): readonly string[] | undefined {
  if (!name.toLowerCase().startsWith(PREFIX)) return undefined;
  const rest = name.slice(PREFIX.length);
  if (BRACKETS.test(rest)) return rest.slice(1, -1).split('][');
  return DOTS.test(rest) ? rest.slice(1).split('.') : undefined;
}

/** What a match may ask of a request by name. */
export function matchedNameMistake(name: string): string | undefined {
  if (parseClaimName(name)) return undefined;
  return name.startsWith('@')
    ? 'must be a claim of a token: @request.auth.claims.NAME or @request.auth.claims[NAME]'
    : headerNameMistake(name);
}

const PREFIX = '@request.auth.claims';
const BRACKETS = /^(\[[^[\]]+\])+$/;
const DOTS = /^(\.[^.[\]]+)+$/;
