/**
 * What runs a Gateway in Kubernetes: the objects that belong to it, as values. Nobody here talks to a cluster.
 *
 *   in   a Gateway and its ports (api, route), how its Envoy finds pharos (translate/bootstrap)
 *   out  ServiceAccount, ConfigMap, Deployment and Service
 */
export { type DeploymentOptions, gatewayObjects, TOKEN_FILE } from './gateway-objects.ts';
