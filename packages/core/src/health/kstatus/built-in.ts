// The kinds that kstatus knows by name.
// Source: kubernetes-sigs/cli-utils, pkg/kstatus/status/core.go @v0.37.2
import type { KubeObject } from "../../object/object.ts";
import { conditionsOf, findCondition, isFalse, isTrue } from "../conditions.ts";
import { at, countAt, listAt, numberAt, textAt } from "../read.ts";
import { assessPodKstatus } from "./pod.ts";
import { type Kstatus, current, failed, inProgress } from "./status.ts";

/** What kstatus says about an object of one kind. */
type KstatusRule = (object: KubeObject) => Kstatus;

/** A count that has to reach another one, and what is said until it does. */
type Step = readonly [have: number, want: number, what: string];

const firstOpen = (steps: readonly Step[]): Kstatus | undefined => {
  const open = steps.find(([have, want]) => have < want);
  return open && inProgress(`${open[2]}: ${open[0]}/${open[1]}`);
};

const assessDeployment: KstatusRule = (object) => {
  const conditions = conditionsOf(object);
  const progress = findCondition(conditions, "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded") return failed("Progress deadline exceeded");
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const count = (name: string): number => countAt(object, "status", name);
  const open = firstOpen([
    [count("replicas"), wanted, "replicas"],
    [count("updatedReplicas"), wanted, "Updated"],
  ]);
  if (open) return open;
  const surplus = count("replicas") - wanted;
  if (surplus > 0) return inProgress(`Pending termination: ${surplus}`);
  const late = firstOpen([
    [count("availableReplicas"), count("updatedReplicas"), "Available"],
    [count("readyReplicas"), wanted, "Ready"],
  ]);
  if (late) return late;
  const hasDeadline = (numberAt(object, "spec", "progressDeadlineSeconds") ?? 0) < 2_147_483_647;
  if (hasDeadline && progress === undefined) return inProgress("ReplicaSet not Available");
  if (hasDeadline && !(isTrue(progress) && progress?.reason === "NewReplicaSetAvailable")) return inProgress("ReplicaSet not Available");
  return isTrue(findCondition(conditions, "Available"))
    ? current(`Deployment is available. Replicas: ${count("replicas")}`)
    : inProgress("Deployment not Available");
};

const assessStatefulSet: KstatusRule = (object) => {
  if (textAt(object, "spec", "updateStrategy", "type") === "OnDelete") return current("StatefulSet is using the ondelete update strategy");
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const count = (name: string): number => countAt(object, "status", name);
  const open = firstOpen([
    [count("replicas"), wanted, "Replicas"],
    [count("readyReplicas"), wanted, "Ready"],
  ]);
  if (open) return open;
  if (count("replicas") > wanted) return inProgress(`Pending termination: ${count("replicas") - wanted}`);
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition") ?? -1;
  if (partition !== -1) {
    const late = firstOpen([[count("updatedReplicas"), wanted - partition, "updated"]]);
    return late ?? current(`Partition rollout complete. updated: ${count("updatedReplicas")}`);
  }
  const late = firstOpen([[count("currentReplicas"), wanted, "current"]]);
  if (late) return late;
  if (textAt(object, "status", "currentRevision") !== textAt(object, "status", "updateRevision"))
    return inProgress("Waiting for updated revision to match current");
  return current(`All replicas scheduled as expected. Replicas: ${count("replicas")}`);
};

const assessReplicaSet: KstatusRule = (object) => {
  const failure = findCondition(conditionsOf(object), "ReplicaFailure");
  if (isTrue(failure)) return inProgress("Replica Failure condition. Check Pods");
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const count = (name: string): number => countAt(object, "status", name);
  const open = firstOpen([
    [count("fullyLabeledReplicas"), wanted, "Labelled"],
    [count("availableReplicas"), wanted, "Available"],
    [count("readyReplicas"), wanted, "Ready"],
  ]);
  if (open) return open;
  if (count("replicas") > wanted) return inProgress(`replicas: ${count("replicas")}/${wanted}`);
  return current(`ReplicaSet is available. Replicas: ${count("replicas")}`);
};

