/**
 * Envoy's messages under the names that everybody calls them. A message without an alias is
 * `Messages['envoy.extensions…']`; where Envoy uses one name twice, the alias says which one is meant.
 */

import type * as envoy from './generated/messages.ts';
import type { Messages } from './generated/messages.ts';

export type { Messages } from './generated/messages.ts';

// Clusters and endpoints
export type Cluster = Messages['envoy.config.cluster.v3.Cluster'];
export type LbSubsetConfig = Messages['envoy.config.cluster.v3.Cluster.LbSubsetConfig'];
export type RingHashLbConfig = Messages['envoy.config.cluster.v3.Cluster.RingHashLbConfig'];
export type MaglevLbConfig = Messages['envoy.config.cluster.v3.Cluster.MaglevLbConfig'];
export type LeastRequestLbConfig = Messages['envoy.config.cluster.v3.Cluster.LeastRequestLbConfig'];
export type SlowStartConfig = Messages['envoy.config.cluster.v3.Cluster.SlowStartConfig'];
export type CommonLbConfig = Messages['envoy.config.cluster.v3.Cluster.CommonLbConfig'];
export type EdsClusterConfig = Messages['envoy.config.cluster.v3.Cluster.EdsClusterConfig'];
export type TransportSocketMatch = Messages['envoy.config.cluster.v3.Cluster.TransportSocketMatch'];
export type LoadBalancingPolicy = Messages['envoy.config.cluster.v3.LoadBalancingPolicy'];
export type CircuitBreakers = Messages['envoy.config.cluster.v3.CircuitBreakers'];
export type CircuitBreakerThresholds = Messages['envoy.config.cluster.v3.CircuitBreakers.Thresholds'];
export type OutlierDetection = Messages['envoy.config.cluster.v3.OutlierDetection'];
export type UpstreamConnectionOptions = Messages['envoy.config.cluster.v3.UpstreamConnectionOptions'];
export type ClusterLoadAssignment = Messages['envoy.config.endpoint.v3.ClusterLoadAssignment'];
export type LocalityLbEndpoints = Messages['envoy.config.endpoint.v3.LocalityLbEndpoints'];
export type LbEndpoint = Messages['envoy.config.endpoint.v3.LbEndpoint'];
export type Endpoint = Messages['envoy.config.endpoint.v3.Endpoint'];
export type HttpProtocolOptions = Messages['envoy.extensions.upstreams.http.v3.HttpProtocolOptions'];
export type TcpProtocolOptions = Messages['envoy.extensions.upstreams.tcp.v3.TcpProtocolOptions'];
export type AggregateClusterConfig = Messages['envoy.extensions.clusters.aggregate.v3.ClusterConfig'];
export type DynamicForwardProxyClusterConfig =
  Messages['envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig'];

// Core
export type Address = Messages['envoy.config.core.v3.Address'];
export type SocketAddress = Messages['envoy.config.core.v3.SocketAddress'];
export type SocketOption = Messages['envoy.config.core.v3.SocketOption'];
export type BindConfig = Messages['envoy.config.core.v3.BindConfig'];
export type CidrRange = Messages['envoy.config.core.v3.CidrRange'];
export type ConfigSource = Messages['envoy.config.core.v3.ConfigSource'];
export type GrpcService = Messages['envoy.config.core.v3.GrpcService'];
export type HttpUri = Messages['envoy.config.core.v3.HttpUri'];
export type HttpService = Messages['envoy.config.core.v3.HttpService'];
export type HealthCheck = Messages['envoy.config.core.v3.HealthCheck'];
export type HealthStatus = envoy.envoy_config_core_v3_HealthStatus;
export type Http1ProtocolOptions = Messages['envoy.config.core.v3.Http1ProtocolOptions'];
export type Http2ProtocolOptions = Messages['envoy.config.core.v3.Http2ProtocolOptions'];
export type CommonHttpProtocolOptions = Messages['envoy.config.core.v3.HttpProtocolOptions'];
export type HeaderValue = Messages['envoy.config.core.v3.HeaderValue'];
export type HeaderValueOption = Messages['envoy.config.core.v3.HeaderValueOption'];
export type Locality = Messages['envoy.config.core.v3.Locality'];
export type Metadata = Messages['envoy.config.core.v3.Metadata'];
export type Node = Messages['envoy.config.core.v3.Node'];
export type DataSource = Messages['envoy.config.core.v3.DataSource'];
export type AsyncDataSource = Messages['envoy.config.core.v3.AsyncDataSource'];
export type RuntimeFractionalPercent = Messages['envoy.config.core.v3.RuntimeFractionalPercent'];
export type SubstitutionFormatString = Messages['envoy.config.core.v3.SubstitutionFormatString'];
export type TransportSocket = Messages['envoy.config.core.v3.TransportSocket'];
export type TypedExtensionConfig = Messages['envoy.config.core.v3.TypedExtensionConfig'];
export type ProxyProtocolConfig = Messages['envoy.config.core.v3.ProxyProtocolConfig'];
export type FractionalPercent = Messages['envoy.type.v3.FractionalPercent'];
export type Percent = Messages['envoy.type.v3.Percent'];
export type TokenBucket = Messages['envoy.type.v3.TokenBucket'];

