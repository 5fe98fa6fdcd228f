import { Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import { loadDirectory } from '../control-plane/load.ts';
import { gatewayObjects, TOKEN_FILE } from '../deploy/index.ts';
import { checkExists } from './check-exists.ts';
import { addGatewayOptions, type GatewayCommandOptions, gatewayOptions } from './gateway-options.ts';
import { hostAndPort } from './host-and-port.ts';
import { rootsOf } from './secure-bootstrap.ts';
import { UsageError } from './usage-error.ts';

interface Options extends GatewayCommandOptions {
  readonly gateway: string;
  readonly xds: { readonly host: string; readonly port: number };
  readonly plaintext?: true;
  readonly root?: string;
  readonly tokenAudience: string;
  readonly image: string;
  readonly replicas: number;
  readonly output: 'yaml' | 'json';
}

export function manifestsCommand(): Command {
  const command = new Command('manifests')
    .description(
      'Print what runs the Envoy of a Gateway in Kubernetes: ServiceAccount, ConfigMap, Deployment, Service.',
    )
    .argument('<directory>', 'the directory with the Gateway')
    .requiredOption('--gateway <namespace/name>', 'which one')
    .option('--xds <host:port>', 'where pharos serves, seen from the Pods', hostAndPort, XDS)
    .option('--plaintext', 'connect without TLS: then there are no certificates, and no HTTPS listeners')
    .option('--root <file>', 'verify pharos by these roots; by default those in $PHAROS_STATE or ~/.local/state/pharos')
    .option('--token-audience <name>', 'of the token by which it proves its service account', 'istio-ca')
    .option('--image <image>', 'of Envoy', 'envoyproxy/envoy:v1.40-latest')
    .option('--replicas <number>', 'how many', wholeNumber, 1)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['yaml', 'json']).default('yaml'));
  return addGatewayOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ pharos manifests mesh --gateway infra/public --root root-cert.pem | kubectl apply -f -
  $ pharos manifests mesh --gateway infra/public --plaintext --xds pharos.pharos-system.svc:15010 -o json

Its labels and annotations under spec.infrastructure are on every object. pharos has to believe the cluster's tokens:
pharos serve --token-issuer ISSUER.`,
    )
    .action(print);
}

const XDS = { host: 'istiod.istio-system.svc', port: 15_012 };

async function print(directory: string, options: Options): Promise<void> {
  checkExists(directory);
  const { controlPlane } = await loadDirectory(directory, gatewayOptions(options));
  const gateway = controlPlane.store.kubernetesGateways.get(options.gateway);
  const { gatewayApi } = controlPlane.routing;
  if (!gateway || !gatewayApi.gateway(options.gateway)) {
    const known = gatewayApi.gateways();
    const hint = known.length > 0 ? `there are ${known.join(', ')}` : 'there is none: is its class `pharos`?';
    throw new UsageError(`there is no Gateway ${options.gateway} of a class of ours`, hint);
  }
  const { host: address, port } = options.xds;
  const proof = { kind: 'token-file', file: TOKEN_FILE } as const;
  const objects = gatewayObjects(gateway, gatewayApi.listeners(options.gateway), {
    xds: { address, port, ...(!options.plaintext && { tls: { rootsPem: rootsOf(options.root), proof } }) },
    image: options.image,
    replicas: options.replicas,
    tokenAudience: options.plaintext ? undefined : options.tokenAudience,
  });
  const text = (object: object): string => stringify(object, { lineWidth: 0 });
  console.log(options.output === 'json' ? JSON.stringify(objects, null, 2) : objects.map(text).join('---\n').trimEnd());
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`must be a whole number, not "${text}"`);
}
