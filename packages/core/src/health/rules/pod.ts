// A Pod: what its phase says, and below it what the containers say.
// Source: argo-cd, gitops-engine/pkg/health/health_pod.go; two departures, marked below.
import { conditionsOf, findCondition, isTrue } from "../conditions.ts";
import { at, countAt, isTrueAt, listAt, numberAt, textAt } from "../read.ts";
import type { Rule } from "../rule.ts";
import { degraded, healthy, progressing, unknown, type Health } from "../verdict.ts";

/** Why a container waits, where waiting does not end by itself: `ErrImagePull`, `CreateContainerConfigError`, `CrashLoopBackOff`, `InvalidImageName`. */
const isStuck = (reason: string): boolean =>
  reason.startsWith("Err") ||
  reason.startsWith("Invalid") ||
  reason.endsWith("Error") ||
  reason.endsWith("BackOff") ||
  reason === "ErrImageNeverPull";

const containersOf = (pod: unknown): readonly unknown[] => [
  ...listAt(pod, "status", "initContainerStatuses"),
  ...listAt(pod, "status", "containerStatuses"),
];

const waitingText = (container: unknown): string => {
  const { reason, message } = {
    reason: textAt(container, "state", "waiting", "reason"),
    message: textAt(container, "state", "waiting", "message"),
  };
  if (reason === "") return "";
  return `Container ${textAt(container, "name")} waits: ${reason}${message === "" ? "" : `: ${message}`}`;
};

const exitText = (container: unknown, state: "state" | "lastState"): string => {
  const ended = at(container, state, "terminated");
  if (ended === undefined) return "";
  return `Container ${textAt(container, "name")} ended with ${causeOf(ended)}`;
};

/** How a container ended: `exit code 137 (OOMKilled): TEXT`; "" where it has not. */
const causeOf = (ended: unknown): string => {
  if (ended === undefined) return "";
  const reason = textAt(ended, "reason");
  const message = textAt(ended, "message").trim();
  const code = `exit code ${numberAt(ended, "exitCode") ?? "unknown"}`;
  return `${code}${reason === "" || reason === "Error" ? "" : ` (${reason})`}${message === "" ? "" : `: ${message}`}`;
};

/** Departure: Argo CD looks at the app containers only, so that a Pod whose init container crashes for ever stays Progressing. */
const assessStuck = (pod: unknown): Health | undefined => {
  const stuck = containersOf(pod).filter((container) => isStuck(textAt(container, "state", "waiting", "reason")));
  if (stuck.length === 0) return undefined;
  return degraded(stuck.map((container) => withExit(waitingText(container), container)).join("; "));
};

/** Behind "CrashLoopBackOff" stands the exit that made it. */
const withExit = (sentence: string, container: unknown): string => {
  const cause = causeOf(at(container, "lastState", "terminated"));
  return cause === "" ? sentence : `${sentence}; it last ended with ${cause}, after ${countText(container)}`;
};

const countText = (container: unknown): string => {
  const count = countAt(container, "restartCount");
  return count === 1 ? "1 restart" : `${count} restarts`;
};

const assessPending = (pod: unknown): Health => {
  const scheduled = findCondition(conditionsOf(pod), "PodScheduled");
  if (scheduled?.reason === "Unschedulable") return progressing(`Can't be scheduled: ${scheduled.message}`);
  if (listAt(pod, "spec", "schedulingGates").length > 0) return progressing("Held by a scheduling gate");
  const waiting = containersOf(pod)
    .map(waitingText)
    .find((text) => text !== "");
  return progressing(waiting ?? (textAt(pod, "status", "message") || "Waits to be started"));
};

const assessFailed = (pod: unknown): Health => {
  const reason = textAt(pod, "status", "reason");
  const message =
    textAt(pod, "status", "message") ||
    containersOf(pod)
      .map(failedExit)
      .find((text) => text !== "");
  return degraded([reason, message ?? ""].filter((part) => part !== "").join(": ") || "The Pod failed");
};

const failedExit = (container: unknown): string =>
  countAt(container, "state", "terminated", "exitCode") === 0 ? "" : exitText(container, "state");

const assessRunning = (pod: unknown, restartsAlways: boolean): Health => {
  const containers = listAt(pod, "status", "containerStatuses");
  const ready = containers.filter((container) => isTrueAt(container, "ready")).length;
  if (!restartsAlways) return progressing("Running; expected to end by itself");
  if (isTrue(findCondition(conditionsOf(pod), "Ready"))) return healthy("Running and ready");
  const restarted = containers.find((container) => at(container, "lastState", "terminated") !== undefined);
  if (restarted) return degraded(`${exitText(restarted, "lastState")} and is not ready after ${countText(restarted)}`);
  return progressing(`${ready} of ${containers.length} containers ready`);
};

/**
 * The health of a Pod.
 *
 * A Pod that is to end by itself (restartPolicy Never or OnFailure) is Progressing while it runs: hooks and Jobs wait for that.
 */
export const assessPod: Rule = (pod) => {
  const restartsAlways = (textAt(pod, "spec", "restartPolicy") || "Always") === "Always";
  const stuck = restartsAlways ? assessStuck(pod) : undefined;
  if (stuck) return stuck;
  switch (textAt(pod, "status", "phase")) {
    case "Pending":
    case "":
      return assessPending(pod);
    case "Succeeded":
      return healthy("Completed");
    case "Failed":
      return assessFailed(pod);
    case "Running":
      return assessRunning(pod, restartsAlways);
    default:
      return unknown("The state of the Pod could not be obtained; its node may be gone");
  }
};
