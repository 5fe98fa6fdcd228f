import { expect, test } from 'vitest';
import type { KnownPort, KnownWorkload } from '../control-plane/workloads.ts';
import { findTarget } from './find-target.ts';

const port = (number: number, service?: KnownPort['service']): KnownPort => ({
  number,
  service,
  protocol: 'tcp',
  speaks: 'tcp',
});

function workload(namespace: string, name: string, ports: readonly KnownPort[]): KnownWorkload {
  const members = [`${name}-1`, `${name}-2`];
  return {
    subject: { role: 'sidecar', namespace, labels: {} },
    name,
    members,
    serviceAccount: name,
    addresses: [],
    ports,
  };
}

const ALL = [
  workload('shop', 'cart', [port(8080, { host: 'cart.shop', port: 80 }), port(9090)]),
  workload('shop', 'db', [port(5432)]),
  workload('web', 'front', []),
];

test.each([
  ['shop/cart:9090', 'cart', 9090],
  ['shop/cart-2:8080', 'cart', 8080],
  ['shop/db', 'db', 5432],
])('%s is a workload and a port', (text, name, number) => {
  const target = findTarget(ALL, text);
  expect(target.workload.name).toBe(name);
  expect(target.port.number).toBe(number);
});

test.each([
  ['shop/crt:8080', 'there is no workload shop/crt\n  hint: did you mean shop/cart?'],
  ['web/cart:8080', 'there is no workload web/cart\n  hint: did you mean shop/cart?'],
  ['x/y:1', 'there is no workload x/y\n  hint: known workloads: shop/cart, shop/db, web/front'],
  ['shop/cart:80', 'port 80\n  hint: 80 is the port of its service; the workload listens on 8080'],
  ['shop/cart:81', 'port 81\n  hint: known ports: 8080, 9090'],
  ['shop/cart', 'which port of shop/cart?\n  hint: known ports: 8080, 9090'],
  ['web/front', 'which port of web/front?\n  hint: no Service leads to it, and no container names a port'],
  ['cart', '--to must be NAMESPACE/WORKLOAD:PORT, not "cart"'],
])('%s is none, and the message says why', (text, message) => {
  expect(() => findTarget(ALL, text)).toThrow(message);
});

test('where nobody is known, that is said', () => {
  expect(() => findTarget([], 'a/b:1')).toThrow('there are no Pods and no WorkloadEntries in that directory');
});
