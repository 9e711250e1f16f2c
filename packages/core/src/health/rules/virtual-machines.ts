// KubeVirt.
// Sources: kubevirt.io/api/core/v1/types.go, containerized-data-importer types; argo-cd, resource_customizations/{kubevirt,cdi.kubevirt}.io
import { conditionsOf, describeCondition, findCondition, isTrue } from "../conditions.ts";
import { at, isTrueAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, suspended } from "../verdict.ts";
import { createPhaseRule, firstOf } from "./shapes.ts";

const assessConditions: Rule = (object) => {
  const conditions = conditionsOf(object);
  const failure = findCondition(conditions, "Failure");
  if (isTrue(failure)) return degraded(describeCondition(failure));
  const paused = findCondition(conditions, "Paused");
  if (isTrue(paused)) return suspended(describeCondition(paused));
  return isTrue(findCondition(conditions, "Ready")) ? healthy("Running") : undefined;
};

const printable = createPhaseRule("printableStatus", {
  Healthy: "Running",
  Suspended: "Stopped|Paused|Halted",
  Degraded:
    "CrashLoopBackOff|ErrorUnschedulable|ErrImagePull|ImagePullBackOff|ErrorPvcNotFound|ErrorDataVolumeNotFound|DataVolumeError|Unknown",
  Progressing: "Starting|Stopping|Provisioning|Migrating|Terminating|WaitingForVolumeBinding|WaitingForReceiver",
});

/** A machine that is not ready and was not created was never started, or stopped. */
const assessMachine: Rule = (machine) => {
  if (at(machine, "status") === undefined) return progressing("Waits to be looked at");
  const early = assessConditions(machine);
  if (early) return early;
  if (textAt(machine, "status", "printableStatus") !== "") return printable(machine);
  const ready = findCondition(conditionsOf(machine), "Ready");
  if (isTrueAt(machine, "status", "created")) return progressing(describeCondition(ready) || "Starting");
  return ready ? suspended("Stopped") : progressing("Waits to be started");
};

/** An instance that has succeeded was shut down from within: there is nothing wrong, and nothing runs. */
const instancePhase = createPhaseRule("phase", {
  Suspended: "Succeeded",
  Degraded: "Failed|Unknown",
  Progressing: "Pending|Scheduling|Scheduled|Running|WaitingForSync",
});

const assessInstance: Rule = (instance) => {
  const phase = textAt(instance, "status", "phase");
  if (phase !== "" && phase !== "Running") return instancePhase(instance);
  const early = assessConditions(instance);
  if (early) return early;
  const ready = findCondition(conditionsOf(instance), "Ready");
  return progressing(describeCondition(ready) || "Waits to be started");
};

export const virtualMachineRules: RuleTable = {
  "kubevirt.io": { VirtualMachine: assessMachine, VirtualMachineInstance: assessInstance },
  "cdi.kubevirt.io": {
    DataVolume: firstOf(createPhaseRule("phase", { Healthy: "Succeeded", Degraded: "Failed|Unknown", Suspended: "Paused" }, "Progressing")),
  },
};
