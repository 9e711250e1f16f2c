// Argo: Rollouts, Workflows, Events, CD itself.
// Sources: argo-rollouts.readthedocs.io/en/stable/features/specification, argo-workflows pkg/apis/workflow/v1alpha1, argo-events docs;
//   argo-cd, resource_customizations/argoproj.io
import { conditionsOf, describeCondition, findCondition, isTrue } from "../conditions.ts";
import { at, countAt, isTrueAt, listAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, healthOrder, progressing, suspended } from "../verdict.ts";
import { replicasOf } from "./apps.ts";
import { assessAllTrue, assessNoStatus, createFailureRule, createPhaseRule, firstOf, forKinds } from "./shapes.ts";

const rolloutPhase = createPhaseRule("phase", {
  Healthy: "Healthy",
  Suspended: "Paused",
  Progressing: "Progressing",
  Degraded: "Degraded",
});

/** Rollouts keep the observed generation as text; those of before v1.0 put a hash there, which is no number. */
const assessRolloutSeen: Rule = (rollout) => {
  const observed = Number(textAt(rollout, "status", "observedGeneration"));
  if (Number.isInteger(observed) && observed > 0 && observed < countAt(rollout, "metadata", "generation")) {
    return progressing("The latest change has not been seen by the controller yet");
  }
  const workload = textAt(rollout, "metadata", "annotations", "rollout.argoproj.io/workload-generation");
  const seen = textAt(rollout, "status", "workloadObservedGeneration");
  return workload !== "" && seen !== "" && workload !== seen
    ? progressing("The latest change of the workload has not been seen yet")
    : undefined;
};

/** Rollouts without a phase (before v1.0): conditions, pauses, then the counts. */
const assessOldRollout: Rule = (rollout) => {
  const conditions = conditionsOf(rollout);
  const invalid = findCondition(conditions, "InvalidSpec");
  if (isTrue(invalid)) return degraded(describeCondition(invalid));
  const progress = findCondition(conditions, "Progressing");
  if (progress && /^(RolloutAborted|ProgressDeadlineExceeded|ReplicaSetCreateError)$/.test(progress.reason))
    return degraded(describeCondition(progress));
  if (isTrueAt(rollout, "spec", "paused") || listAt(rollout, "status", "pauseConditions").length > 0)
    return suspended("The rollout is paused");
  return assessRolloutCounts(rollout);
};

const assessRolloutCounts: Rule = (rollout) => {
  const wanted = replicasOf(rollout);
  const updated = countAt(rollout, "status", "updatedReplicas");
  const available = countAt(rollout, "status", "availableReplicas");
  if (updated < wanted) return progressing(`${updated} of ${wanted} Pods updated`);
  // A blue-green rollout keeps the old Pods for as long as its scale-down delay says.
  const old = countAt(rollout, "status", "replicas") - updated;
  if (old > 0 && at(rollout, "spec", "strategy", "canary") !== undefined)
    return progressing(`${old} Pods of the old version to be stopped`);
  if (available < updated) return progressing(`${available} of ${updated} Pods available`);
  const current = textAt(rollout, "status", "currentPodHash");
  const stable = textAt(rollout, "status", "stableRS") || textAt(rollout, "status", "canary", "stableRS");
  const active = textAt(rollout, "status", "blueGreen", "activeSelector");
  if (active !== "" && active !== current) return progressing("The active Service still points to the old version");
  if (
    active === "" &&
    stable !== current &&
    countAt(rollout, "status", "currentStepIndex") < listAt(rollout, "spec", "strategy", "canary", "steps").length
  ) {
    return progressing("The canary steps are not through yet");
  }
  return healthy(`${available} of ${wanted} Pods available`);
};

const assessAbort: Rule = (rollout) =>
  isTrueAt(rollout, "status", "abort") ? degraded(textAt(rollout, "status", "message") || "The rollout was aborted") : undefined;

const runPhase = createPhaseRule("phase", {
  Healthy: "Successful",
  Progressing: "Pending|Running",
  Degraded: "Failed|Error",
  Unknown: "Inconclusive",
});

const assessApplication: Rule = (application) => {
  const status = textAt(application, "status", "health", "status");
  const known = healthOrder.find((candidate) => candidate === status);
  return known
    ? { status: known, message: textAt(application, "status", "health", "message") || `The application is ${known}` }
    : progressing("Waits to be looked at");
};

const assessApplicationSet: Rule = (set) => {
  const conditions = conditionsOf(set);
  const error = findCondition(conditions, "ErrorOccurred");
  if (isTrue(error)) return degraded(describeCondition(error));
  const rolling = findCondition(conditions, "RolloutProgressing");
  if (isTrue(rolling)) return progressing(describeCondition(rolling));
  const current = findCondition(conditions, "ResourcesUpToDate");
  return isTrue(current) ? healthy(describeCondition(current)) : progressing("Waits for its Applications to be brought up to date");
};

const assessCronWorkflow: Rule = firstOf(createFailureRule("SubmissionError", "SpecError"), (workflow) =>
  isTrueAt(workflow, "spec", "suspend") ? suspended("No new runs are started") : healthy("Scheduled"),
);

const rollout = firstOf(assessNoStatus, assessRolloutSeen, assessAbort, (object) =>
  isTrueAt(object, "spec", "paused") ? suspended("The rollout is paused") : undefined,
);

const assessRollout: Rule = (object) => {
  const early = rollout(object);
  if (early) return early;
  return textAt(object, "status", "phase") === "" ? assessOldRollout(object) : rolloutPhase(object);
};

export const argoRules: RuleTable = {
  "argoproj.io": {
    Rollout: assessRollout,
    AnalysisRun: runPhase,
    Experiment: runPhase,
    Application: assessApplication,
    ApplicationSet: assessApplicationSet,
    Workflow: createPhaseRule("phase", { Healthy: "Succeeded", Progressing: "Pending|Running", Degraded: "Failed|Error" }, "Unknown"),
    CronWorkflow: assessCronWorkflow,
    ...forKinds("EventBus EventSource Sensor", assessAllTrue),
  },
};