const assessDaemonSet: KstatusRule = (object) => {
  if (numberAt(object, "status", "observedGeneration") === undefined) return inProgress("Missing .status.observedGeneration");
  const wanted = numberAt(object, "status", "desiredNumberScheduled");
  if (wanted === undefined) return inProgress("Missing .status.desiredNumberScheduled");
  const count = (name: string): number => countAt(object, "status", name);
  const open = firstOpen([
    [count("currentNumberScheduled"), wanted, "Current"],
    [count("updatedNumberScheduled"), wanted, "Updated"],
    [count("numberAvailable"), wanted, "Available"],
    [count("numberReady"), wanted, "Ready"],
  ]);
  return open ?? current(`All replicas scheduled as expected. Replicas: ${wanted}`);
};

const assessJob: KstatusRule = (object) => {
  const conditions = conditionsOf(object);
  if (isTrue(findCondition(conditions, "Complete"))) return current(`Job Completed. succeeded: ${countAt(object, "status", "succeeded")}`);
  if (isTrue(findCondition(conditions, "Failed"))) return failed(`Job Failed. failed: ${countAt(object, "status", "failed")}`);
  if (isTrue(findCondition(conditions, "Suspended"))) return current("Job is suspended");
  return textAt(object, "status", "startTime") === "" ? inProgress("Job not started") : current("Job in progress");
};

const assessService: KstatusRule = (object) => {
  if (textAt(object, "spec", "type") !== "LoadBalancer") return current("Service is ready");
  if (textAt(object, "spec", "clusterIP") === "") return inProgress("ClusterIP not set. Service type: LoadBalancer");
  return listAt(object, "status", "loadBalancer", "ingress").length === 0
    ? inProgress("LoadBalancer not assigned")
    : current("Service is ready");
};

const assessVolumeClaim: KstatusRule = (object) => {
  const phase = textAt(object, "status", "phase") || "unknown";
  return phase === "Bound" ? current("PVC is Bound") : inProgress(`PVC is not Bound. phase: ${phase}`);
};

const assessDefinition: KstatusRule = (object) => {
  const conditions = conditionsOf(object);
  const names = findCondition(conditions, "NamesAccepted");
  if (isFalse(names)) return failed(names?.message ?? "");
  const established = findCondition(conditions, "Established");
  if (isTrue(established)) return current("CRD is established");
  if (isFalse(established) && established?.reason !== "Installing") return failed(established?.message ?? "");
  return inProgress("Install in progress");
};

const assessDisruptionBudget: KstatusRule = (object) => {
  const [have, want] = [countAt(object, "status", "currentHealthy"), countAt(object, "status", "desiredHealthy")];
  return have < want ? inProgress(`Budget not met. healthy replicas: ${have}/${want}`) : current("AllowedDisruptions has been computed.");
};

const assessStored: KstatusRule = (object) =>
  at(object, "metadata") === undefined ? inProgress("Resource is not stored yet") : current("Resource is always ready");

/** Rules by `GROUP/KIND`. */
export const builtInRules: Readonly<Record<string, KstatusRule>> = {
  "/Service": assessService,
  "/Pod": assessPodKstatus,
  "/Secret": assessStored,
  "/ConfigMap": assessStored,
  "/PersistentVolumeClaim": assessVolumeClaim,
  "apps/StatefulSet": assessStatefulSet,
  "apps/DaemonSet": assessDaemonSet,
  "apps/Deployment": assessDeployment,
  "apps/ReplicaSet": assessReplicaSet,
  "extensions/DaemonSet": assessDaemonSet,
  "extensions/Deployment": assessDeployment,
  "extensions/ReplicaSet": assessReplicaSet,
  "policy/PodDisruptionBudget": assessDisruptionBudget,
  "batch/CronJob": assessStored,
  "batch/Job": assessJob,
  "apiextensions.k8s.io/CustomResourceDefinition": assessDefinition,
};
