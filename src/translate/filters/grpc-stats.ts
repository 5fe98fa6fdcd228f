import { type HttpFilter, pack } from '../../proto/index.ts';

/** Counts gRPC calls by service; by method only for methods that someone names, so that clients cannot make statistics. */
export function grpcStats(): HttpFilter {
  return {
    name: 'envoy.filters.http.grpc_stats',
    typedConfig: pack('envoy.extensions.filters.http.grpc_stats.v3.FilterConfig', {
      emitFilterState: true,
      statsForAllMethods: false,
    }),
  };
}
