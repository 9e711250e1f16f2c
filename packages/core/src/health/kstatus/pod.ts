// A Pod in kstatus's words.
// Source: kubernetes-sigs/cli-utils, pkg/kstatus/status/core.go @v0.37.2, `podConditions`
import type { KubeObject } from "../../object/object.ts";
import { conditionsOf, findCondition, isTrue } from "../conditions.ts";
import { listAt, textAt } from "../read.ts";
import { type Kstatus, current, failed, inProgress } from "./status.ts";

/** The containers that wait in a crash loop, as kstatus names them; "" where there is none. */
const crashLooping = (pod: unknown): string =>
  listAt(pod, "status", "containerStatuses")
    .filter((container) => textAt(container, "state", "waiting", "reason") === "CrashLoopBackOff")
    .map((container) => textAt(container, "name"))
    .join(",");

/** Unschedulable is InProgress: the library gives a Pod 15 seconds before it says Failed, which needs a clock; a person sees the reason either way. */
const assessPending = (pod: unknown): Kstatus => {
  const scheduled = findCondition(conditionsOf(pod), "PodScheduled");
  return inProgress(scheduled?.reason === "Unschedulable" ? "Pod could not be scheduled" : "Pod is in the Pending phase");
};

const assessRunning = (pod: unknown): Kstatus => {
  if (isTrue(findCondition(conditionsOf(pod), "Ready"))) return current("Pod is Ready");
  const names = crashLooping(pod);
  return names === "" ? inProgress("Pod is running but is not Ready") : failed(`Containers in CrashLoop state: ${names}`);
};

/** What kstatus says about a Pod. */
export const assessPodKstatus = (pod: KubeObject): Kstatus => {
  switch (textAt(pod, "status", "phase")) {
    case "Succeeded":
      return current("Pod has completed successfully");
    case "Failed":
      return failed("Pod has completed, but not successfully");
    case "Running":
      return assessRunning(pod);
    case "Pending":
      return assessPending(pod);
    case "":
      return inProgress("Pod phase not available");
    default:
      return { status: "Unknown", message: `unknown phase ${textAt(pod, "status", "phase")}` };
  }
};
