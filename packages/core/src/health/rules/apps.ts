// Workloads: apps/* and the ReplicationController's rules are those of `kubectl rollout status`, as Argo CD applies them.
// Sources: argo-cd, gitops-engine/pkg/health/health_{deployment,statefulset,daemonset,replicaset}.go; kubectl, pkg/polymorphichelpers/rollout_status.go
import { conditionsOf, findCondition, isTrue } from "../conditions.ts";
import { countAt, isTrueAt, numberAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, suspended } from "../verdict.ts";

const notSeen = progressing("The latest change has not been seen by the controller yet");

/** Whether the controller of a workload has seen its latest spec. A workload without `observedGeneration` was never seen. */
const isSeen = (object: unknown): boolean => countAt(object, "metadata", "generation") <= countAt(object, "status", "observedGeneration");

/** The replicas asked for: one, unless the spec says otherwise. */
export const replicasOf = (object: unknown): number => numberAt(object, "spec", "replicas") ?? 1;

const pods = (count: number): string => (count === 1 ? "1 Pod" : `${count} Pods`);

const assessDeployment: Rule = (object) => {
  if (isTrueAt(object, "spec", "paused")) return suspended("The Deployment is paused");
  if (!isSeen(object)) return notSeen;
  const progress = findCondition(conditionsOf(object), "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded") return degraded(progress.message || "The rollout exceeded its progress deadline");
  const wanted = replicasOf(object);
  const updated = countAt(object, "status", "updatedReplicas");
  const total = countAt(object, "status", "replicas");
  const available = countAt(object, "status", "availableReplicas");
  if (updated < wanted) return progressing(`${updated} of ${pods(wanted)} updated`);
  if (total > updated) return progressing(`${pods(total - updated)} of the old version to be stopped`);
  if (available < updated) return progressing(`${available} of ${pods(updated)} available`);
  return healthy(`${available} of ${pods(wanted)} available`);
};

const assessStatefulSet: Rule = (object) => {
  if (countAt(object, "status", "observedGeneration") === 0 || !isSeen(object)) return notSeen;
  const wanted = replicasOf(object);
  const ready = countAt(object, "status", "readyReplicas");
  if (ready < wanted) return progressing(`${ready} of ${pods(wanted)} ready`);
  if (textAt(object, "spec", "updateStrategy", "type") === "OnDelete")
    return healthy(`${ready} of ${pods(wanted)} ready; an update waits for their deletion`);
  const updated = countAt(object, "status", "updatedReplicas");
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition");
  if (partition) {
    if (updated < wanted - partition) return progressing(`${updated} of ${pods(wanted - partition)} above the partition updated`);
    return healthy(`${ready} of ${pods(wanted)} ready, ${updated} updated above the partition`);
  }
  if (textAt(object, "status", "updateRevision") !== textAt(object, "status", "currentRevision"))
    return progressing(`${updated} of ${pods(wanted)} updated`);
  return healthy(`${ready} of ${pods(wanted)} ready`);
};

const assessDaemonSet: Rule = (object) => {
  if (!isSeen(object)) return notSeen;
  const wanted = countAt(object, "status", "desiredNumberScheduled");
  const available = countAt(object, "status", "numberAvailable");
  if (textAt(object, "spec", "updateStrategy", "type") === "OnDelete")
    return healthy(`${available} of ${pods(wanted)} available; an update waits for their deletion`);
  const updated = countAt(object, "status", "updatedNumberScheduled");
  if (updated < wanted) return progressing(`${updated} of ${pods(wanted)} updated`);
  if (available < wanted) return progressing(`${available} of ${pods(wanted)} available`);
  return healthy(`${available} of ${pods(wanted)} available`);
};

/** ReplicaSet and ReplicationController: `ReplicaFailure` means that Pods can't be created (quota, admission). */
export const assessReplicaSet: Rule = (object) => {
  if (!isSeen(object)) return notSeen;
  const failure = findCondition(conditionsOf(object), "ReplicaFailure");
  if (failure && isTrue(failure)) return degraded(failure.message || "Pods can't be created");
  const wanted = replicasOf(object);
  const available = countAt(object, "status", "availableReplicas");
  return available < wanted
    ? progressing(`${available} of ${pods(wanted)} available`)
    : healthy(`${available} of ${pods(wanted)} available`);
};

export const appsRules: RuleTable = {
  apps: { Deployment: assessDeployment, StatefulSet: assessStatefulSet, DaemonSet: assessDaemonSet, ReplicaSet: assessReplicaSet },
};
