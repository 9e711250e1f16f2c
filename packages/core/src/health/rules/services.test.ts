import { testTable } from "./table.test-support.ts";

testTable(`
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

# Data
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

# Observability and traffic
monitoring.coreos.com/v1 Prometheus Progressing {status: {conditions: [{type: Available, status: "False", reason: SomePodsNotReady}, {type: Reconciled, status: "True"}]}}
monitoring.coreos.com/v1 Prometheus Degraded    {status: {conditions: [{type: Available, status: "False", reason: NoPodReady}]}}
monitoring.coreos.com/v1 PrometheusRule Healthy {}
datadoghq.com/v1alpha1 DatadogMetric Suspended  {status: {conditions: [{type: Active, status: "False"}, {type: Error, status: "False"}]}}
opentelemetry.io/v1beta1 OpenTelemetryCollector Progressing {status: {scale: {statusReplicas: 0/1}}}
install.istio.io/v1alpha1 IstioOperator Progressing {status: {status: RECONCILING}}
networking.istio.io/v1 VirtualService Healthy   {}
k8s.nginx.org/v1 VirtualServer Degraded         {status: {state: Invalid, message: no}}
elbv2.k8s.aws/v1beta1 TargetGroupBinding Healthy {status: {observedGeneration: 1}}
`);
