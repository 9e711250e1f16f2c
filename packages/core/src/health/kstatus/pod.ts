// A Pod in kstatus's words.
// Source: kubernetes-sigs/cli-utils, pkg/kstatus/status/core.go @v0.37.2, `podConditions`
import { conditionsOf, findCondition, isTrue } from "../conditions.ts";
import { listAt, textAt } from "../read.ts";
import { type Kstatus, type KstatusRule, current, failed, inProgress } from "./status.ts";

/** How long a Pod may stay without a node before that counts as a failure. */
const scheduleWindowMs = 15_000;

const assessPending = (pod: unknown, nowMs: number): Kstatus => {
  const scheduled = findCondition(conditionsOf(pod), "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.reason !== "Unschedulable") return inProgress("Waits to be started");
  const createdMs = Date.parse(textAt(pod, "metadata", "creationTimestamp"));
  const isYoung = nowMs - createdMs < scheduleWindowMs;
  return (isYoung ? inProgress : failed)(`Can't be scheduled: ${scheduled.message}`);
};

const assessRunning = (pod: unknown): Kstatus => {
  if (isTrue(findCondition(conditionsOf(pod), "Ready"))) return current("Running and ready");
  const looping = listAt(pod, "status", "containerStatuses")
    .filter((container) => textAt(container, "state", "waiting", "reason") === "CrashLoopBackOff")
    .map((container) => textAt(container, "name"))
    .filter((name) => name !== "");
  return looping.length === 0 ? inProgress("Running and not ready yet") : failed(`In a crash loop: ${looping.join(", ")}`);
};

/** What kstatus says about a Pod. One that failed is Current all the same: nothing more will happen to it. */
export const assessPodKstatus: KstatusRule = (pod, nowMs) => {
  const phase = textAt(pod, "status", "phase");
  switch (phase) {
    case "Succeeded":
      return current("Completed");
    case "Failed":
      return current("Ended with a failure");
    case "Running":
      return assessRunning(pod);
    case "Pending":
      return assessPending(pod, nowMs);
    case "":
      return inProgress("Not looked at by the kubelet yet");
    default:
      return { status: "Unknown", message: `The phase ${phase} is not known` };
  }
};
