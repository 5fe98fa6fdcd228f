import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { displayName, type ObjectKey, parseObjectKey } from '../api/index.ts';
import { loadDirectory } from '../control-plane/load.ts';
import type { Condition, ObjectStatus, Status } from '../status/index.ts';
import { checkExists } from './check-exists.ts';
import { addGatewayOptions, type GatewayCommandOptions, gatewayOptions } from './gateway-options.ts';
import { UsageError } from './usage-error.ts';

interface Options extends GatewayCommandOptions {
  readonly output: 'table' | 'yaml' | 'json';
}

export function statusCommand(): Command {
  const command = new Command('status')
    .description(
      'Print the status that Gateways, routes and policies of Gateway API have: what is accepted, and why not.',
    )
    .argument('<directory>', 'the directory to read')
    .argument('[objects...]', 'only these: HTTPRoute/shop/cart, Gateway, shop/cart')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['table', 'yaml', 'json']).default('table'));
  return addGatewayOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ pharos status mesh
  $ pharos status mesh HTTPRoute/shop/cart -o yaml
  $ pharos status mesh --gateway-address-pool 127.20.0.0/16
  $ pharos status mesh -o json | jq '.[] | select(.status.parents[]?.conditions[] | .status == "False")'

What is negative is an error of \`pharos check\`, too, with its line. Times of transitions are not told: nothing is written.`,
    )
    .action(status);
}

async function status(directory: string, wanted: readonly string[], options: Options): Promise<void> {
  checkExists(directory);
  const { controlPlane } = await loadDirectory(directory, gatewayOptions(options));
  const all = controlPlane.status.objects();
  const chosen = all.filter((key) => wanted.length === 0 || wanted.some((one) => isMeant(key, one)));
  if (chosen.length === 0) throw new UsageError(nothing(all, wanted), 'Gateways need a class that is ours: pharos');
  if (options.output === 'table') return console.log(tableOf(chosen, controlPlane.status));
  const told = chosen.map((key) => ({ ...headOf(key), status: controlPlane.status.of(key)! }));
  console.log(options.output === 'json' ? JSON.stringify(told, null, 2) : told.map(yamlOf).join('---\n').trimEnd());
}

/** `HTTPRoute`, `shop/cart`, `HTTPRoute/shop/cart`, `GatewayClass/pharos`. */
function isMeant(key: ObjectKey, wanted: string): boolean {
  const { kind, namespace, name } = parseObjectKey(key);
  const row = namespace ? `${namespace}/${name}` : name;
  return [kind, row, `${kind}/${row}`].some((text) => text.toLowerCase() === wanted.toLowerCase());
}

function nothing(all: readonly ObjectKey[], wanted: readonly string[]): string {
  if (all.length === 0) return 'no object of Gateway API there has a status of ours';
  return `nothing there is ${wanted.join(', ')}; there are ${all.slice(0, 10).map(displayName).join(', ')}${all.length > 10 ? ', …' : ''}`;
}

function headOf(key: ObjectKey): object {
  const { group, kind, namespace, name } = parseObjectKey(key);
  return { group, kind, metadata: { ...(namespace && { namespace }), name } };
}

function yamlOf(value: object): string {
  return stringify(value, { lineWidth: 0 });
}

function tableOf(keys: readonly ObjectKey[], { of }: Status): string {
  const table = new Table({ head: ['object', 'at', 'is', 'not, because'], style: { head: [], border: [] } });
  for (const key of keys) {
    for (const { at, conditions } of placesOf(of(key)!)) {
      const bad = conditions.filter(isBad);
      table.push([displayName(key), at, good(conditions), bad.map(because).join('\n')]);
    }
  }
  return table.toString();
}

interface Place {
  readonly at: string;
  readonly conditions: readonly Condition[];
}

/** The object as a whole, then its parts. */
function placesOf(status: ObjectStatus): readonly Place[] {
  const { conditions, addresses = [], listeners = [], parents = [], ancestors = [] } = status;
  const at = addresses.map(({ value }) => value).join(' ');
  return [
    ...(conditions ? [{ at, conditions }] : []),
    ...listeners.map((one) => ({
      at: `listener ${one.name}, ${one.attachedRoutes} ${one.attachedRoutes === 1 ? 'route' : 'routes'}`,
      conditions: one.conditions,
    })),
    ...parents.map(({ parentRef, conditions: own }) => ({ at: refText(parentRef), conditions: own })),
    ...ancestors.map(({ ancestorRef, conditions: own }) => ({ at: refText(ancestorRef), conditions: own })),
  ];
}

/** `Gateway infra/public#http:8080`. */
function refText(ref: Readonly<Record<string, unknown>>): string {
  const { kind, namespace, name, sectionName, port } = ref as Readonly<Record<string, string | number | undefined>>;
  const row = namespace === undefined ? name : `${namespace}/${name}`;
  return `${kind} ${row}${sectionName === undefined ? '' : `#${sectionName}`}${port === undefined ? '' : `:${port}`}`;
}

/** Conditions of which True is bad. */
const NEGATIVE = ['Conflicted', 'OverlappingTLSConfig', 'PartiallyInvalid', 'InsecureFrontendValidationMode'];

function isBad({ type, status }: Condition): boolean {
  return NEGATIVE.includes(type) ? status === 'True' : status !== 'True';
}

function good(conditions: readonly Condition[]): string {
  return conditions
    .filter((one) => !isBad(one) && !NEGATIVE.includes(one.type))
    .map(({ type }) => type)
    .join(' ');
}

function because({ type, reason, message }: Condition): string {
  return `${type} (${reason})${message && `: ${message}`}`;
}