// Listeners and network filters
export type Listener = Messages['envoy.config.listener.v3.Listener'];
export type ConnectionBalanceConfig = Messages['envoy.config.listener.v3.Listener.ConnectionBalanceConfig'];
export type FilterChain = Messages['envoy.config.listener.v3.FilterChain'];
export type FilterChainMatch = Messages['envoy.config.listener.v3.FilterChainMatch'];
export type Filter = Messages['envoy.config.listener.v3.Filter'];
export type ListenerFilter = Messages['envoy.config.listener.v3.ListenerFilter'];
export type ListenerFilterChainMatchPredicate = Messages['envoy.config.listener.v3.ListenerFilterChainMatchPredicate'];
export type HttpConnectionManager =
  Messages['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'];
export type HttpFilter = Messages['envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter'];
export type Rds = Messages['envoy.extensions.filters.network.http_connection_manager.v3.Rds'];
export type HttpTracing =
  Messages['envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing'];
export type TcpProxy = Messages['envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'];
export type TcpProxyTunnelingConfig =
  Messages['envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.TunnelingConfig'];
export type NetworkRbac = Messages['envoy.extensions.filters.network.rbac.v3.RBAC'];
export type NetworkExtAuthz = Messages['envoy.extensions.filters.network.ext_authz.v3.ExtAuthz'];
export type NetworkLocalRateLimit = Messages['envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit'];
export type NetworkWasm = Messages['envoy.extensions.filters.network.wasm.v3.Wasm'];
export type Matcher = Messages['xds.type.matcher.v3.Matcher'];

// Routes
export type RouteConfiguration = Messages['envoy.config.route.v3.RouteConfiguration'];
export type VirtualHost = Messages['envoy.config.route.v3.VirtualHost'];
export type Route = Messages['envoy.config.route.v3.Route'];
export type RouteMatch = Messages['envoy.config.route.v3.RouteMatch'];
export type RouteAction = Messages['envoy.config.route.v3.RouteAction'];
export type RequestMirrorPolicy = Messages['envoy.config.route.v3.RouteAction.RequestMirrorPolicy'];
export type HashPolicy = Messages['envoy.config.route.v3.RouteAction.HashPolicy'];
export type MaxStreamDuration = Messages['envoy.config.route.v3.RouteAction.MaxStreamDuration'];
export type UpgradeConfig = Messages['envoy.config.route.v3.RouteAction.UpgradeConfig'];
export type RedirectAction = Messages['envoy.config.route.v3.RedirectAction'];
export type DirectResponseAction = Messages['envoy.config.route.v3.DirectResponseAction'];
export type NonForwardingAction = Messages['envoy.config.route.v3.NonForwardingAction'];
export type RetryPolicy = Messages['envoy.config.route.v3.RetryPolicy'];
export type WeightedCluster = Messages['envoy.config.route.v3.WeightedCluster'];
export type ClusterWeight = Messages['envoy.config.route.v3.WeightedCluster.ClusterWeight'];
export type HeaderMatcher = Messages['envoy.config.route.v3.HeaderMatcher'];
export type QueryParameterMatcher = Messages['envoy.config.route.v3.QueryParameterMatcher'];
export type RouteRateLimit = Messages['envoy.config.route.v3.RateLimit'];
export type RouteDecorator = Messages['envoy.config.route.v3.Decorator'];
export type RouteTracing = Messages['envoy.config.route.v3.Tracing'];
export type RouteVhds = Messages['envoy.config.route.v3.Vhds'];
export type StringMatcher = Messages['envoy.type.matcher.v3.StringMatcher'];
export type RegexMatcher = Messages['envoy.type.matcher.v3.RegexMatcher'];
export type RegexMatchAndSubstitute = Messages['envoy.type.matcher.v3.RegexMatchAndSubstitute'];
export type ListStringMatcher = Messages['envoy.type.matcher.v3.ListStringMatcher'];
export type ValueMatcher = Messages['envoy.type.matcher.v3.ValueMatcher'];
export type MetadataMatcher = Messages['envoy.type.matcher.v3.MetadataMatcher'];
export type PathMatcher = Messages['envoy.type.matcher.v3.PathMatcher'];
export type CustomTag = Messages['envoy.type.tracing.v3.CustomTag'];

