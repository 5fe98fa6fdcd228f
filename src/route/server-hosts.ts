import { hostMatches } from '../mesh/host.ts';

/** The hosts of a server to which VirtualServices of a namespace may bind, without the namespace part. */
export function hostsFor(
  serverHosts: readonly string[],
  gatewayNamespace: string,
  namespace: string,
): readonly string[] {
  return serverHosts.flatMap((written) => {
    const { owner, host } = parseServerHost(written, gatewayNamespace);
    return owner === '*' || owner === namespace ? [host] : [];
  });
}

/** `shop/*.example.com`, `./example.com`, or a host alone, which any namespace may serve. */
export function parseServerHost(
  written: string,
  gatewayNamespace: string,
): { readonly owner: string; readonly host: string } {
  const slash = written.indexOf('/');
  if (slash < 0) return { owner: '*', host: written };
  const owner = written.slice(0, slash);
  return { owner: owner === '.' ? gatewayNamespace : owner, host: written.slice(slash + 1) };
}

/** The hosts that both mean: of two that overlap, the narrower. */
export function intersection(a: readonly string[], b: readonly string[]): readonly string[] {
  const common = a.flatMap((one) =>
    b.flatMap((other) => (hostMatches(other, one) ? [one] : hostMatches(one, other) ? [other] : [])),
  );
  return [...new Set(common)];
}
