import type { DestinationRule } from '../api/index.ts';
import type { Tables } from '../store/index.ts';
import { AUTHORITIES_SUFFIX, type Credentials } from './credentials.ts';
import type { Finding } from './problems.ts';
import { lackOf, type RuleCredential, type RuleCredentials } from './rule-credentials.ts';

interface Sources {
  readonly secrets: Tables['secrets'];
  readonly credentials: Credentials;
  readonly ruleCredentials: RuleCredentials;
}

/**
 * Secrets that no gateway can have, wherever it runs: of all namespaces that see the rule none has what it needs. Which
 * of them have gateways, nobody knows until one connects.
 */
export function lackingSecrets(
  { secrets, credentials, ruleCredentials }: Sources,
  { metadata: { namespace, name } }: DestinationRule,
  host: string,
): readonly Finding[] {
  const row = `${namespace}/${name}`;
  const lackEverywhere = (credential: RuleCredential): string | undefined => {
    const homes = [namespace, ...namespacesWith(credential.name, secrets)];
    const lacks = homes
      .filter((home) => ruleCredentials.isSeenBy(row, home))
      .map((home) => lackOf(credentials, home, credential));
    if (lacks.includes(undefined)) return undefined;
    // What is wrong with a Secret says more than that another one is not there.
    return lacks.find((lack) => !lack!.startsWith('there is no usable')) ?? lacks[0];
  };
  return ruleCredentials.ofRule(row).flatMap((credential): readonly Finding[] => {
    const lack = lackEverywhere(credential);
    if (lack === undefined) return [];
    return [{ severity: 'error', code: 'left-out', path: credential.origin.path, ...cannotConnect(lack, host) }];
  });
}

/** What it means that a proxy lacks what a rule needs. */
export function cannotConnect(lack: string, host: string): Pick<Finding, 'message' | 'hint'> {
  return {
    message: `${lack}; gateways cannot connect to ${host}`,
    hint: 'the Secret belongs in the namespace of the gateway',
  };
}

function namespacesWith(credentialName: string, secrets: Tables['secrets']): readonly string[] {
  const name = credentialName.slice(credentialName.lastIndexOf('/') + 1);
  const holders = secrets.keys().filter((key) => [name, `${name}${AUTHORITIES_SUFFIX}`].includes(nameIn(key)));
  return holders.map((key) => key.slice(0, key.indexOf('/')));
}

function nameIn(row: string): string {
  return row.slice(row.indexOf('/') + 1);
}
