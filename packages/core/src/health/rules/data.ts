// Processing of data: Spark, Flink, Numaflow, Kafka Connect.
// Sources: the status types of each operator, named at its group; argo-cd, resource_customizations of the same groups
import { type Condition, conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { at, countAt, fieldsAt, isTrueAt, numberAt, textAt, textOf } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, type Health, healthy, progressing, suspended } from "../verdict.ts";
import { createPhaseRule } from "./shapes.ts";

const sparkPhase = createPhaseRule("applicationState.state", {
  Healthy: "COMPLETED",
  Progressing: "SUBMITTED|PENDING_RERUN|INVALIDATING|SUCCEEDING|UNKNOWN|NEW|PENDING_SUBMISSION|RESUMING",
  Degraded: "FAILED|SUBMISSION_FAILED|FAILING",
  Suspended: "SUSPENDED|SUSPENDING",
});

/** An application runs well when the executors that were asked for run. */
const assessSpark: Rule = (object) => {
  if (textAt(object, "status", "applicationState", "state") !== "RUNNING") {
    const message = textAt(object, "status", "applicationState", "errorMessage");
    const verdict = sparkPhase(object);
    return verdict && message !== "" ? { status: verdict.status, message } : verdict;
  }
  const executors = Object.values(fieldsAt(object, "status", "executorState")).map(textOf);
  const running = executors.filter((state) => state === "RUNNING").length;
  const isDynamic = isTrueAt(object, "spec", "dynamicAllocation", "enabled");
  const wanted =
    (isDynamic ? numberAt(object, "spec", "dynamicAllocation", "minExecutors") : numberAt(object, "spec", "executor", "instances")) ?? 1;
  const message = `${running} of ${wanted} executors running`;
  return running >= wanted ? healthy(message) : progressing(message);
};

const scheduledSpark = createPhaseRule("scheduleState", { Healthy: "Scheduled", Progressing: "Validating", Degraded: "FailedValidation" });

const flinkJobManager = createPhaseRule("jobManagerDeploymentStatus", {
  Healthy: "READY",
  Progressing: "DEPLOYING|DEPLOYED_NOT_READY",
  Degraded: "ERROR",
});

const flinkLifecycle: Readonly<Record<string, Health["status"]>> = {
  SUSPENDED: "Suspended",
  UPGRADING: "Progressing",
  ROLLING_BACK: "Progressing",
  CREATED: "Progressing",
  FAILED: "Degraded",
};

/** An error of the operator comes first; then what the job is, then what its manager is. */
const assessFlink: Rule = (object) => {
  const error = textAt(object, "status", "error");
  if (error !== "") return degraded(error);
  const success = at(object, "status", "reconciliationStatus", "success");
  if (success === false)
    return degraded(textAt(object, "status", "reconciliationStatus", "error") || "The operator could not reconcile it");
  if (textAt(object, "spec", "job", "state") === "suspended") return suspended("The job is suspended");
  const reconciliation = textAt(object, "status", "reconciliationStatus", "state");
  if (reconciliation === "UPGRADING" || reconciliation === "ROLLING_BACK") return progressing(reconciliation);
  const lifecycle = textAt(object, "status", "lifecycleState");
  const byLifecycle = flinkLifecycle[lifecycle];
  if (byLifecycle) return { status: byLifecycle, message: `The lifecycle state is ${lifecycle}` };
  const job = textAt(object, "status", "jobStatus", "state");
  if (job === "FAILED") return degraded("The job has failed");
  if (/^(?:RECONCILING|CREATED|INITIALIZING|RESTARTING|FAILING|CANCELLING)$/.test(job)) return progressing(`The job is ${job}`);
  if (success === true && textAt(object, "status", "jobManagerDeploymentStatus") === "") return healthy("Reconciled");
  return (
    flinkJobManager(object) ??
    (textAt(object, "status", "jobManagerDeploymentStatus") === "MISSING" ? degraded("The job manager is missing") : undefined)
  );
};

/** A connector runs although some of its tasks have failed; the generic rule knows the rest. */
const assessConnector: Rule = (object) => {
  const failed = countAt(object, "status", "failedTasksCount");
  return failed > 0 ? degraded(`${failed} tasks have failed`) : undefined;
};

/** What a part that is not well says by its reason: failed, set aside, or on its way. */
const byReason = (condition: Condition): Health => {
  const message = describeCondition(condition);
  if (/Fail|Error|Unknown|Critical/i.test(condition.reason)) return degraded(message);
  return /Paus(?:ed|ing)/i.test(condition.reason) ? suspended(message) : progressing(message);
};

/** Numaplane rolls Numaflow's kinds out, and passes on how they do. */
const assessNumaplane: Rule = (object) => {
  const phase = textAt(object, "status", "phase");
  if (phase === "Failed") return degraded(textAt(object, "status", "message") || "The rollout has failed");
  const children = findCondition(conditionsOf(object), "ChildResourcesHealthy");
  if (children && !isTrue(children)) return byReason(children);
  if (phase !== "Deployed") return progressing(textAt(object, "status", "message") || "Waits to be deployed");
  return children ? healthy(describeCondition(children)) : progressing("Waits for a report on its children");
};

const numaflowPhase = createPhaseRule("phase", {
  Healthy: "Running|Succeeded",
  Progressing: "Pending|Pausing|Deleting|Unknown",
  Degraded: "Failed",
  Suspended: "Paused",
});

const assessNumaflow: Rule = (object) => {
  const verdict = numaflowPhase(object);
  if (verdict?.status !== "Healthy") return verdict;
  const failed = conditionsOf(object).find(isFalse);
  return failed ? degraded(describeCondition(failed)) : verdict;
};

export const dataRules: RuleTable = {
  // numaproj/numaflow, pkg/apis/numaflow/v1alpha1; numaproj/numaplane, pkg/apis/numaplane/v1alpha1
  "numaflow.numaproj.io": { "*": assessNumaflow },
  "numaplane.numaproj.io": { "*": assessNumaplane },
  // docs.confluent.io/operator/current/co-api.html, ConnectorStatus
  "platform.confluent.io": { Connector: assessConnector },
  // kubeflow/spark-operator, api/v1beta2
  "sparkoperator.k8s.io": { SparkApplication: assessSpark, ScheduledSparkApplication: scheduledSpark },
  // apache/flink-kubernetes-operator, flink-kubernetes-operator-api
  "flink.apache.org": { FlinkDeployment: assessFlink, FlinkSessionJob: assessFlink },
};
