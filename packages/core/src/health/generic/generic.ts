// The rule for every kind that has none of its own: what paused fields, errors, conditions, phases and counts say in the words that kinds share.
import type { KubeObject } from "../../object/object.ts";
import { conditionsOf, findCondition } from "../conditions.ts";
import { at, countAt, isEmpty, isTrueAt, textAt } from "../read.ts";
import { degraded, type Health, healthy, progressing, suspended } from "../verdict.ts";
import { readConditions } from "./conditions.ts";
import { readPhase } from "./phase.ts";

const pauseFields = ["suspend", "suspended", "paused", "pause"] as const;

const assessPause = (object: KubeObject): Health | undefined => {
  const field = pauseFields.find((name) => isTrueAt(object, "spec", name));
  return field && suspended(`Set aside by .spec.${field}`);
};

const errorFields = ["failureMessage", "errorMessage", "errMsg", "error", "failureReason", "lastError"] as const;

const assessError = (object: KubeObject): Health | undefined => {
  const text = errorFields.map((name) => textAt(object, "status", name)).find((message) => message !== "" && message !== "false");
  return text === undefined ? undefined : degraded(text);
};

/** The health of an object by the vocabulary that kinds share. Total: an object without any telling word gets a verdict too. */
export const assessGeneric = (object: KubeObject): Health => {
  const paused = assessPause(object);
  if (paused) return paused;
  const status = object["status"];
  if (isEmpty(status)) return progressing("Waits for its controller to report a status");
  return assessError(object) ?? assessWords(object) ?? assessReplicas(object) ?? assessRest(object);
};

/** Conditions and phase together: a summing condition outweighs the phase, unless it leaves open why it is false and the phase tells. */
const assessWords = (object: KubeObject): Health | undefined => {
  const read = readConditions(conditionsOf(object), countAt(object, "metadata", "generation"));
  const phase = readPhase(object);
  if (!read) return phase;
  if (!phase) return read.health;
  return read.isSummary ? read.health : phase;
};

const assessReplicas = (object: KubeObject): Health | undefined => {
  if (at(object, "status", "readyReplicas") === undefined) return undefined;
  const wanted = countAt(object, "spec", "replicas") || countAt(object, "status", "replicas");
  const ready = countAt(object, "status", "readyReplicas");
  return ready < wanted ? progressing(`${ready} of ${wanted} ready`) : healthy(`${ready} of ${wanted} ready`);
};

/** A status that has conditions, or a place for them, yet none that we know, is not done; any other status is believed to be well. */
const assessRest = (object: KubeObject): Health =>
  at(object, "status", "conditions") === undefined || findCondition(conditionsOf(object), "")
    ? healthy("")
    : progressing("Waits for its controller to report a condition");
