/**
 * Kinds that commonly lie in the same files and say nothing to the mesh: their pods, services and namespaces do.
 * Nobody needs to be told that they are not read.
 */
export const bystanders = namesOf({
  '': `ServiceAccount PersistentVolume PersistentVolumeClaim ReplicationController PodTemplate LimitRange ResourceQuota
    Event Binding ComponentStatus`,
  apps: 'Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision',
  batch: 'Job CronJob',
  autoscaling: 'HorizontalPodAutoscaler',
  policy: 'PodDisruptionBudget PodSecurityPolicy',
  'rbac.authorization.k8s.io': 'Role RoleBinding ClusterRole ClusterRoleBinding',
  'networking.k8s.io': 'NetworkPolicy IPAddress ServiceCIDR',
  'storage.k8s.io': 'StorageClass CSIDriver CSINode CSIStorageCapacity VolumeAttachment',
  'scheduling.k8s.io': 'PriorityClass',
  'node.k8s.io': 'RuntimeClass',
  'coordination.k8s.io': 'Lease',
  'events.k8s.io': 'Event',
  'certificates.k8s.io': 'CertificateSigningRequest ClusterTrustBundle',
  'apiextensions.k8s.io': 'CustomResourceDefinition',
  'apiregistration.k8s.io': 'APIService',
  'admissionregistration.k8s.io': `MutatingWebhookConfiguration ValidatingWebhookConfiguration
    ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding`,
  'flowcontrol.apiserver.k8s.io': 'FlowSchema PriorityLevelConfiguration',
  'cert-manager.io': 'Certificate CertificateRequest Issuer ClusterIssuer',
  'monitoring.coreos.com': 'ServiceMonitor PodMonitor PrometheusRule Prometheus Alertmanager Probe',
  'kustomize.config.k8s.io': 'Kustomization Component',
  'install.istio.io': 'IstioOperator',
});

/** Kinds that there were once, and what became of them. */
export const replaced: ReadonlyMap<string, string> = new Map([
  ['gateway.networking.x-k8s.io/XListenerSet', 'ListenerSet of gateway.networking.k8s.io/v1'],
  ['gateway.networking.k8s.io/BackendLBPolicy', 'XBackendTrafficPolicy of gateway.networking.x-k8s.io/v1alpha1'],
  ['gateway.networking.k8s.io/ReferencePolicy', 'ReferenceGrant of gateway.networking.k8s.io/v1'],
]);

/** Kinds that do say something to a mesh, and that this version does not read. */
export const notYet = namesOf({
  'networking.istio.io': 'Sidecar EnvoyFilter WorkloadGroup ProxyConfig',
  'telemetry.istio.io': 'Telemetry',
  'extensions.istio.io': 'WasmPlugin TrafficExtension',
  'inference.networking.k8s.io': 'InferencePool',
  'multicluster.x-k8s.io': 'ServiceExport ServiceImport',
  'networking.k8s.io': 'Ingress IngressClass',
  'policy.linkerd.io': 'HTTPLocalRateLimitPolicy EgressNetwork',
  'linkerd.io': 'ServiceProfile',
  'split.smi-spec.io': 'TrafficSplit',
});

/** As `group/Kind`. */
function namesOf(kinds: Readonly<Record<string, string>>): ReadonlySet<string> {
  const names = Object.entries(kinds).flatMap(([group, words]) => words.split(/\s+/).map((kind) => `${group}/${kind}`));
  return new Set(names);
}
