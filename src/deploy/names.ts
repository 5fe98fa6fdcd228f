import { createHash } from 'node:crypto';

/** The longest name that a Service may have: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const LONGEST = 63;

/** `public-pharos`: https://gateway-api.sigs.k8s.io/geps/gep-1762/#resource-attachment. A long one ends in its hash. */
export function deployedName(gateway: string, className: string): string {
  return shortened(`${gateway}-${className}`.replaceAll('.', '-'));
}

/** As a label has it. */
export function shortened(name: string): string {
  if (name.length <= LONGEST) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, LONGEST - 9).replace(/[-.]+$/, '')}-${hash}`;
}
