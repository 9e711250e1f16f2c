import { expect, test } from "vitest";
import type { KubeObject } from "../../object/object.ts";
import { parseYaml } from "../../yaml/parse.ts";
import { assessKstatus } from "./kstatus.ts";

const available = '{type: Available, status: "True"}, {type: Progressing, status: "True", reason: NewReplicaSetAvailable}';

const nowMs = Date.parse("2026-01-01T00:01:00Z");
const unschedulable = 'status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable}]}';

// Verdicts as the library's own tests have them: cli-utils, pkg/kstatus/status/status_compute_test.go @v0.37.2
test.each([
  ["v1 ConfigMap", "Current", ""],
  ["v1 ConfigMap", "Terminating", 'metadata: {name: a, deletionTimestamp: "2026-01-01T00:00:00Z"}'],
  ["example.org/v1 Thing", "Current", ""],
  ["example.org/v1 Thing", "InProgress", "metadata: {name: a, generation: 2}\nstatus: {observedGeneration: 1}"],
  ["example.org/v1 Thing", "InProgress", 'status: {conditions: [{type: Ready, status: "False", message: no}]}'],
  ["example.org/v1 Thing", "InProgress", 'status: {conditions: [{type: Reconciling, status: "True"}, {type: Ready, status: "True"}]}'],
  ["example.org/v1 Thing", "Failed", 'status: {conditions: [{type: Stalled, status: "True", message: no}]}'],
  ["example.org/v1 Thing", "Current", 'status: {conditions: [{type: Ready, status: "True"}]}'],
  ["apps/v1 Deployment", "InProgress", ""],
  ["apps/v1 Deployment", "Failed", "status: {conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]}"],
  [
    "apps/v1 Deployment",
    "Current",
    `status: {replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1, conditions: [${available}]}`,
  ],
  ["apps/v1 Deployment", "InProgress", `status: {replicas: 1, updatedReplicas: 1, readyReplicas: 1, conditions: [${available}]}`],
  ["apps/v1 StatefulSet", "InProgress", "spec: {replicas: 2}\nstatus: {replicas: 2, readyReplicas: 1}"],
  [
    "apps/v1 StatefulSet",
    "Current",
    "spec: {replicas: 1}\nstatus: {replicas: 1, readyReplicas: 1, currentReplicas: 1, updatedReplicas: 1}",
  ],
  ["apps/v1 DaemonSet", "InProgress", ""],
  ["apps/v1 DaemonSet", "Current", "metadata: {name: a, generation: 1}\nstatus: {observedGeneration: 1, desiredNumberScheduled: 0}"],
  ["apps/v1 ReplicaSet", "Current", "spec: {replicas: 0}\nstatus: {replicas: 0}"],
  ["v1 Pod", "Current", 'status: {phase: Running, conditions: [{type: Ready, status: "True"}]}'],
  ["v1 Pod", "Failed", "status: {phase: Running, containerStatuses: [{name: a, state: {waiting: {reason: CrashLoopBackOff}}}]}"],
  ["v1 Pod", "Current", "status: {phase: Failed}"],
  ["v1 Pod", "InProgress", `metadata: {name: a, creationTimestamp: "2026-01-01T00:00:50Z"}\n${unschedulable}`],
  ["v1 Pod", "Failed", `metadata: {name: a, creationTimestamp: "2026-01-01T00:00:40Z"}\n${unschedulable}`],
  ["v1 Pod", "InProgress", "status: {phase: Pending}"],
  ["v1 Pod", "Unknown", "status: {phase: Strange}"],
  ["batch/v1 Job", "InProgress", ""],
  ["batch/v1 Job", "Current", 'status: {startTime: "2026-01-01T00:00:00Z", active: 1}'],
  ["batch/v1 Job", "Failed", 'status: {conditions: [{type: Failed, status: "True"}]}'],
  ["v1 PersistentVolumeClaim", "InProgress", "status: {phase: Pending}"],
  ["v1 Service", "InProgress", "spec: {type: LoadBalancer}"],
  ["v1 Service", "Current", "spec: {type: LoadBalancer, clusterIP: 10.0.0.1}"],
  ["policy/v1 PodDisruptionBudget", "Current", "status: {currentHealthy: 1, desiredHealthy: 2}"],
  [
    "apiextensions.k8s.io/v1 CustomResourceDefinition",
    "Current",
    'status: {conditions: [{type: NamesAccepted, status: "True"}, {type: Established, status: "True"}]}',
  ],
])("%s is %s with %s", (type, status, fields) => {
  const [apiVersion = "", kind = ""] = type.split(" ");
  const [document] = parseYaml(fields === "" ? "{}" : fields, { file: "row" });
  const object = { apiVersion, kind, metadata: { name: "a" }, ...(document?.value as object) } as KubeObject;
  expect(assessKstatus(object, nowMs).status).toBe(status);
});
