// Cluster API and Karpenter: machines and clusters of machines.
// Sources: cluster-api, api/core/v1beta1/{cluster,machine,machinedeployment}_phase_types.go; karpenter, pkg/apis/v1/nodeclaim_status.go; argo-cd, resource_customizations/{cluster,controlplane.cluster}.x-k8s.io, karpenter.sh
import { conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { isTrueAt, numberAt, countAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, type Health, healthy, progressing, suspended } from "../verdict.ts";
import { createPauseRule, createPhaseRule, firstOf, forKinds } from "./shapes.ts";

/** A phase that is on its way is explained by what Ready waits for. */
const withReady =
  (rule: Rule): Rule =>
  (object) => {
    const verdict = rule(object);
    const ready = findCondition(conditionsOf(object), "Ready");
    return verdict && verdict.status !== "Healthy" && ready?.message ? { status: verdict.status, message: ready.message } : verdict;
  };

const cluster = firstOf(
  createPauseRule("paused"),
  withReady(createPhaseRule("phase", { Healthy: "Provisioned", Degraded: "Failed" }, "Progressing")),
);

const machine = firstOf(
  createPauseRule("paused"),
  withReady(createPhaseRule("phase", { Healthy: "Running", Degraded: "Failed" }, "Progressing")),
);

const assessControlPlane: Rule = (object) => {
  const failure = textAt(object, "status", "failureMessage");
  if (failure !== "") return degraded(failure);
  const conditions = conditionsOf(object);
  const error = conditions.find((condition) => isFalse(condition) && condition.severity === "Error" && condition.message !== "");
  if (error)
    return degraded(
      conditions
        .filter((condition) => isFalse(condition) && condition.severity === "Error")
        .map(describeCondition)
        .join("; "),
    );
  if (isTrue(findCondition(conditions, "EKSControlPlaneUpdating"))) return progressing("The control plane is updating");
  const ready = findCondition(conditions, "Ready");
  const isReady = isTrue(ready) && isTrueAt(object, "status", "ready");
  return isReady ? healthy("The control plane is ready") : progressing(describeCondition(ready) || "The control plane is not ready");
};

const steps = ["Launched", "Registered", "Initialized", "Ready"] as const;
const stepTexts = { Launched: "launched", Registered: "registered", Initialized: "initialized", Ready: "ready" } as const;

const assessNodeClaim: Rule = (object) => {
  const conditions = conditionsOf(object);
  const disrupting = conditions.find(
    (condition) => /^(?:Disrupting|DisruptionReason|Drained|InstanceTerminating)$/.test(condition.type) && isTrue(condition),
  );
  if (disrupting) return suspended(describeCondition(disrupting));
  const open = steps.find((type) => !isTrue(findCondition(conditions, type)));
  if (!open) return healthy("The node is ready");
  const condition = findCondition(conditions, open);
  if (condition && isFalse(condition)) return degraded(describeCondition(condition));
  return progressing(`Waits for the node to be ${stepTexts[open]}`);
};

/** Sets of machines count like Deployments where they have no phase. */
const assessMachineSet = (object: unknown): Health | undefined => {
  const wanted = numberAt(object, "spec", "replicas");
  if (wanted === undefined) return undefined;
  const ready = countAt(object, "status", "readyReplicas");
  return ready < wanted ? progressing(`${ready} of ${wanted} machines ready`) : healthy(`${ready} of ${wanted} machines ready`);
};

export const clusterApiRules: RuleTable = {
  "cluster.x-k8s.io": {
    Cluster: cluster,
    ...forKinds("Machine MachineDeployment MachinePool", machine),
    MachineSet: assessMachineSet,
  },
  "controlplane.cluster.x-k8s.io": { AWSManagedControlPlane: assessControlPlane },
  "machine.openshift.io": { Machine: machine },
  "karpenter.sh": { NodeClaim: assessNodeClaim },
};
