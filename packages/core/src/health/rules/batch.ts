// batch and autoscaling.
// Sources: argo-cd, gitops-engine/pkg/health/health_{job,hpa}.go and resource_customizations/batch/CronJob; kubernetes, pkg/apis/batch/types.go
import { type Condition, conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { countAt, isTrueAt, listAt, numberAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, suspended } from "../verdict.ts";

const assessJob: Rule = (job) => {
  const conditions = conditionsOf(job);
  const failed = conditions.find((condition) => (condition.type === "Failed" || condition.type === "FailureTarget") && isTrue(condition));
  if (failed) return degraded(describeCondition(failed));
  if (isTrue(findCondition(conditions, "Complete"))) return healthy(`Completed${took(job)}`);
  if (isTrue(findCondition(conditions, "Suspended")) || isTrueAt(job, "spec", "suspend")) return suspended("The Job is suspended");
  const [active, succeeded, failures] = [
    countAt(job, "status", "active"),
    countAt(job, "status", "succeeded"),
    countAt(job, "status", "failed"),
  ];
  const wanted = numberAt(job, "spec", "completions") ?? 1;
  return progressing(`${succeeded} of ${wanted} completed, ${active} running${failures > 0 ? `, ${failures} failed` : ""}`);
};

const took = (job: unknown): string => {
  const seconds = (Date.parse(textAt(job, "status", "completionTime")) - Date.parse(textAt(job, "status", "startTime"))) / 1000;
  return Number.isFinite(seconds) ? ` in ${seconds} s` : "";
};

/** Times are compared as instants: the last run counts as failed when it was scheduled after the last success and nothing runs any more. */
const assessCronJob: Rule = (cronJob) => {
  if (isTrueAt(cronJob, "spec", "suspend")) return healthy("Suspended: no new runs are started");
  const scheduled = textAt(cronJob, "status", "lastScheduleTime");
  const succeeded = textAt(cronJob, "status", "lastSuccessfulTime");
  if (scheduled === "") return healthy("Not scheduled yet");
  if (listAt(cronJob, "status", "active").length > 0) return healthy("A run is under way");
  if (succeeded === "") return healthy("No run has succeeded yet");
  if (Date.parse(scheduled) > Date.parse(succeeded))
    return degraded(`The run of ${scheduled} has not succeeded; the last success was at ${succeeded}`);
  return healthy(`The run of ${scheduled} succeeded`);
};

/** Where autoscaling has stopped: the scale or the metric can't be read. `ScalingDisabled` is a choice (zero replicas). */
const isBroken = (condition: Condition): boolean =>
  (condition.type === "AbleToScale" || condition.type === "ScalingActive") &&
  isFalse(condition) &&
  /^(Failed|Invalid|Ambiguous)/.test(condition.reason);

const assessAutoscaler: Rule = (autoscaler) => {
  const conditions = conditionsOf(autoscaler);
  const broken = conditions.find(isBroken);
  if (broken) return degraded(describeCondition(broken));
  const able = findCondition(conditions, "AbleToScale");
  if (!isTrue(able) && !findCondition(conditions, "ScalingLimited")) return progressing("Waits to autoscale");
  return healthy(
    `Replicas: ${countAt(autoscaler, "status", "currentReplicas")}, desired: ${countAt(autoscaler, "status", "desiredReplicas")}`,
  );
};

export const batchRules: RuleTable = {
  batch: { Job: assessJob, CronJob: assessCronJob },
  autoscaling: { HorizontalPodAutoscaler: assessAutoscaler },
};