// HTTP filters
export type Router = Messages['envoy.extensions.filters.http.router.v3.Router'];
export type CorsPolicy = Messages['envoy.extensions.filters.http.cors.v3.CorsPolicy'];
export type HTTPFault = Messages['envoy.extensions.filters.http.fault.v3.HTTPFault'];
export type FaultDelay = Messages['envoy.extensions.filters.common.fault.v3.FaultDelay'];
export type HttpRbac = Messages['envoy.extensions.filters.http.rbac.v3.RBAC'];
export type HttpRbacPerRoute = Messages['envoy.extensions.filters.http.rbac.v3.RBACPerRoute'];
export type RbacRules = Messages['envoy.config.rbac.v3.RBAC'];
export type RbacPolicy = Messages['envoy.config.rbac.v3.Policy'];
export type RbacPermission = Messages['envoy.config.rbac.v3.Permission'];
export type RbacPrincipal = Messages['envoy.config.rbac.v3.Principal'];
export type JwtAuthentication = Messages['envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication'];
export type JwtProvider = Messages['envoy.extensions.filters.http.jwt_authn.v3.JwtProvider'];
export type JwtRequirement = Messages['envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement'];
export type JwtRequirementRule = Messages['envoy.extensions.filters.http.jwt_authn.v3.RequirementRule'];
export type HttpExtAuthz = Messages['envoy.extensions.filters.http.ext_authz.v3.ExtAuthz'];
export type ExtAuthzPerRoute = Messages['envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute'];
export type ExternalProcessor = Messages['envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor'];
export type LocalRateLimit = Messages['envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit'];
export type RateLimitFilter = Messages['envoy.extensions.filters.http.ratelimit.v3.RateLimit'];
export type Lua = Messages['envoy.extensions.filters.http.lua.v3.Lua'];
export type HttpWasm = Messages['envoy.extensions.filters.http.wasm.v3.Wasm'];
export type WasmPluginConfig = Messages['envoy.extensions.wasm.v3.PluginConfig'];
export type GrpcStats = Messages['envoy.extensions.filters.http.grpc_stats.v3.FilterConfig'];
export type GrpcWeb = Messages['envoy.extensions.filters.http.grpc_web.v3.GrpcWeb'];
export type StatefulSession = Messages['envoy.extensions.filters.http.stateful_session.v3.StatefulSession'];
export type HeaderMutation = Messages['envoy.extensions.filters.http.header_mutation.v3.HeaderMutation'];

// Transport sockets and secrets
export type UpstreamTlsContext = Messages['envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'];
export type DownstreamTlsContext = Messages['envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext'];
export type CommonTlsContext = Messages['envoy.extensions.transport_sockets.tls.v3.CommonTlsContext'];
export type CertificateValidationContext =
  Messages['envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext'];
export type SubjectAltNameMatcher = Messages['envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher'];
export type SdsSecretConfig = Messages['envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig'];
export type TlsCertificate = Messages['envoy.extensions.transport_sockets.tls.v3.TlsCertificate'];
export type TlsParameters = Messages['envoy.extensions.transport_sockets.tls.v3.TlsParameters'];
export type Secret = Messages['envoy.extensions.transport_sockets.tls.v3.Secret'];
export type InternalUpstreamTransport =
  Messages['envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport'];
export type ProxyProtocolUpstreamTransport =
  Messages['envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport'];

// Telemetry
export type AccessLog = Messages['envoy.config.accesslog.v3.AccessLog'];
export type AccessLogFilter = Messages['envoy.config.accesslog.v3.AccessLogFilter'];
export type FileAccessLog = Messages['envoy.extensions.access_loggers.file.v3.FileAccessLog'];
export type StdoutAccessLog = Messages['envoy.extensions.access_loggers.stream.v3.StdoutAccessLog'];
export type HttpGrpcAccessLogConfig = Messages['envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig'];
export type TcpGrpcAccessLogConfig = Messages['envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig'];
export type OpenTelemetryAccessLogConfig =
  Messages['envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig'];
export type OpenTelemetryConfig = Messages['envoy.config.trace.v3.OpenTelemetryConfig'];
export type ZipkinConfig = Messages['envoy.config.trace.v3.ZipkinConfig'];

// A proxy's start, the protocol, and what Envoy tells
export type Bootstrap = Messages['envoy.config.bootstrap.v3.Bootstrap'];
export type DiscoveryRequestMessage = Messages['envoy.service.discovery.v3.DiscoveryRequest'];
export type DeltaDiscoveryRequestMessage = Messages['envoy.service.discovery.v3.DeltaDiscoveryRequest'];
export type ConfigDump = Messages['envoy.admin.v3.ConfigDump'];
export type ClientConfig = Messages['envoy.service.status.v3.ClientConfig'];
export type RpcStatus = Messages['google.rpc.Status'];
