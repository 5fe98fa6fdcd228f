import { DemoFailed } from './demo-failed.ts';
import type { DemoPlan } from './plan.ts';
import { whyNotFree } from './ports.ts';

/** Throws a DemoFailed that names every port which the demo needs and cannot have, and who asks for it. */
export async function checkPorts({ backends, gateways, sidecars }: DemoPlan): Promise<void> {
  const wanted = [
    ...backends.map(({ address, port, service, version }) => ({ address, port, by: `${service} ${version}` })),
    ...gateways.flatMap(({ name, ports }) => ports.map((port) => ({ address: '0.0.0.0', port, by: `the ${name}` }))),
    ...sidecars.flatMap(({ name, address, ports }) =>
      ports.map((port) => ({ address, port, by: `the sidecar of ${name}` })),
    ),
  ];
  const reasons = await Promise.all(wanted.map(({ address, port }) => whyNotFree(address, port)));
  const taken = wanted.flatMap(({ port, by }, i) => (reasons[i] ? [`port ${port}, for ${by}, ${reasons[i]}`] : []));
  if (taken.length === 0) return;
  throw new DemoFailed(
    `the demo cannot start: ${taken.join('; ')}`,
    'end that program (is another demo running?), or change the port in the YAML files',
  );
}
