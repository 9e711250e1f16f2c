/** Kinds of controllers that deliver, provision and run clusters, a row a verdict. Read by `readTable`. */
export const operatorsTable = `
# Argo
argoproj.io/v1alpha1 Rollout        Progressing {}
argoproj.io/v1alpha1 Rollout        Suspended   {status: {observedGeneration: "1", phase: Paused, message: CanaryPauseStep}}
argoproj.io/v1alpha1 Rollout        Degraded    {status: {observedGeneration: "1", phase: Degraded, message: aborted}}
argoproj.io/v1alpha1 Rollout        Progressing {metadata: {generation: 2}, status: {observedGeneration: "1", phase: Healthy}}
argoproj.io/v1alpha1 Rollout        Healthy     {metadata: {generation: 2}, status: {observedGeneration: 7d66d4485, phase: Healthy}}
argoproj.io/v1alpha1 Rollout        Degraded    {status: {conditions: [{type: InvalidSpec, status: "True", message: wrong}]}}
argoproj.io/v1alpha1 AnalysisRun    Progressing {status: {phase: Running}}
argoproj.io/v1alpha1 AnalysisRun    Unknown     {status: {phase: Inconclusive}}
argoproj.io/v1alpha1 Workflow       Degraded    {status: {phase: Error, message: exit 1}}
argoproj.io/v1alpha1 Application    Degraded    {status: {health: {status: Degraded}}}
argoproj.io/v1alpha1 ApplicationSet Degraded    {status: {conditions: [{type: ErrorOccurred, status: "True", message: no}]}}
argoproj.io/v1alpha1 ApplicationSet Healthy     {status: {conditions: [{type: ErrorOccurred, status: "False"}, {type: ResourcesUpToDate, status: "True"}]}}
argoproj.io/v1alpha1 Sensor         Degraded    {status: {conditions: [{type: DependenciesProvided, status: "True"}, {type: Deployed, status: "False", message: no}]}}
argoproj.io/v1alpha1 AppProject     Healthy     {}

argoproj.io/v1alpha1 CronWorkflow   Degraded    {status: {conditions: [{type: SubmissionError, status: "True", message: no}]}}
argoproj.io/v1alpha1 Rollout        Progressing {spec: {replicas: 1, strategy: {canary: {}}}, status: {replicas: 2, updatedReplicas: 1, availableReplicas: 2, currentPodHash: a, stableRS: a}}
argoproj.io/v1alpha1 Rollout        Progressing {spec: {replicas: 1, strategy: {blueGreen: {}}}, status: {replicas: 2, updatedReplicas: 1, availableReplicas: 1, currentPodHash: b, blueGreen: {activeSelector: a}}}
argoproj.io/v1alpha1 Rollout        Healthy     {spec: {replicas: 1, strategy: {blueGreen: {}}}, status: {replicas: 2, updatedReplicas: 1, availableReplicas: 1, currentPodHash: b, blueGreen: {activeSelector: b}}}
argoproj.io/v1alpha1 Rollout        Suspended   {spec: {replicas: 1}, status: {pauseConditions: [{reason: CanaryPauseStep}]}}

# GitOps Promoter
promoter.argoproj.io/v1alpha1 GitRepository     Progressing {metadata: {generation: 2}, status: {conditions: [{type: Ready, status: "True", observedGeneration: 1}]}}
promoter.argoproj.io/v1alpha1 GitRepository     Healthy     {status: {conditions: [{type: Ready, status: "True", observedGeneration: 1}]}}
promoter.argoproj.io/v1alpha1 PromotionStrategy Degraded    {status: {conditions: [{type: Ready, status: "True"}], environments: []}}
promoter.argoproj.io/v1alpha1 PromotionStrategy Progressing {status: {conditions: [{type: Ready, status: "True"}], environments: [{branch: dev, active: {dry: {sha: a}}, proposed: {dry: {sha: b}}}]}}
promoter.argoproj.io/v1alpha1 PromotionStrategy Healthy     {status: {conditions: [{type: Ready, status: "True"}], environments: [{branch: dev, active: {dry: {sha: a}}, proposed: {dry: {sha: a}}}]}}
promoter.argoproj.io/v1alpha1 PromotionStrategy Progressing {status: {conditions: [{type: Ready, status: "True"}], environments: [{branch: dev, active: {dry: {sha: a}}, proposed: {dry: {sha: a}}}, {branch: prod, active: {dry: {sha: b}}, proposed: {dry: {sha: b}}}]}}
promoter.argoproj.io/v1alpha1 ChangeTransferPolicy Progressing {status: {conditions: [{type: Ready, status: "True"}], active: {dry: {}}, proposed: {dry: {sha: a}}}}
promoter.argoproj.io/v1alpha1 GitCommitStatus   Degraded    {status: {conditions: [{type: Ready, status: "True"}], environments: [{branch: dev, phase: failure}, {branch: prod, phase: pending}]}}
promoter.argoproj.io/v1alpha1 ArgoCDCommitStatus Degraded   {status: {conditions: [{type: Ready, status: "True"}], applicationsSelected: []}}

# Flux and Flagger
kustomize.toolkit.fluxcd.io/v1 Kustomization Suspended   {spec: {suspend: true}, status: {conditions: [{type: Ready, status: "True"}]}}
kustomize.toolkit.fluxcd.io/v1 Kustomization Progressing {status: {conditions: [{type: Reconciling, status: "True"}, {type: Ready, status: Unknown, reason: Progressing}]}}
kustomize.toolkit.fluxcd.io/v1 Kustomization Degraded    {status: {conditions: [{type: Ready, status: "False", reason: BuildFailed, message: no}]}}
helm.toolkit.fluxcd.io/v2      HelmRelease   Degraded    {status: {conditions: [{type: Stalled, status: "True", message: out of retries}, {type: Ready, status: Unknown}]}}
source.toolkit.fluxcd.io/v1    HelmRepository Healthy    {spec: {type: oci}}
source.toolkit.fluxcd.io/v1    GitRepository Progressing {}
notification.toolkit.fluxcd.io/v1beta3 Alert Healthy     {}
flagger.app/v1beta1 Canary Progressing {status: {phase: Progressing}}
flagger.app/v1beta1 Canary Degraded    {status: {phase: Failed, conditions: [{type: Promoted, status: "False", message: rolled back}]}}
flagger.app/v1beta1 Canary Healthy     {status: {phase: Initialized}}

# Clouds
s3.aws.upbound.io/v1beta1 Bucket Progressing {status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "False", reason: Creating}]}}
s3.aws.upbound.io/v1beta1 Bucket Degraded    {status: {conditions: [{type: Synced, status: "False", reason: ReconcileError, message: denied}, {type: Ready, status: "True"}]}}
s3.aws.upbound.io/v1beta1 Bucket Healthy     {status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "True"}]}}
aws.upbound.io/v1beta1 ProviderConfig Healthy {status: {users: 3}}
pkg.crossplane.io/v1 Provider Healthy     {status: {conditions: [{type: Installed, status: "True"}, {type: Healthy, status: "True"}]}}
pkg.crossplane.io/v1 Provider Degraded    {status: {conditions: [{type: Installed, status: "True"}, {type: Healthy, status: "False", reason: UnhealthyPackageRevision}]}}
sql.cnrm.cloud.google.com/v1beta1 SQLInstance Suspended {status: {conditions: [{type: Ready, status: "False", reason: DependencyNotReady}]}}
sql.cnrm.cloud.google.com/v1beta1 SQLInstance Degraded  {status: {conditions: [{type: Ready, status: "False", reason: UpdateFailed}]}}
sql.cnrm.cloud.google.com/v1beta1 SQLInstance Healthy   {status: {conditions: [{type: Ready, status: "True", reason: UpToDate}]}}
s3.services.k8s.aws/v1alpha1 Bucket Degraded    {status: {conditions: [{type: ACK.Terminal, status: "True", message: no}, {type: ACK.ResourceSynced, status: "True"}]}}
s3.services.k8s.aws/v1alpha1 Bucket Progressing {status: {conditions: [{type: ACK.ResourceSynced, status: "False"}]}}
network.azure.com/v1 VirtualNetwork Degraded    {status: {conditions: [{type: Ready, status: "False", severity: Error, reason: BadRequest}]}}
network.azure.com/v1 VirtualNetwork Progressing {status: {conditions: [{type: Ready, status: "False", severity: Info, reason: Reconciling}]}}

# Clusters and machines
cluster.x-k8s.io/v1beta1 Cluster Healthy     {status: {phase: Provisioned}}
cluster.x-k8s.io/v1beta1 Cluster Progressing {status: {phase: Provisioning, conditions: [{type: Ready, status: "False", severity: Error, message: quota}]}}
cluster.x-k8s.io/v1beta1 Cluster Suspended   {spec: {paused: true}, status: {phase: Provisioned}}
cluster.x-k8s.io/v1beta1 Machine Degraded    {status: {phase: Failed}}
kubevirt.io/v1 VirtualMachine Suspended   {status: {printableStatus: Stopped, conditions: [{type: Ready, status: "False"}]}}
kubevirt.io/v1 VirtualMachine Healthy     {status: {created: true, conditions: [{type: Ready, status: "True"}]}}
kubevirt.io/v1 VirtualMachine Degraded    {status: {printableStatus: ErrorUnschedulable}}
cdi.kubevirt.io/v1beta1 DataVolume Progressing {status: {phase: ImportInProgress}}

cluster.x-k8s.io/v1beta1 MachineSet Progressing {spec: {replicas: 3}, status: {readyReplicas: 1}}
controlplane.cluster.x-k8s.io/v1beta2 AWSManagedControlPlane Degraded    {status: {ready: true, conditions: [{type: Ready, status: "False", severity: Error, message: quota}]}}
controlplane.cluster.x-k8s.io/v1beta2 AWSManagedControlPlane Progressing {status: {ready: true, conditions: [{type: Ready, status: "True"}, {type: EKSControlPlaneUpdating, status: "True"}]}}
karpenter.sh/v1 NodeClaim Progressing {status: {conditions: [{type: Launched, status: "True"}]}}
karpenter.sh/v1 NodeClaim Suspended   {status: {conditions: [{type: Launched, status: "True"}, {type: Registered, status: "True"}, {type: Initialized, status: "True"}, {type: Ready, status: "True"}, {type: Disrupting, status: "True", reason: Expired}]}}
karpenter.sh/v1 NodeClaim Degraded    {status: {conditions: [{type: Launched, status: "True"}, {type: Registered, status: "True"}, {type: Initialized, status: "True"}, {type: Ready, status: "False", message: terminated}]}}
kubevirt.io/v1 VirtualMachineInstance Suspended   {status: {phase: Succeeded}}
kubevirt.io/v1 VirtualMachineInstance Progressing {status: {phase: Running, conditions: [{type: Ready, status: "False", message: guest not up}]}}

# Gloo, by name and by number
gateway.solo.io/v1 VirtualService Suspended {status: {statuses: {gloo-system: {state: 0}}}}
gateway.solo.io/v1 VirtualService Degraded  {status: {statuses: {gloo-system: {state: Warning, reason: no upstream}}}}
gateway.solo.io/v1 VirtualService Healthy   {status: {state: 1}}

# Kruise
apps.kruise.io/v1alpha1 CloneSet Suspended {spec: {updateStrategy: {paused: true}}, status: {observedGeneration: 1, replicas: 2, updatedAvailableReplicas: 2}}
apps.kruise.io/v1alpha1 CloneSet Healthy   {status: {observedGeneration: 1, replicas: 2, updatedAvailableReplicas: 2}}
apps.kruise.io/v1alpha1 CloneSet Degraded  {status: {observedGeneration: 1, replicas: 2, updatedAvailableReplicas: 1}}
apps.kruise.io/v1alpha1 CloneSet Suspended {metadata: {generation: 2}, spec: {updateStrategy: {partition: 1}}, status: {observedGeneration: 2, replicas: 2, updatedReplicas: 1, expectedUpdatedReplicas: 1, updatedAvailableReplicas: 1}}
rollouts.kruise.io/v1beta1 Rollout Suspended {status: {observedGeneration: 1, phase: Progressing, canaryStatus: {currentStepState: StepPaused}}}

apps.kruise.io/v1alpha1 AdvancedCronJob Degraded  {status: {}}
apps.kruise.io/v1alpha1 BroadcastJob Progressing  {status: {phase: running}}
game.kruise.io/v1alpha1 GameServerSet Suspended   {spec: {updateStrategy: {rollingUpdate: {partition: 2}}}, status: {observedGeneration: 1, replicas: 5, updatedReplicas: 3}}
game.kruise.io/v1alpha1 GameServer Degraded       {status: {currentState: Ready, desiredState: Ready, podStatus: {conditions: [{type: KruisePodReady, status: "False"}]}}}
game.kruise.io/v1alpha1 GameServer Progressing    {status: {currentState: Creating, desiredState: Ready}}

# OpenShift
operator.openshift.io/v1 IngressController Progressing {status: {availableReplicas: 0, conditions: [{type: Admitted, status: "True"}]}}
operator.openshift.io/v1 IngressController Degraded    {status: {conditions: [{type: Available, status: "True"}, {type: Degraded, status: "True", message: canary}]}}
operators.coreos.com/v1alpha1 Subscription Healthy     {status: {state: AtLatestKnown, conditions: [{type: InstallPlanMissing, status: "True"}]}}
operators.coreos.com/v1alpha1 Subscription Degraded    {status: {conditions: [{type: ResolutionFailed, status: "True", message: no}]}}
operators.coreos.com/v1alpha1 Subscription Healthy     {spec: {installPlanApproval: Manual}, status: {state: UpgradePending, conditions: [{type: InstallPlanPending, status: "True"}]}}
policy.open-cluster-management.io/v1 Policy Healthy    {status: {placement: [{placementBinding: a}]}}
policy.open-cluster-management.io/v1 ConfigurationPolicy Progressing {metadata: {generation: 2}, status: {lastEvaluatedGeneration: 1, compliant: Compliant}}
hive.openshift.io/v1 ClusterDeployment Degraded        {status: {conditions: [{type: ProvisionFailed, status: "True", message: no}]}}
build.openshift.io/v1 Build Progressing                {status: {phase: Running}}
apps.openshift.io/v1 DeploymentConfig Healthy     {status: {observedGeneration: 1, replicas: 1, conditions: [{type: Available, status: "True"}, {type: Progressing, status: "True", reason: NewReplicationControllerAvailable}]}}
apps.openshift.io/v1 DeploymentConfig Degraded    {status: {observedGeneration: 1, replicas: 1, conditions: [{type: Available, status: "False"}, {type: Progressing, status: "False"}]}}
route.openshift.io/v1 Route Progressing {}
route.openshift.io/v1 Route Degraded    {status: {ingress: [{host: a, conditions: [{type: Admitted, status: "False", message: taken}]}]}}
policy.open-cluster-management.io/v1 Policy Degraded {status: {compliant: NonCompliant, status: [{clustername: east, compliant: NonCompliant}]}}
policy.open-cluster-management.io/v1 Policy Healthy  {status: {compliant: Compliant}}
`;
