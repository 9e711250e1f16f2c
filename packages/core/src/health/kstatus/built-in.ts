// The kinds that kstatus knows by name.
// Source: kubernetes-sigs/cli-utils, pkg/kstatus/status/core.go @v0.37.2
import { conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { countAt, numberAt, textAt } from "../read.ts";
import { assessPodKstatus } from "./pod.ts";
import { type Kstatus, type KstatusRule, current, failed, inProgress } from "./status.ts";

/** A count that has to reach another one, and what it counts. */
type Step = readonly [have: number, want: number, what: string];

const firstOpen = (...steps: readonly Step[]): Kstatus | undefined => {
  const open = steps.find(([have, want]) => have < want);
  return open && inProgress(`${open[0]} of ${open[1]} ${open[2]}`);
};

/** Pods that are to go before a workload is what it should be. */
const assessSurplus = (have: number, want: number): Kstatus | undefined =>
  have > want ? inProgress(`${have - want} Pods more than wanted are still there`) : undefined;

/** Without a deadline of its own, nobody says whether a rollout goes on: it is taken for done. */
const noDeadline = 2_147_483_647;

const assessDeployment: KstatusRule = (object) => {
  const conditions = conditionsOf(object);
  const progress = findCondition(conditions, "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded") return failed("The rollout is past its deadline");
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const count = (name: string): number => countAt(object, "status", name);
  const open =
    firstOpen([count("replicas"), wanted, "Pods created"], [count("updatedReplicas"), wanted, "Pods updated"]) ??
    assessSurplus(count("replicas"), wanted) ??
    firstOpen(
      [count("availableReplicas"), count("updatedReplicas"), "updated Pods available"],
      [count("readyReplicas"), wanted, "Pods ready"],
    );
  if (open) return open;
  const isWatched = (numberAt(object, "spec", "progressDeadlineSeconds") ?? noDeadline) !== noDeadline;
  const isRolledOut = isTrue(progress) && progress?.reason === "NewReplicaSetAvailable";
  if (isWatched && !isRolledOut) return inProgress("The new ReplicaSet is not reported as available yet");
  return isTrue(findCondition(conditions, "Available"))
    ? current(`${count("replicas")} of ${wanted} Pods available`)
    : inProgress("Not reported as available yet");
};

const assessStatefulSet: KstatusRule = (object) => {
  if (textAt(object, "spec", "updateStrategy", "type") === "OnDelete") return current("Updated when its Pods are deleted (OnDelete)");
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const count = (name: string): number => countAt(object, "status", name);
  const open =
    firstOpen([count("replicas"), wanted, "Pods created"], [count("readyReplicas"), wanted, "Pods ready"]) ??
    assessSurplus(count("replicas"), wanted);
  if (open) return open;
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition") ?? -1;
  if (partition !== -1) {
    const late = firstOpen([count("updatedReplicas"), wanted - partition, "Pods above the partition updated"]);
    return late ?? current(`${count("updatedReplicas")} Pods above the partition updated`);
  }
  const late = firstOpen([count("currentReplicas"), wanted, "Pods at the current revision"]);
  if (late) return late;
  const isUpdated = textAt(object, "status", "currentRevision") === textAt(object, "status", "updateRevision");
  return isUpdated ? current(`${count("replicas")} of ${wanted} Pods as they should be`) : inProgress("An update is under way");
};

const assessReplicaSet: KstatusRule = (object) => {
  const failure = findCondition(conditionsOf(object), "ReplicaFailure");
  if (isTrue(failure)) return inProgress(describeCondition(failure));
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const count = (name: string): number => countAt(object, "status", name);
  const open =
    firstOpen(
      [count("fullyLabeledReplicas"), wanted, "Pods with all labels"],
      [count("availableReplicas"), wanted, "Pods available"],
      [count("readyReplicas"), wanted, "Pods ready"],
    ) ?? assessSurplus(count("replicas"), wanted);
  return open ?? current(`${count("replicas")} of ${wanted} Pods available`);
};

const assessDaemonSet: KstatusRule = (object) => {
  const isSeen = numberAt(object, "metadata", "generation") !== undefined && numberAt(object, "status", "observedGeneration") !== undefined;
  const wanted = numberAt(object, "status", "desiredNumberScheduled");
  if (!isSeen || wanted === undefined) return inProgress("Not looked at by its controller yet");
  const count = (name: string): number => countAt(object, "status", name);
  const open = firstOpen(
    [count("currentNumberScheduled"), wanted, "Pods created"],
    [count("updatedNumberScheduled"), wanted, "Pods updated"],
    [count("numberAvailable"), wanted, "Pods available"],
    [count("numberReady"), wanted, "Pods ready"],
  );
  return open ?? current(`${wanted} of ${wanted} Pods as they should be`);
};

/** A Job that has started is where it should be: its end is not waited for. */
const assessJob: KstatusRule = (object) => {
  const [active, succeeded, failures] = ["active", "succeeded", "failed"].map((name) => countAt(object, "status", name));
  const counts = `${succeeded} succeeded, ${active} running, ${failures} failed`;
  const ended = conditionsOf(object).find(
    (condition) => (condition.type === "Complete" || condition.type === "Failed") && isTrue(condition),
  );
  if (ended) return ended.type === "Complete" ? current(`Completed: ${counts}`) : failed(`Failed: ${counts}`);
  return textAt(object, "status", "startTime") === "" ? inProgress("Not started yet") : current(`Started: ${counts}`);
};

/** The address of a load balancer is not waited for: the library asks for the cluster IP only. */
const assessService: KstatusRule = (object) =>
  textAt(object, "spec", "type") === "LoadBalancer" && textAt(object, "spec", "clusterIP") === ""
    ? inProgress("It has no cluster IP yet")
    : current("It has what it needs");

const assessVolumeClaim: KstatusRule = (object) => {
  const phase = textAt(object, "status", "phase");
  return phase === "Bound" ? current("Bound to a volume") : inProgress(`Not bound to a volume: ${phase || "not looked at yet"}`);
};

/** The first of the two conditions that tells, in the order of the list. */
const assessDefinition: KstatusRule = (object) => {
  for (const condition of conditionsOf(object)) {
    if (condition.type === "NamesAccepted" && isFalse(condition)) return failed(describeCondition(condition));
    if (condition.type !== "Established") continue;
    if (isTrue(condition)) return current("Served");
    if (isFalse(condition) && condition.reason !== "Installing") return failed(describeCondition(condition));
  }
  return inProgress("Being installed");
};

const assessStored: KstatusRule = () => current("In force as soon as it is stored");

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
  "policy/PodDisruptionBudget": assessStored,
  "batch/CronJob": assessStored,
  "batch/Job": assessJob,
  "apiextensions.k8s.io/CustomResourceDefinition": assessDefinition,
};
