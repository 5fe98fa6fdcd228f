import { type Command, InvalidArgumentError } from 'commander';
import ipaddr from 'ipaddr.js';
import { type GatewayOptions, OWN_CONTROLLER } from '../route/index.ts';

export interface GatewayCommandOptions {
  readonly gatewayController: readonly string[];
  readonly gatewayAddressPool?: string;
}

/** How this control plane takes part in Gateway API; for every command that reads a directory of it. */
export function addGatewayOptions(command: Command): Command {
  return command
    .option(
      '--gateway-controller <name>',
      'serve GatewayClasses of this controller, too: istio.io/gateway-controller; may be given several times',
      controller,
      [],
    )
    .option(
      '--gateway-address-pool <cidr>',
      'Gateways that name no address get one of these; without it, they have those of their Services and Pods',
      cidr,
    );
}

export function gatewayOptions(options: GatewayCommandOptions): GatewayOptions {
  const { gatewayController, gatewayAddressPool: addressPool } = options;
  return { controllerNames: [...new Set([OWN_CONTROLLER, ...gatewayController])], addressPool };
}

function controller(text: string, before: readonly string[]): readonly string[] {
  if (/^[a-z0-9.-]+\/[\w./~%!$&'()*+,;=:-]+$/i.test(text)) return [...before, text];
  throw new InvalidArgumentError(`must be like ${OWN_CONTROLLER}, not "${text}"`);
}

function cidr(text: string): string {
  if (ipaddr.isValidCIDR(text)) return text;
  throw new InvalidArgumentError(`must be a CIDR like 127.20.0.0/16, not "${text}"`);
}
