import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { loadDirectory } from '../control-plane/load.ts';
import { resourcesFor } from '../control-plane/offline.ts';
import { checkExists } from './check-exists.ts';
import { addGatewayOptions, type GatewayCommandOptions, gatewayOptions } from './gateway-options.ts';
import { label } from './label.ts';
import { nodeFor } from './node-for.ts';
import { UsageError } from './usage-error.ts';

const TYPES = ['cds', 'eds', 'lds', 'rds', 'vhds', 'sds'] as const;

interface TranslateOptions extends GatewayCommandOptions {
  readonly proxy: string;
  readonly label: Readonly<Record<string, string>>;
  readonly type?: (typeof TYPES)[number];
  readonly name?: string;
  readonly interception: 'REDIRECT' | 'TPROXY' | 'NONE';
  readonly protocol: 'delta' | 'sotw';
  readonly serviceAccount?: string;
  readonly output: 'yaml' | 'json';
}

export function translateCommand(): Command {
  const command = new Command('translate')
    .description('Print what a proxy would be sent, without one: resources as Envoy reads them, by type and name.')
    .argument('<directory>', 'the directory to read')
    .requiredOption(
      '-p, --proxy <role/name.namespace>',
      'who asks: sidecar/reviews-v1.default, router/gateway.istio-system',
    )
    .option(
      '-l, --label <key=value>',
      'a label of the proxy; by default those of the Pod or WorkloadEntry of its name',
      label,
      {},
    )
    .option(
      '--service-account <name>',
      'as if its connection had proved this: only then is there mTLS, and are there Secrets; private keys are never shown',
    )
    .addOption(new Option('-t, --type <type>', 'only this type').choices(TYPES))
    .option('-n, --name <resource>', 'only the resource of this name')
    .addOption(
      new Option('--interception <mode>', 'how traffic reaches the sidecar')
        .choices(['REDIRECT', 'TPROXY', 'NONE'])
        .default('REDIRECT'),
    )
    .addOption(
      new Option('--protocol <protocol>', 'delta proxies discover virtual hosts one by one')
        .choices(['delta', 'sotw'])
        .default('sotw'),
    )
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['yaml', 'json']).default('yaml'));
  return addGatewayOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ pharos translate examples/canary --proxy router/gateway.default --label istio=ingressgateway
  $ pharos translate mesh --proxy sidecar/reviews-v1.default --type cds
  $ pharos translate mesh --proxy sidecar/reviews-v1.default --type rds --name 80
  $ pharos translate mesh --proxy router/gateway.edge --service-account gateway --type sds`,
    )
    .action(translate);
}

async function translate(directory: string, options: TranslateOptions): Promise<void> {
  checkExists(directory);
  const { controlPlane } = await loadDirectory(directory, gatewayOptions(options));
  const node = nodeFor(controlPlane.store, options, controlPlane.mesh.config().trustDomain);
  const resources = resourcesFor(controlPlane, node, options.type ? [options.type] : TYPES);
  const chosen = resources.filter(({ name }) => options.name === undefined || name === options.name);
  if (chosen.length === 0)
    throw new UsageError(
      nothingMatches(
        options,
        resources.map(({ name }) => name),
      ),
    );
  const byType = Object.groupBy(chosen, ({ type }) => type);
  const shown = Object.fromEntries(Object.entries(byType).map(([type, list]) => [type, list!.map(({ json }) => json)]));
  console.log(
    options.output === 'json' ? JSON.stringify(shown, null, 2) : stringify(shown, { lineWidth: 0 }).trimEnd(),
  );
}

function nothingMatches({ name, type, proxy }: TranslateOptions, names: readonly string[]): string {
  if (names.length === 0) return `${proxy} would be sent nothing${type ? ` of type ${type}` : ''}`;
  return `${proxy} would be sent no resource named ${name}\n  it would be sent: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`;
}
