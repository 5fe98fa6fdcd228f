import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AuthorityDescription } from '../ca/index.ts';
import type { ControlPlane } from '../control-plane/index.ts';
import type { ServerEvent, XdsServer } from '../server/index.ts';
import { countSecurity, gaugeAuthority, gaugeSecrets } from './security-metrics.ts';

export interface Metrics {
  readonly registry: Registry;
  /** Counts what the server tells. */
  readonly take: (event: ServerEvent) => void;
}

export interface MetricsOptions {
  readonly controlPlane: ControlPlane;
  readonly server: XdsServer;
  readonly version: string;
  /** What signs certificates; undefined while nothing does. */
  readonly authority?: (() => AuthorityDescription | undefined) | undefined;
}

/** istiod's buckets start at 0.1 s; what we have to show lies below. */
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 3, 5, 10, 20, 30];

/**
 * Istio's names where Istio has one, so that dashboards made for istiod work; `pharos_…` for all else:
 * https://istio.io/latest/docs/reference/commands/pilot-discovery/#metrics
 */
export function createMetrics({ controlPlane, server, version, authority }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({ name: 'pilot_info', help: 'The version.', labelNames: ['version'], registers: [registry] }).set(
    { version },
    1,
  );
  gaugeConfiguration(controlPlane, registry);
  gaugeComputation(controlPlane, registry);
  gaugeServer(server, registry);
  gaugeAuthority(registry, () => authority?.());
  gaugeSecrets(registry, controlPlane.store);
  const [count, countForSecurity] = [countEvents(registry), countSecurity(registry)];
  return {
    registry,
    take: (event) => {
      count(event);
      countForSecurity(event);
    },
  };
}

function countEvents(registry: Registry): (event: ServerEvent) => void {
  const registers = [registry];
  const byType = { labelNames: ['type'], registers };
  const pushes = new Counter({ name: 'pilot_xds_pushes', help: 'Responses sent.', ...byType });
  const rejects = new Counter({ name: 'pilot_total_xds_rejects', help: 'Responses that a proxy rejected.', ...byType });
  const resources = new Counter({ name: 'pharos_sent_resources_total', help: 'Resources sent.', ...byType });
  const removed = new Counter({ name: 'pharos_sent_removals_total', help: 'Resources taken away.', ...byType });
  const bytes = new Counter({ name: 'pharos_sent_bytes_total', help: 'Bytes of responses sent.', ...byType });
  const refused = new Counter({ name: 'pharos_refused_streams_total', help: 'Streams not let in.', registers });
  const crashed = new Counter({
    name: 'pharos_crashed_streams_total',
    help: 'Streams ended by a mistake of pharos.',
    registers,
  });
  const failed = new Counter({
    name: 'pharos_failed_reads_total',
    help: 'Resources that could not be computed.',
    ...byType,
  });
  const ack = new Histogram({
    name: 'pharos_push_to_ack_seconds',
    help: 'From a response to its ACK.',
    buckets: SECONDS,
    ...byType,
  });
  const convergence = new Histogram({
    name: 'pilot_proxy_convergence_time',
    help: "From a change, as the source saw it, to a proxy's last ACK of it, if it rejected nothing; in seconds. istiod's starts later: after debounce and indexing.",
    buckets: SECONDS,
    registers,
  });
  return (event) => {
    switch (event.kind) {
      case 'sent':
        pushes.inc({ type: event.type });
        resources.inc({ type: event.type }, event.resources);
        removed.inc({ type: event.type }, event.removed);
        return bytes.inc({ type: event.type }, event.bytes);
      case 'accepted':
        return ack.observe({ type: event.type }, event.ms / 1000);
      case 'rejected':
        return rejects.inc({ type: event.type });
      case 'failed':
        return failed.inc({ type: event.type });
      case 'converged':
        return convergence.observe(event.ms / 1000);
      case 'refused':
        return refused.inc();
      case 'crashed':
        return crashed.inc();
      default:
        return;
    }
  };
}

function gaugeConfiguration({ store, problems }: ControlPlane, registry: Registry): void {
  gauge(registry, 'pilot_services', 'Kubernetes Services read.', () => store.services.keys().length);
  gauge(registry, 'pilot_virt_services', 'VirtualServices read.', () => store.virtualServices.keys().length);
  gauge(registry, 'pharos_destination_rules', 'DestinationRules read.', () => store.destinationRules.keys().length);
  gauge(registry, 'pharos_service_entries', 'ServiceEntries read.', () => store.serviceEntries.keys().length);
  gauge(registry, 'pharos_gateways', 'Gateways read.', () => store.gateways.keys().length);
  new Gauge({
    name: 'pharos_problems',
    help: 'What is wrong with the configuration; see /debug/problems.',
    labelNames: ['severity'],
    registers: [registry],
    collect() {
      const all = problems();
      for (const severity of ['error', 'warning', 'notice'] as const) {
        this.set({ severity }, all.filter((problem) => problem.severity === severity).length);
      }
    },
  });
}

function gaugeServer(server: XdsServer, registry: Registry): void {
  gauge(registry, 'pilot_xds', 'Proxies connected.', () => server.load().streams);
  gauge(registry, 'pharos_bytes_in_flight', 'Bytes of responses on their way.', () => server.load().bytesInFlight);
  gauge(
    registry,
    'pharos_responses_waiting',
    'Responses that wait for slow readers.',
    () => server.load().responsesWaiting,
  );
}

/** A query that is computed more often than what it describes changes is a bug that this shows. */
function gaugeComputation({ graph }: ControlPlane, registry: Registry): void {
  gauge(registry, 'pharos_cells', 'Results remembered.', () => graph.size);
  new Gauge({
    name: 'pharos_computed_total',
    help: 'How often each query was computed.',
    labelNames: ['query'],
    registers: [registry],
    collect() {
      for (const [query, times] of graph.computed) this.set({ query }, times);
    },
  });
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}
