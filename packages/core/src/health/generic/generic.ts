// The rule for every kind that has none of its own: what paused fields, errors, conditions, phases and counts say in the words that kinds share.
import type { KubeObject } from "../../object/object.ts";
import { conditionsOf } from "../conditions.ts";
import { at, countAt, isBlank, isTrueAt, listAt, numberAt, textAt } from "../read.ts";
import { degraded, type Health, healthy, progressing, suspended, worstHealth } from "../verdict.ts";
import { readConditions, type Reading } from "./conditions.ts";
import { readPhase } from "./phase.ts";

const pauseFields = ["suspend", "suspended", "paused", "pause"] as const;

const assessPause = (object: KubeObject): Health | undefined => {
  const field = pauseFields.find((name) => isTrueAt(object, "spec", name));
  return field && suspended(`Set aside by .spec.${field}`);
};

/** Where conditions stand: in the status, or one level down, as old Crossplane kinds and Kyverno's new policies have it. */
const conditionPaths = [
  ["status", "conditions"],
  ["status", "conditionedStatus", "conditions"],
  ["status", "conditionStatus", "conditions"],
] as const;

const entryLists = ["parents", "ancestors"] as const;

/** Conditions that stand per parent or ancestor, as routes and policies of the Gateway API have them: the worst entry counts. */
const readEntries = (object: KubeObject): Reading | undefined => {
  const generation = countAt(object, "metadata", "generation");
  const entries = entryLists.flatMap((name) => listAt(object, "status", name));
  const readings = entries.map((entry) => readConditions(conditionsOf(entry, "conditions"), generation));
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
  const read = readConditions(conditions, countAt(object, "metadata", "generation")) ?? readEntries(object);
  const phase = readPhase(object);
  if (!read || !phase) return phase ?? read?.health;
  if (!read.isSummary) return phase;
  return read.isGuess && phase.status !== "Healthy" ? phase : read.health;
};

const assessReplicas = (object: KubeObject): Health | undefined => {
  if (at(object, "status", "readyReplicas") === undefined) return undefined;
  const wanted = numberAt(object, "spec", "replicas") ?? countAt(object, "status", "replicas");
  const ready = countAt(object, "status", "readyReplicas");
  return ready < wanted ? progressing(`${ready} of ${wanted} ready`) : healthy(`${ready} of ${wanted} ready`);
};

/** No telling word at all. A status that says nothing yet, or has conditions that we do not know, is on its way; any other is believed to be well. */
const assessRest = (object: KubeObject): Health => {
  if (isBlank(object["status"])) return progressing("Waits for its controller to report a status");
  if (at(object, "status", "conditions") === undefined) return healthy("Its controller has reported, and names no trouble");
  return progressing("Waits for its controller to report whether it is ready");
};
