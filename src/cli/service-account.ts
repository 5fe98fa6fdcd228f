import { InvalidArgumentError } from 'commander';

export interface ServiceAccount {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** `shop/cart`. Whether these are names that anybody can have is for others to say. */
export function serviceAccount(text: string): ServiceAccount {
  const [, namespace, name] = /^([^/\s]+)\/([^/\s]+)$/.exec(text) ?? [];
  if (namespace === undefined || name === undefined) {
    throw new InvalidArgumentError(`must be NAMESPACE/NAME, not "${text}"`);
  }
  return { namespace, serviceAccount: name };
}
