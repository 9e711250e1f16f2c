// The rule for every kind that has none of its own: what paused fields, errors, conditions, phases and counts say in the words that kinds share.
import type { KubeObject } from "../../object/object.ts";
import { conditionsOf } from "../conditions.ts";
import { at, countAt, fieldsAt, isBlank, isTrueAt, listAt, numberAt, textAt, textOf } from "../read.ts";
import { degraded, type Health, healthy, progressing, suspended, worstHealth } from "../verdict.ts";
import { type ConditionContext, readConditions, type Reading } from "./conditions.ts";
import { endingKind, readPhase } from "./phase.ts";

const pauseFields = ["suspend", "suspended", "paused", "pause"] as const;

/** Where a spec may hold one of these fields. */
const pausePaths = [["spec"], ["spec", "updateStrategy"], ["spec", "updateStrategy", "rollingUpdate"]] as const;

/** `crossplane.io/paused: "true"`, `cluster.x-k8s.io/paused: ""`, `cnpg.io/reconciliationLoop: disabled`. */
const isPausing = (annotation: string, value: string): boolean => {
  const name = annotation.slice(annotation.indexOf("/") + 1).toLowerCase();
  if (/^(?:paused?|pause-reconciliation|suspend(?:ed)?)$/.test(name)) return value !== "false";
  return /^reconcil\w*$/.test(name) && /^(?:disabled|paused|false)$/.test(value);
};

const assessPause = (object: KubeObject): Health | undefined => {
  for (const path of pausePaths) {
    const field = pauseFields.find((name) => isTrueAt(object, ...path, name));
    if (field) return suspended(`Set aside by .${[...path, field].join(".")}`);
  }
  const annotation = Object.entries(fieldsAt(object, "metadata", "annotations")).find(([name, value]) => isPausing(name, textOf(value)));
  return annotation && suspended(`Set aside by the annotation ${annotation[0]}`);
};

/** Where conditions stand: in the status, or one level down, as old Crossplane kinds and Kyverno's new policies have it. */
const conditionPaths = [
  ["status", "conditions"],
  ["status", "conditionedStatus", "conditions"],
  ["status", "conditionStatus", "conditions"],
] as const;

const contextOf = (object: KubeObject): ConditionContext => ({
  generation: countAt(object, "metadata", "generation"),
  isEnding: endingKind.test(object.kind),
});

const entryLists = ["parents", "ancestors"] as const;

/** Conditions that stand per parent or ancestor, as routes and policies of the Gateway API have them: the worst entry counts. */
const readEntries = (object: KubeObject): Reading | undefined => {
  const entries = entryLists.flatMap((name) => listAt(object, "status", name));
  const readings = entries.map((entry) => readConditions(conditionsOf(entry, "conditions"), contextOf(object)));
  const verdicts = readings.flatMap((reading) => (reading ? [reading.health] : []));
  return verdicts.length === 0 ? undefined : { health: worstHealth(verdicts), isSummary: true };
};

const errorFields = ["failureMessage", "errorMessage", "errMsg", "error", "failureReason", "lastError"] as const;

const assessError = (object: KubeObject): Health | undefined => {
  const text = errorFields
    .map((name) => textAt(object, "status", name) || textAt(object, "status", name, "message"))
    .find((message) => message !== "" && message !== "false");
  return text === undefined ? undefined : degraded(text);
};

/** The health of an object by the vocabulary that kinds share. Total: an object without any telling word gets a verdict too. */
export const assessGeneric = (object: KubeObject): Health =>
  assessPause(object) ?? assessError(object) ?? assessWords(object) ?? assessReplicas(object) ?? assessRest(object);

/** Conditions and phase together: a condition that sums the object up outweighs the phase, the phase outweighs conditions of parts. */
const assessWords = (object: KubeObject): Health | undefined => {
  const conditions = conditionPaths.flatMap((path) => conditionsOf(object, ...path));
  const read = readConditions(conditions, contextOf(object)) ?? readEntries(object);
  const phase = readPhase(object);
  if (!read || !phase) return phase ?? read?.health;
  if (!read.isSummary) return phase;
  return read.isGuess && phase.status !== "Healthy" ? phase : read.health;
};

const counters = ["replicas", "readyReplicas", "availableReplicas"] as const;

const assessReplicas = (object: KubeObject): Health | undefined => {
  if (counters.every((name) => at(object, "status", name) === undefined)) return undefined;
  const wanted = numberAt(object, "spec", "replicas") ?? countAt(object, "status", "replicas");
  const ready = numberAt(object, "status", "readyReplicas") ?? countAt(object, "status", "availableReplicas");
  return ready < wanted ? progressing(`${ready} of ${wanted} ready`) : healthy(`${ready} of ${wanted} ready`);
};

/** Fields that say when or at which version the controller looked, and not what it found. */
const bookkeeping = /^(?:observedGeneration|version|revision|hash|selector|expected[A-Z].*|last[A-Z].*)$/;

/** No telling word at all. A status that says nothing yet, or has conditions that we do not know, is on its way; any other is believed to be well. */
const assessRest = (object: KubeObject): Health => {
  const told = Object.entries(fieldsAt(object, "status")).filter(([name, value]) => !bookkeeping.test(name) && !isBlank(value));
  if (told.length === 0) return progressing("Waits for its controller to report a status");
  if (at(object, "status", "conditions") === undefined) return healthy("Its controller has reported, and names no trouble");
  return progressing("Waits for its controller to report whether it is ready");
};
