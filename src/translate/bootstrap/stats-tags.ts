/**
 * How names of statistics become metrics with labels, under Istio's label names. Envoy's own rules stop at the first dot,
 * and clusters here are named after hosts. The outer group is cut from the name; the inner one is the label's value.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/metrics/v3/stats.proto#config-metrics-v3-tagspecifier
 */
export const statsTags = [
  // `cluster.outbound|80|v2|cart.shop;.upstream_rq_total`: the semicolon is ours and says where the name ends.
  { tagName: 'cluster_name', regex: '^cluster\\.(((?:in|out)bound[^;]*|[^.;]+);?\\.)' },
  {
    tagName: 'listener_address',
    regex: '^listener\\.(([_.[:digit:]]+|\\[[_aAbBcCdDeEfF[:digit:]]+\\]_[[:digit:]]+)\\.)',
  },
  { tagName: 'http_conn_manager_prefix', regex: '^http\\.(((?:in|out)bound_[^;]*|[^.;]+);?\\.)' },
  { tagName: 'rds_route_config', regex: '\\.rds\\.((.+?)\\.)\\w+$' },
  { tagName: 'tcp_prefix', regex: '^tcp\\.(((?:in|out)bound[^;]*|[^.;]+);?\\.)' },
  { tagName: 'response_code', regex: '_rq(_(\\d{3}))$' },
  { tagName: 'response_code_class', regex: '_rq(_(\\dxx))$' },
] as const;
