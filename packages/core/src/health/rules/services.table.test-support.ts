/** Kinds of databases, data, secrets, observability and traffic, a row a verdict. Read by `readTable`. */
export const servicesTable = `
# Databases, queues and storage
acid.zalan.do/v1 postgresql Healthy  {status: {PostgresClusterStatus: Running}}
acid.zalan.do/v1 postgresql Degraded {status: {PostgresClusterStatus: SyncFailed}}
mongodb.com/v1 MongoDB Progressing   {status: {phase: Reconciling}}
mongodb.com/v1 MongoDB Degraded      {status: {phase: Failed, message: no}}
rabbitmq.com/v1beta1 RabbitmqCluster Progressing {status: {conditions: [{type: AllReplicasReady, status: "False"}, {type: ClusterAvailable, status: "False"}, {type: ReconcileSuccess, status: Unknown}]}}
rabbitmq.com/v1beta1 RabbitmqCluster Healthy     {status: {conditions: [{type: AllReplicasReady, status: "True"}, {type: ClusterAvailable, status: "True"}, {type: ReconcileSuccess, status: "True"}]}}
postgres-operator.crunchydata.com/v1beta1 PostgresCluster Progressing {status: {instances: [{name: a, replicas: 2, readyReplicas: 1}]}}
elasticsearch.k8s.elastic.co/v1 Elasticsearch Progressing {status: {health: yellow, phase: Ready}}
elasticsearch.k8s.elastic.co/v1 Elasticsearch Degraded    {status: {health: red}}
mysql.oracle.com/v2 InnoDBCluster Degraded {status: {cluster: {status: OFFLINE}}}
longhorn.io/v1beta2 Volume Degraded {status: {state: attached, robustness: degraded}}
longhorn.io/v1beta2 Volume Healthy  {status: {state: detached, robustness: unknown}}
velero.io/v1 Backup Degraded    {status: {phase: PartiallyFailed}}
velero.io/v1 Backup Progressing {status: {phase: InProgress}}
velero.io/v1 BackupStorageLocation Healthy {status: {phase: Available}}
snapshot.storage.k8s.io/v1 VolumeSnapshot Healthy     {status: {readyToUse: true}}
snapshot.storage.k8s.io/v1 VolumeSnapshot Degraded    {status: {readyToUse: false, error: {message: no driver}}}
snapshot.storage.k8s.io/v1 VolumeSnapshot Progressing {status: {readyToUse: false}}
pxc.percona.com/v1 PerconaXtraDBCluster Degraded    {status: {state: stopping, ready: 1, size: 2}}
pxc.percona.com/v1 PerconaXtraDBCluster Unknown     {status: {state: paused, ready: 1, size: 1}}
psmdb.percona.com/v1 PerconaServerMongoDB Suspended {status: {state: paused, ready: 0, size: 3}}
postgresql.cnpg.io/v1 Cluster Healthy     {status: {phase: Cluster in healthy state}}
postgresql.cnpg.io/v1 Cluster Degraded    {status: {phase: Failing over, phaseReason: from a to b}}
postgresql.cnpg.io/v1 Cluster Progressing {status: {phase: Setting up primary}}
postgresql.cnpg.io/v1 Cluster Suspended   {metadata: {annotations: {cnpg.io/reconciliationLoop: disabled}}, status: {phase: Cluster in healthy state}}
k8s.mariadb.com/v1alpha1 MariaDB Progressing {status: {conditions: [{type: Ready, status: "False", reason: StatefulSetNotReady, message: Not ready}]}}
k8s.mariadb.com/v1alpha1 MariaDB Degraded    {status: {conditions: [{type: Ready, status: "False", reason: Failed, message: no}]}}
ceph.rook.io/v1 CephCluster Degraded {status: {state: Created, ceph: {health: HEALTH_WARN, details: {OSD_DOWN: {message: 4 osds down}}}}}
ceph.rook.io/v1 CephBlockPool Degraded {status: {phase: Failure}}
minio.min.io/v2 Tenant Degraded    {status: {currentState: Tenant credentials are not set properly}}
minio.min.io/v2 Tenant Progressing {status: {currentState: Provisioning Statefulset}}
trident.netapp.io/v1 TridentBackendConfig Degraded {status: {phase: "", lastOperationStatus: Failed, message: no}}
beat.k8s.elastic.co/v1beta1 Beat Unknown     {status: {health: odd, expectedNodes: 1}}
beat.k8s.elastic.co/v1beta1 Beat Progressing {status: {expectedNodes: 2, availableNodes: 1, health: yellow}}

# Data
numaplane.numaproj.io/v1alpha1 PipelineRollout Degraded    {status: {phase: Deployed, conditions: [{type: ChildResourcesHealthy, status: "False", reason: PipelineFailed}]}}
numaplane.numaproj.io/v1alpha1 PipelineRollout Progressing {status: {phase: Deployed, conditions: [{type: ChildResourcesHealthy, status: "False", reason: Progressing}]}}
numaflow.numaproj.io/v1alpha1 Pipeline Suspended           {status: {phase: Paused}}
platform.confluent.io/v1beta1 Connector Degraded           {status: {connectorState: RUNNING, failedTasksCount: 1}}
sparkoperator.k8s.io/v1beta2 ScheduledSparkApplication Degraded {status: {scheduleState: FailedValidation}}
ray.io/v1 RayService Degraded     {status: {serviceStatus: FailedServeDeploy}}
ray.io/v1 RayService Healthy      {status: {conditions: [{type: Ready, status: "True"}]}}
ray.io/v1 RayCluster Suspended    {status: {state: suspended}}
openfaas.com/v1 Function Suspended {status: {conditions: [{type: Ready, status: "True"}, {type: Healthy, status: "False"}]}}
sparkoperator.k8s.io/v1beta2 SparkApplication Healthy     {spec: {executor: {instances: 1}}, status: {applicationState: {state: RUNNING}, executorState: {a: RUNNING}}}
sparkoperator.k8s.io/v1beta2 SparkApplication Progressing {spec: {executor: {instances: 2}}, status: {applicationState: {state: RUNNING}, executorState: {a: RUNNING}}}
sparkoperator.k8s.io/v1beta2 SparkApplication Degraded    {status: {applicationState: {state: SUBMISSION_FAILED, errorMessage: no}}}
flink.apache.org/v1beta1 FlinkDeployment Healthy     {status: {jobManagerDeploymentStatus: READY, reconciliationStatus: {state: DEPLOYED}}}
flink.apache.org/v1beta1 FlinkDeployment Degraded    {status: {error: out of memory, jobManagerDeploymentStatus: READY}}
flink.apache.org/v1beta1 FlinkDeployment Suspended   {spec: {job: {state: suspended}}, status: {jobManagerDeploymentStatus: MISSING}}
ray.io/v1 RayJob Progressing {status: {jobDeploymentStatus: Running}}
serving.kserve.io/v1beta1 InferenceService Degraded {status: {modelStatus: {transitionStatus: BlockedByFailedLoad}, conditions: [{type: Ready, status: "True"}]}}
serving.knative.dev/v1 Service Degraded    {status: {conditions: [{type: Ready, status: "False", message: no image}]}}
serving.knative.dev/v1 Service Progressing {status: {conditions: [{type: Ready, status: Unknown, reason: Deploying}]}}
serving.knative.dev/v1 Service Healthy     {status: {conditions: [{type: Ready, status: "True"}, {type: RoutesReady, status: "True"}]}}

# Secrets and policies
bitnami.com/v1alpha1 SealedSecret Degraded {status: {conditions: [{type: Synced, status: "False", message: no key could decrypt}]}}
isindir.github.com/v1alpha3 SopsSecret Healthy  {status: {message: Healthy}}
isindir.github.com/v1alpha3 SopsSecret Degraded {status: {message: Decryption error}}
templates.gatekeeper.sh/v1 ConstraintTemplate Degraded {status: {created: true, byPod: [{errors: [{message: does not compile}]}]}}
secrets.hashicorp.com/v1beta1 VaultAuth Degraded {status: {valid: false, error: denied}}
k8s.keycloak.org/v2alpha1 Keycloak Degraded {status: {conditions: [{type: Ready, status: "False"}, {type: HasErrors, status: "True", message: no}]}}
redhatcop.redhat.io/v1alpha1 Patch Degraded {status: {conditions: [{type: ReconcileError, status: "True", message: no}]}}
acme.cert-manager.io/v1 Order Degraded {status: {state: errored, reason: no}}
kyverno.io/v1 ClusterPolicy Healthy {status: {conditions: [{type: Ready, status: "True"}]}}

policies.kyverno.io/v1alpha1 ValidatingPolicy Degraded {status: {conditionStatus: {ready: false, conditions: [{type: WebhookConfigured, status: "False", message: no}]}}}
keycloak.org/v1alpha1 Keycloak Healthy    {status: {phase: reconciling, ready: true}}
v1.edp.epam.com/v1 KeycloakRealm Degraded {status: {value: "unable to create realm", failureCount: 2}}
v1.edp.epam.com/v1 KeycloakRealm Healthy  {status: {value: OK}}
trust.cert-manager.io/v1alpha1 Bundle Degraded {status: {conditions: [{type: Synced, status: "False", message: no}]}}
capabilities.3scale.net/v1beta1 DeveloperAccount Suspended {status: {conditions: [{type: Waiting, status: "True", message: approval}]}}
constraints.gatekeeper.sh/v1beta1 K8sRequiredLabels Degraded {status: {totalViolations: 2, byPod: [{id: a, enforced: true}]}}
external-secrets.io/v1 ClusterExternalSecret Healthy  {status: {conditions: [{type: PartiallyReady, status: "True", message: some}, {type: Ready, status: "True"}]}}
external-secrets.io/v1 ClusterExternalSecret Degraded {status: {conditions: [{type: NotReady, status: "True", message: some}]}}

# Observability and traffic
grafana.integreatly.org/v1beta1 Grafana Progressing           {status: {stage: deployment, stageStatus: success}}
grafana.integreatly.org/v1beta1 GrafanaDatasource Degraded    {status: {hash: a, NoMatchingInstances: true}}
metrics.keptn.sh/v1 Analysis Degraded     {status: {state: Completed, pass: false}}
metrics.keptn.sh/v1 KeptnMetric Progressing {status: {lastUpdated: "2026-01-01T00:00:00Z"}}
sloth.slok.dev/v1 PrometheusServiceLevel Degraded {status: {observedGeneration: 1, processedSLOs: 2, promOpRulesGenerated: false}}
logging.banzaicloud.io/v1beta1 Flow Degraded      {status: {active: false, problems: [dangling output], problemsCount: 1}}
operator.victoriametrics.com/v1beta1 VMAgent Progressing {status: {updateStatus: expanding}}
projectcontour.io/v1 HTTPProxy Healthy    {status: {conditions: [{type: Valid, status: "False", errors: [{type: IncludeError}]}]}}
projectcontour.io/v1 HTTPProxy Degraded   {status: {conditions: [{type: Valid, status: "False", errors: [{type: ServiceError}], message: no}]}}
microgateway.airlock.com/v1alpha1 DenyRules Degraded {status: {ancestors: [{ancestorRef: {name: a}, conditions: [{type: Other, status: "True"}]}]}}
networking.gke.io/v1 ManagedCertificate Degraded     {status: {certificateStatus: FailedNotVisible}}
monitoring.coreos.com/v1 Prometheus Progressing {status: {conditions: [{type: Available, status: "False", reason: SomePodsNotReady}, {type: Reconciled, status: "True"}]}}
monitoring.coreos.com/v1 Prometheus Degraded    {status: {conditions: [{type: Available, status: "False", reason: NoPodReady}]}}
monitoring.coreos.com/v1 PrometheusRule Healthy {}
datadoghq.com/v1alpha1 DatadogMetric Suspended  {status: {conditions: [{type: Active, status: "False"}, {type: Error, status: "False"}]}}
opentelemetry.io/v1beta1 OpenTelemetryCollector Progressing {status: {scale: {statusReplicas: 0/1}}}
install.istio.io/v1alpha1 IstioOperator Progressing {status: {status: RECONCILING}}
networking.istio.io/v1 VirtualService Healthy   {}
k8s.nginx.org/v1 VirtualServer Degraded         {status: {state: Invalid, message: no}}
elbv2.k8s.aws/v1beta1 TargetGroupBinding Healthy {status: {observedGeneration: 1}}
`;
