import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { type Call, curlOf, type Way } from './calls.ts';
import type { DemoPlan } from './plan.ts';
import type { RunningGateway, RunningSidecar } from './proxies.ts';

interface Proxies {
  readonly gateways: readonly RunningGateway[];
  readonly sidecars: readonly RunningSidecar[];
}

/** What to do now, as commands to paste. */
export function showHowToTry(
  directory: string,
  plan: DemoPlan,
  { gateways, sidecars }: Proxies,
  print: (line: string) => void,
): void {
  print('');
  for (const gateway of gateways) print(ready(gateway.name, doorsOf(gateway).join(' '), gateway.adminPort));
  for (const { name, serviceAccount, proxyPort, adminPort } of sidecars) {
    const as = `as ${serviceAccount} by http_proxy=http://127.0.0.1:${proxyPort}`;
    print(ready(`sidecar of ${name}`, as, adminPort));
  }
  const cacert = join(directory, CACERT);
  const has = existsSync(cacert);
  const proxyOf = (call: Call): string | undefined => {
    const sidecar = sidecars.find(({ name }) => name === call.from);
    return sidecar && `http://127.0.0.1:${sidecar.proxyPort}`;
  };
  const wayOf = (call: Call): Way => ({ proxy: proxyOf(call), cacert: has ? cacert : undefined });
  const commands = plan.calls.map((call) => ({ title: call.title, command: curlOf(call, wayOf(call)) }));
  print('');
  print('Try, in another terminal:');
  for (const line of linesOf(commands.length > 0 ? commands : guesses(gateways))) print(line);
  print('');
  print(`Change a file in ${directory} and save: what is pushed appears here. Ctrl-C ends everything.`);
  print('');
}

/** Whom to believe over TLS, for a directory with certificates that nobody else believes. */
const CACERT = 'ca.pem';

function ready(name: string, how: string, adminPort: number): string {
  return `${pc.bold(`${name} is ready`)}: ${how}   ${pc.dim(`Envoy's admin page: http://127.0.0.1:${adminPort}`)}`;
}

function doorsOf({ ports, tlsPorts }: RunningGateway): readonly string[] {
  return ports.map((port) => `${tlsPorts.includes(port) ? 'https' : 'http'}://127.0.0.1:${port}`);
}

interface Shown {
  readonly command: string;
  readonly title: string;
}

/** Titles stand beside short commands, and above long ones. */
function linesOf(commands: readonly Shown[]): readonly string[] {
  const width = Math.max(0, ...commands.map(({ command }) => command.length));
  if (width <= LONGEST_BESIDE) {
    return commands.map(({ command, title }) =>
      `  ${command.padEnd(width)}  ${title && pc.dim(`# ${title}`)}`.trimEnd(),
    );
  }
  return commands.flatMap(({ command, title }) => [...(title ? [`  ${pc.dim(`# ${title}`)}`] : []), `  ${command}`]);
}

const LONGEST_BESIDE = 80;

/** For a directory without a calls.yaml. */
function guesses(gateways: readonly RunningGateway[]): readonly Shown[] {
  return gateways.flatMap((gateway) => doorsOf(gateway).map((door) => ({ command: `curl -s ${door}/`, title: '' })));
}
