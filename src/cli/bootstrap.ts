import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { GATEWAY_CLASS_NAME, GATEWAY_NAME } from '../route/index.ts';
import { type BootstrapOptions, buildBootstrap } from '../translate/bootstrap/index.ts';
import { hostAndPort } from './host-and-port.ts';
import { label } from './label.ts';
import { addSecureOptions, type SecureBootstrapOptions, tlsOf } from './secure-bootstrap.ts';
import { UsageError } from './usage-error.ts';

interface Options extends SecureBootstrapOptions {
  readonly gateway?: string;
  readonly gatewayClass?: string;
  readonly sidecar?: string;
  readonly label: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly xds?: { readonly host: string; readonly port: number };
  readonly admin: { readonly host: string; readonly port: number };
  readonly interception: 'redirect' | 'tproxy' | 'none';
  readonly httpProxyPort?: number;
  readonly serviceAccount?: string;
  readonly protocol: 'delta' | 'sotw';
  readonly output: 'yaml' | 'json';
}

export function bootstrapCommand(): Command {
  const command = new Command('bootstrap')
    .description('Print an Envoy bootstrap that connects to pharos. All else the Envoy learns over xDS.')
    .addOption(
      new Option(
        '--gateway <name>',
        "NAMESPACE/NAME: for a Gateway of Gateway API; NAME[.NAMESPACE]: for Istio's Gateways (default: istio-system)",
      ),
    )
    .addOption(
      new Option(
        '--gateway-class <class>',
        'for all Gateways of a class of Gateway API, each at its own address',
      ).conflicts(['gateway', 'sidecar']),
    )
    .addOption(
      new Option('--sidecar <name[.namespace]>', 'for a sidecar; its namespace is default by default').conflicts(
        'gateway',
      ),
    )
    .option(
      '-l, --label <key=value>',
      "a label, for selectors; one for Istio's Gateways has istio=ingressgateway by default",
      label,
      {},
    )
    .option('--ip <address>', 'the address of the workload', '127.0.0.1')
    .option('--xds <host:port>', 'where pharos serves (default: 127.0.0.1:15010)', hostAndPort);
  return addSecureOptions(command)
    .option('--admin <host:port>', "where Envoy's admin page listens", hostAndPort, { host: '127.0.0.1', port: 15000 })
    .addOption(
      new Option('--interception <mode>', 'sidecars: how connections reach it; none: it opens ports itself')
        .choices(['redirect', 'tproxy', 'none'])
        .default('redirect'),
    )
    .option('--http-proxy-port <port>', 'sidecars: where programs may use it as their http_proxy', Number)
    .option('--service-account <name>', 'the service account the workload runs as')
    .addOption(
      new Option('--protocol <protocol>', 'delta sends only what changed').choices(['delta', 'sotw']).default('delta'),
    )
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['yaml', 'json']).default('yaml'))
    .addHelpText(
      'after',
      `
Examples:
  $ pharos bootstrap --gateway edge > envoy.yaml && envoy -c envoy.yaml
  $ pharos bootstrap --gateway infra/public > envoy.yaml
  $ pharos bootstrap --gateway-class pharos --secure --token-file gateways.token > envoy.yaml
  $ pharos bootstrap --sidecar reviews-v1.bookinfo --label app=reviews --interception none --http-proxy-port 15080
  $ pharos bootstrap --sidecar reviews-v1.bookinfo --service-account reviews --secure --token-file reviews.token`,
    )
    .action(printBootstrap);
}

function printBootstrap(options: Options): void {
  const bootstrap = buildBootstrap(bootstrapOptions(options));
  console.log(options.output === 'json' ? JSON.stringify(bootstrap, null, 2) : stringify(bootstrap).trimEnd());
}

function bootstrapOptions(options: Options): BootstrapOptions {
  const { xds, admin, protocol, interception, httpProxyPort, serviceAccount } = options;
  const tls = tlsOf(options);
  const { host, port } = xds ?? { host: '127.0.0.1', port: tls ? 15012 : 15010 };
  return {
    ...whoOf(options),
    addresses: [options.ip],
    xds: { address: host, port, ...(tls && { tls }) },
    admin: { address: admin.host, port: admin.port },
    protocol,
    interception,
    ...(httpProxyPort !== undefined && { httpProxyPort }),
    ...(serviceAccount !== undefined && { serviceAccount }),
  };
}

type Who = Pick<BootstrapOptions, 'role' | 'name' | 'namespace' | 'labels'>;

function whoOf({ gateway, gatewayClass, sidecar, label: labels }: Options): Who {
  if (gateway?.includes('/')) {
    const [namespace = '', name = ''] = gateway.split('/');
    if (!namespace || !name) throw new UsageError(`--gateway must be NAMESPACE/NAME or NAME, not "${gateway}"`);
    return { role: 'router', name, namespace, labels: { [GATEWAY_NAME]: name, ...labels } };
  }
  if (gatewayClass !== undefined) {
    const own = { [GATEWAY_CLASS_NAME]: gatewayClass };
    return { role: 'router', name: gatewayClass, namespace: ROOT_NAMESPACE, labels: { ...own, ...labels } };
  }
  const named = gateway ?? sidecar;
  if (named === undefined) {
    throw new UsageError('for whom?', 'give --gateway NAME, --gateway-class CLASS or --sidecar NAME');
  }
  const [name = '', namespace] = named.split('.');
  return gateway
    ? { role: 'router', name, namespace: namespace ?? ROOT_NAMESPACE, labels: { istio: 'ingressgateway', ...labels } }
    : { role: 'sidecar', name, namespace: namespace ?? 'default', labels };
}

const ROOT_NAMESPACE = 'istio-system';
