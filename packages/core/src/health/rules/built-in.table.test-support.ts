const ready = "type: Ready, status: 'True'";

/** Built-in kinds, a row a verdict. Read by `readTable`. */
export const builtInTable = `
# What is true of every object
v1          ConfigMap    Progressing {metadata: {deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: [example.org/hold]}}
example.org/v1 Thing     Progressing {metadata: {generation: 2}, status: {observedGeneration: 1, conditions: [{${ready}}]}}

# Workloads
apps/v1     Deployment   Progressing {}
apps/v1     Deployment   Healthy     {spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2}}
apps/v1     Deployment   Healthy     {spec: {replicas: 0}, status: {observedGeneration: 1}}
apps/v1     Deployment   Progressing {spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, updatedReplicas: 1, availableReplicas: 2}}
apps/v1     Deployment   Progressing {spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 3, updatedReplicas: 2, availableReplicas: 3}}
apps/v1     Deployment   Progressing {spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 1}}
apps/v1     Deployment   Suspended   {spec: {paused: true}, status: {observedGeneration: 1}}
apps/v1     Deployment   Degraded    {status: {observedGeneration: 1, conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded}]}}
apps/v1     StatefulSet  Progressing {}
apps/v1     StatefulSet  Healthy     {spec: {replicas: 1}, status: {observedGeneration: 1, readyReplicas: 1, updatedReplicas: 1, currentRevision: a, updateRevision: a}}
apps/v1     StatefulSet  Progressing {spec: {replicas: 1}, status: {observedGeneration: 1, readyReplicas: 1, updatedReplicas: 0, currentRevision: a, updateRevision: b}}
apps/v1     StatefulSet  Healthy     {spec: {replicas: 1, updateStrategy: {type: OnDelete}}, status: {observedGeneration: 1, readyReplicas: 1, currentRevision: a, updateRevision: b}}
apps/v1     StatefulSet  Healthy     {spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}}, status: {observedGeneration: 1, readyReplicas: 3, updatedReplicas: 1}}
apps/v1     StatefulSet  Progressing {spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}}, status: {observedGeneration: 1, readyReplicas: 3, updatedReplicas: 0}}
apps/v1     DaemonSet    Healthy     {status: {observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2}}
apps/v1     DaemonSet    Progressing {status: {observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1}}
apps/v1     ReplicaSet   Degraded    {spec: {replicas: 1}, status: {observedGeneration: 1, conditions: [{type: ReplicaFailure, status: "True", message: exceeded quota}]}}
apps/v1     ReplicaSet   Healthy     {spec: {replicas: 1}, status: {observedGeneration: 1, availableReplicas: 1}}
batch/v1    Job          Progressing {status: {active: 1}}
batch/v1    Job          Healthy     {status: {conditions: [{type: Complete, status: "True"}]}}
batch/v1    Job          Degraded    {status: {conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded}]}}
batch/v1    Job          Suspended   {spec: {suspend: true}, status: {}}
batch/v1    CronJob      Healthy     {spec: {suspend: true}}
batch/v1    CronJob      Degraded    {status: {lastScheduleTime: "2026-01-02T00:00:00Z", lastSuccessfulTime: "2026-01-01T00:00:00Z"}}
batch/v1    CronJob      Healthy     {status: {lastScheduleTime: "2026-01-02T00:00:00Z", lastSuccessfulTime: "2026-01-02T00:01:00Z"}}

# Pods
v1          Pod          Progressing {status: {phase: Pending}}
v1          Pod          Progressing {status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: no node fits}]}}
v1          Pod          Degraded    {status: {phase: Pending, containerStatuses: [{name: a, state: {waiting: {reason: ImagePullBackOff, message: not found}}}]}}
v1          Pod          Degraded    {status: {phase: Pending, initContainerStatuses: [{name: a, state: {waiting: {reason: CrashLoopBackOff}}}]}}
v1          Pod          Degraded    {status: {phase: Running, containerStatuses: [{name: a, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1}}}]}}
v1          Pod          Degraded    {status: {phase: Running, containerStatuses: [{name: a, ready: false, restartCount: 1, state: {running: {}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]}}
v1          Pod          Progressing {status: {phase: Running, containerStatuses: [{name: a, ready: false, state: {running: {}}}]}}
v1          Pod          Healthy     {status: {phase: Running, conditions: [{${ready}}]}}
v1          Pod          Progressing {spec: {restartPolicy: Never}, status: {phase: Running, conditions: [{${ready}}]}}
v1          Pod          Healthy     {status: {phase: Succeeded}}
v1          Pod          Degraded    {spec: {restartPolicy: Never}, status: {phase: Failed, containerStatuses: [{name: a, state: {terminated: {exitCode: 2}}}]}}
v1          Pod          Unknown     {status: {phase: Unknown}}

# Services, volumes, nodes
v1          Service      Healthy     {spec: {type: ClusterIP}}
v1          Service      Progressing {spec: {type: LoadBalancer}}
v1          Service      Healthy     {spec: {type: LoadBalancer}, status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}}
v1          PersistentVolumeClaim Progressing {status: {phase: Pending}}
v1          PersistentVolumeClaim Healthy     {spec: {volumeName: pv-1}, status: {phase: Bound}}
v1          PersistentVolumeClaim Degraded    {status: {phase: Lost}}
v1          Namespace    Progressing {status: {phase: Terminating, conditions: [{type: NamespaceContentRemaining, status: "True", message: some remain}]}}
v1          Node         Degraded    {status: {conditions: [{type: Ready, status: Unknown, message: kubelet stopped}]}}
v1          ConfigMap    Healthy     {data: {a: b}}
v1          Secret       Healthy     {}

v1          PersistentVolume Degraded {status: {phase: Failed, message: no}}
v1          ReplicationController Progressing {spec: {replicas: 1}, status: {observedGeneration: 1}}
storage.k8s.io/v1 StorageClass Healthy {}

# Networking
gateway.networking.k8s.io/v1 BackendTLSPolicy Degraded {status: {ancestors: [{ancestorRef: {name: a}, conditions: [{type: Accepted, status: "False", message: no}]}]}}
networking.k8s.io/v1 Ingress Progressing {}
networking.k8s.io/v1 Ingress Healthy     {status: {loadBalancer: {ingress: [{hostname: lb.example.org}]}}}
networking.k8s.io/v1 NetworkPolicy Healthy {}
gateway.networking.k8s.io/v1 HTTPRoute Progressing {}
gateway.networking.k8s.io/v1 HTTPRoute Healthy  {status: {parents: [{parentRef: {name: a}, conditions: [{type: Accepted, status: "True"}, {type: ResolvedRefs, status: "True"}]}]}}
gateway.networking.k8s.io/v1 HTTPRoute Degraded {status: {parents: [{parentRef: {name: a}, conditions: [{type: Accepted, status: "True"}, {type: ResolvedRefs, status: "False", message: no Service}]}]}}
gateway.networking.k8s.io/v1 Gateway Healthy    {status: {conditions: [{type: Accepted, status: "True"}, {type: Programmed, status: "True"}]}}
gateway.networking.k8s.io/v1 Gateway Degraded   {status: {conditions: [{type: Accepted, status: "True"}, {type: Programmed, status: "True"}], listeners: [{name: web, conditions: [{type: ResolvedRefs, status: "False", message: no Secret}]}]}}
gateway.networking.k8s.io/v1 GatewayClass Progressing {status: {conditions: [{type: Accepted, status: Unknown, reason: Pending}]}}

# The API server and scaling
autoscaling/v2 HorizontalPodAutoscaler Healthy     {status: {currentReplicas: 2, desiredReplicas: 2, conditions: [{type: AbleToScale, status: "True"}, {type: ScalingActive, status: "True"}]}}
autoscaling/v2 HorizontalPodAutoscaler Degraded    {status: {conditions: [{type: AbleToScale, status: "True"}, {type: ScalingActive, status: "False", reason: FailedGetResourceMetric, message: no metrics}]}}
autoscaling/v2 HorizontalPodAutoscaler Progressing {}
apiextensions.k8s.io/v1 CustomResourceDefinition Progressing {}
apiextensions.k8s.io/v1 CustomResourceDefinition Healthy  {status: {conditions: [{type: NamesAccepted, status: "True"}, {type: Established, status: "True"}]}}
apiextensions.k8s.io/v1 CustomResourceDefinition Degraded {status: {conditions: [{type: NamesAccepted, status: "False", message: taken}]}}
apiregistration.k8s.io/v1 APIService Healthy     {status: {conditions: [{type: Available, status: "True"}]}}
apiregistration.k8s.io/v1 APIService Progressing {status: {conditions: [{type: Available, status: "False", message: no answer}]}}
admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration Healthy {}
policy/v1 PodDisruptionBudget Healthy  {status: {observedGeneration: 1, disruptionsAllowed: 1, conditions: [{type: DisruptionAllowed, status: "True"}]}}
policy/v1 PodDisruptionBudget Degraded {status: {observedGeneration: 1, conditions: [{type: DisruptionAllowed, status: "False", reason: SyncFailed, message: two budgets}]}}
`;
