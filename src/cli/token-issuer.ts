import { InvalidArgumentError } from 'commander';
import type { TokenIssuerOption } from '../control-plane/tokens.ts';

/** Collects `--token-issuer ISSUER[,jwks=FILE|URL][,audience=…]`, given any number of times. */
export function tokenIssuer(text: string, before: readonly TokenIssuerOption[]): readonly TokenIssuerOption[] {
  const [issuer = '', ...settings] = text.split(',');
  if (issuer === '' || issuer.includes('=')) {
    throw new InvalidArgumentError(`must begin with the issuer, as its tokens name it, not "${text}"`);
  }
  const valuesOf = (name: string): string[] =>
    settings.filter((setting) => setting.startsWith(`${name}=`)).map((setting) => setting.slice(name.length + 1));
  const strange = settings.find((setting) => !/^(?:jwks|audience)=./.test(setting));
  if (strange !== undefined) throw new InvalidArgumentError(`knows jwks=… and audience=…, not "${strange}"`);
  const [jwks, ...more] = valuesOf('jwks');
  if (more.length > 0) throw new InvalidArgumentError('takes one jwks=…');
  return [...before, { issuer, jwks, audiences: valuesOf('audience') }];
}
