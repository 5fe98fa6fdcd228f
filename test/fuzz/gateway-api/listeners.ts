import fc from 'fast-check';
import { maybe, namespace, often, seldom } from './chance.ts';
import { GATEWAY_API, HOSTNAMES, PORTS, ROUTE_KINDS, SECTIONS } from './names.ts';

/** Half of them any, so that requests arrive. */
const hostname = maybe(fc.constantFrom(...HOSTNAMES));

const allowedRoutes = often(
  fc.record({
    namespaces: often(
      fc.oneof(
        { weight: 9, arbitrary: fc.constant({ from: 'All' }) },
        { weight: 1, arbitrary: fc.constant({ from: 'Same' }) },
        { weight: 1, arbitrary: fc.constant({ from: 'Selector', selector: { matchLabels: { team: 'a' } } }) },
        { weight: 1, arbitrary: fc.constant({ from: 'Selector' }) },
      ),
    ),
    kinds: seldom(
      fc.array(
        fc.record({
          group: maybe(fc.constantFrom(GATEWAY_API, GATEWAY_API, 'example.com')),
          kind: fc.constantFrom(...ROUTE_KINDS, 'Nothing'),
        }),
        { maxLength: 3 },
      ),
    ),
  }),
);

const certificateRefs = fc.array(
  fc.record({
    name: fc.constantFrom('good', 'good', 'good', 'good', 'good', 'good', 'bad', 'missing'),
    namespace: seldom(namespace),
  }),
  { minLength: 1, maxLength: 2 },
);

const plain = fc.record({
  protocol: fc.constant('HTTP'),
  port: fc.constantFrom(...PORTS.HTTP),
  hostname,
  allowedRoutes,
});
const https = fc.record({
  protocol: fc.constant('HTTPS'),
  port: fc.constantFrom(...PORTS.HTTPS),
  hostname,
  allowedRoutes,
  tls: fc.record({ mode: maybe(fc.constant('Terminate')), certificateRefs }),
});
const tls = fc.record({
  protocol: fc.constant('TLS'),
  port: fc.constantFrom(...PORTS.TLS),
  hostname,
  allowedRoutes,
  tls: fc.oneof(fc.constant({ mode: 'Passthrough' }), fc.record({ mode: fc.constant('Terminate'), certificateRefs })),
});
const tcp = fc.record({ protocol: fc.constant('TCP'), port: fc.constantFrom(...PORTS.TCP), allowedRoutes });
const udp = fc.record({ protocol: fc.constant('UDP'), port: fc.constantFrom(...PORTS.UDP), allowedRoutes });
const other = fc.record({ protocol: fc.constantFrom('SCTP', 'example.com/QUIC'), port: fc.constant(9000) });

const listener = fc.oneof(
  { weight: 10, arbitrary: plain },
  { weight: 6, arbitrary: https },
  { weight: 2, arbitrary: tls },
  { weight: 1, arbitrary: tcp },
  { weight: 1, arbitrary: udp },
  { weight: 1, arbitrary: other },
);

interface Wish {
  readonly protocol: string;
  readonly port: number;
  readonly hostname?: string | undefined;
}

/** Of a Gateway or a ListenerSet. */
export const listeners = fc
  .uniqueArray(listener as fc.Arbitrary<Wish>, {
    minLength: 1,
    maxLength: SECTIONS.length,
    selector: ({ protocol, port, hostname }) => `${protocol} ${port} ${hostname}`,
  })
  .map((all) => all.map((one, i) => ({ name: SECTIONS[i]!, ...one })));
