// Machine learning: Ray and KServe.
// Sources: the status types of each operator, named at its group; argo-cd, resource_customizations/{ray.io,serving.kserve.io}
import { conditionsOf, describeCondition, isFalse, isTrue } from "../conditions.ts";
import { textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, suspended } from "../verdict.ts";
import { assessNoStatus, createPhaseRule, firstOf } from "./shapes.ts";

/** KServe: a model that could not be loaded is reported beside the conditions. */
const assessInference: Rule = (object) => {
  const conditions = conditionsOf(object);
  const stopped = conditions.find((condition) => condition.type === "Stopped" && isTrue(condition));
  if (stopped) return suspended(describeCondition(stopped));
  const transition = textAt(object, "status", "modelStatus", "transitionStatus");
  const failure = textAt(object, "status", "modelStatus", "lastFailureInfo", "message");
  if (transition === "BlockedByFailedLoad" || transition === "InvalidSpec") return degraded(failure || transition);
  if (transition === "InProgress") return progressing("The model is being loaded");
  const failed = conditions.find((condition) => isFalse(condition) && condition.type !== "Stopped" && condition.severity !== "Info");
  if (failed) return degraded(describeCondition(failed));
  const ready = conditions.find(({ type }) => type === "Ready");
  return isTrue(ready) ? healthy("Ready") : progressing(describeCondition(ready) || "Waits for the model server");
};

const rayJob: Rule = firstOf(
  assessNoStatus,
  createPhaseRule("jobDeploymentStatus", {
    Healthy: "Complete",
    Progressing: "Initializing|Running|Waiting|Suspending|Retrying",
    Degraded: "Failed|FailedToGetOrCreateRayCluster|WaitForDashboardReady",
    Suspended: "Suspended",
  }),
);

const rayServicePhase = createPhaseRule("serviceStatus", {
  Healthy: "Running",
  Progressing: "WaitForServeDeploymentReady|WaitForDashboard|Restarting|NotRunning",
  Degraded:
    "FailedToGetOrCreateRayCluster|FailedServeDeploy|FailedToUpdateIngress|FailedToUpdateServingPodLabel|FailedToUpdateService|WaitForDashboardReady",
});

/** Newer versions leave the word away, and have conditions, which the generic rule reads. */
const rayService: Rule = (object) => (textAt(object, "status", "serviceStatus") === "" ? undefined : rayServicePhase(object));

const rayCluster: Rule = (object) =>
  textAt(object, "status", "state") === ""
    ? undefined
    : createPhaseRule("state", { Healthy: "ready", Degraded: "failed|unhealthy", Suspended: "suspended" }, "Progressing")(object);

export const machineLearningRules: RuleTable = {
  // ray-project/kuberay, ray-operator/apis/ray/v1
  "ray.io": { RayJob: rayJob, RayService: rayService, RayCluster: rayCluster },
  // kserve, pkg/apis/serving/v1beta1
  "serving.kserve.io": { InferenceService: assessInference },
};
