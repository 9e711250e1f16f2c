// OpenKruise: workloads whose rollouts can be paused or held at a partition, which is Suspended since a person has to go on.
// Sources: openkruise.io/docs/user-manuals; argo-cd, resource_customizations/{apps,rollouts,game}.kruise.io
import { at, countAt, isTrueAt, listAt, numberAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, type Health, healthy, progressing, suspended, unknown } from "../verdict.ts";
import { createPhaseRule } from "./shapes.ts";

const isSeen = (object: unknown): boolean =>
  at(object, "status", "observedGeneration") !== undefined &&
  countAt(object, "metadata", "generation") === countAt(object, "status", "observedGeneration");

/** What differs between the kinds. */
interface Rollout {
  /** Where `paused` and `partition` stand below the spec. */
  readonly strategy: readonly string[];
  /** The count that an update raises; missing while the update has not begun. */
  readonly updated: string;
  readonly total: string;
  /** The count that has to reach `total`. */
  readonly available: string;
}

const waits = progressing("Waits to be initialized");

const partitionOf = (object: unknown, { strategy }: Rollout): number => numberAt(object, "spec", ...strategy, "partition") ?? 0;

/** A rollout that is to be held at a partition: under way, or held, since everything above the partition is done. */
const assessHeld = (object: unknown, rollout: Rollout): Health | undefined => {
  const partition = partitionOf(object, rollout);
  if (partition === 0 || countAt(object, "metadata", "generation") <= 1) return undefined;
  const goal = numberAt(object, "status", "expectedUpdatedReplicas") ?? countAt(object, "status", rollout.total) - partition;
  const done = numberAt(object, "status", "updatedReplicas") ?? countAt(object, "status", rollout.updated);
  return done >= goal ? suspended(`Held at partition ${partition}: ${done} updated`) : progressing(`${done} of ${goal} updated`);
};

const createRolloutRule =
  (rollout: Rollout): Rule =>
  (object) => {
    if (!isSeen(object)) return waits;
    if (isTrueAt(object, "spec", ...rollout.strategy, "paused")) return suspended("The rollout is paused");
    const held = assessHeld(object, rollout);
    if (held) return held;
    const [total, available, updated] = [rollout.total, rollout.available, rollout.updated].map((name) => countAt(object, "status", name));
    if (available === total && updated === total) return healthy(`${available} of ${total} updated and available`);
    return degraded(`${available} of ${total} available, ${updated} updated`);
  };

const updatedAvailable = { updated: "updatedAvailableReplicas", total: "replicas", available: "updatedAvailableReplicas" };

const assessAdvancedCronJob: Rule = (object) => {
  if (isTrueAt(object, "spec", "paused")) return suspended("No new runs are started");
  if (at(object, "status") === undefined) return progressing("Waits for its first run");
  if (listAt(object, "status", "active").length > 0) return progressing("A run is under way");
  return textAt(object, "status", "lastScheduleTime") === "" ? degraded("No run was started yet") : healthy("The last run has ended");
};

const assessRollout: Rule = (object) => {
  if (!isSeen(object)) return waits;
  const step =
    textAt(object, "status", "canaryStatus", "currentStepState") || textAt(object, "status", "blueGreenStatus", "currentStepState");
  if (step === "StepPaused") return suspended("Paused at a step: a person has to go on");
  return rolloutPhase(object);
};

const rolloutPhase = createPhaseRule("phase", {
  Healthy: "Healthy",
  Suspended: "Disabled",
  Progressing: "Initial|Progressing|Disabling|Terminating",
});

const assessGameServerSet: Rule = (object) => {
  if (!isSeen(object)) return waits;
  if (isTrueAt(object, "spec", "updateStrategy", "rollingUpdate", "paused")) return suspended("The GameServerSet is paused");
  const partition = partitionOf(object, { ...updatedAvailable, strategy: ["updateStrategy", "rollingUpdate"] });
  const [total, ready, updated] = ["replicas", "readyReplicas", "updatedReadyReplicas"].map((name) => countAt(object, "status", name));
  if (partition > 0 && countAt(object, "status", "updatedReplicas") >= (total ?? 0) - partition)
    return suspended(`Held at partition ${partition}`);
  return ready === total && updated === total
    ? healthy(`${ready} of ${total} updated and ready`)
    : progressing(`${ready} of ${total} ready`);
};

/** Pods of a game server report conditions of their own, such as KruisePodReady. */
const assessGameServer: Rule = (object) => {
  const [current, desired] = [textAt(object, "status", "currentState"), textAt(object, "status", "desiredState")];
  if (current === "") return unknown("Waits to be looked at");
  const failed = listAt(object, "status", "podStatus", "conditions").find((condition) => textAt(condition, "status") === "False");
  if (current === desired && failed) return degraded(`The Pod is not ready: ${textAt(failed, "type")}`);
  if (/crash|error|fail/i.test(current)) return degraded(`The game server is ${current}`);
  return current === desired ? healthy(`The game server is ${current}`) : progressing(`On its way from ${current} to ${desired}`);
};

export const kruiseRules: RuleTable = {
  "apps.kruise.io": {
    CloneSet: createRolloutRule({ strategy: ["updateStrategy"], ...updatedAvailable }),
    StatefulSet: createRolloutRule({ strategy: ["updateStrategy", "rollingUpdate"], ...updatedAvailable }),
    DaemonSet: createRolloutRule({
      strategy: ["updateStrategy", "rollingUpdate"],
      updated: "updatedNumberScheduled",
      total: "desiredNumberScheduled",
      available: "numberAvailable",
    }),
    AdvancedCronJob: assessAdvancedCronJob,
    BroadcastJob: createPhaseRule("phase", { Healthy: "completed", Progressing: "running", Degraded: "failed", Suspended: "paused" }),
  },
  "rollouts.kruise.io": { Rollout: assessRollout },
  "game.kruise.io": { GameServerSet: assessGameServerSet, GameServer: assessGameServer },
};
