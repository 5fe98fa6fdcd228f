import pc from 'picocolors';
import type { RunningGateway } from './gateway.ts';
import type { DemoPlan } from './plan.ts';

/** What to do now, as commands to paste. */
export function showHowToTry(
  directory: string,
  plan: DemoPlan,
  gateways: readonly RunningGateway[],
  print: (line: string) => void,
): void {
  print('');
  for (const { name, ports, adminPort } of gateways) {
    const doors = ports.map((port) => `http://127.0.0.1:${port}`).join(' ');
    print(`${pc.bold(`${name} is ready`)}: ${doors}   ${pc.dim(`Envoy's admin page: http://127.0.0.1:${adminPort}`)}`);
  }
  const calls = plan.calls.length > 0 ? plan.calls : guesses(gateways);
  const width = Math.max(0, ...calls.map(({ command }) => command.length));
  print('');
  print('Try, in another terminal:');
  for (const { command, title } of calls)
    print(`  ${command.padEnd(width)}  ${title && pc.dim(`# ${title}`)}`.trimEnd());
  print('');
  print(`Change a file in ${directory} and save: what is pushed appears here. Ctrl-C ends everything.`);
  print('');
}

/** For a directory without a calls.yaml. */
function guesses(gateways: readonly RunningGateway[]): DemoPlan['calls'] {
  return gateways.flatMap(({ ports }) =>
    ports.map((port) => ({ command: `curl -s http://127.0.0.1:${port}/`, title: '' })),
  );
}
