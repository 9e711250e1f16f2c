// The verdict that kstatus gives: the library that Flux, kpt and cli-utils wait by. A second opinion, in its own words.
// Source: kubernetes-sigs/cli-utils, pkg/kstatus/status/{status,generic}.go @v0.37.2
import type { KubeObject } from "../../object/object.ts";
import { groupOf } from "../../object/object.ts";
import { type Condition, conditionsOf, findCondition, isFalse, isTrue } from "../conditions.ts";
import { numberAt, textAt } from "../read.ts";
import { builtInRules } from "./built-in.ts";
import { type Kstatus, current, failed, inProgress, terminating } from "./status.ts";

/** A status that is older than the spec, and the two conditions of kstatus's own proposal: `Reconciling` and `Stalled`. */
const assessCommon = (object: KubeObject, conditions: readonly Condition[]): Kstatus | undefined => {
  if (textAt(object, "metadata", "deletionTimestamp") !== "") return terminating("Resource scheduled for deletion");
  const generation = numberAt(object, "metadata", "generation");
  const observed = numberAt(object, "status", "observedGeneration");
  if (generation !== undefined && observed !== undefined && observed !== generation)
    return inProgress(`${object.kind} generation is ${generation}, but latest observed generation is ${observed}`);
  const telling = conditions.find(({ type, status }) => status === "True" && (type === "Reconciling" || type === "Stalled"));
  if (!telling) return undefined;
  return telling.type === "Stalled" ? failed(telling.message) : inProgress(telling.message);
};

/** The rule for the kinds that the library does not know: `Ready`, where there is one. */
const assessReady = (conditions: readonly Condition[]): Kstatus => {
  const ready = findCondition(conditions, "Ready");
  if (!ready || isTrue(ready)) return current("Resource is current");
  return isFalse(ready) || ready.status === "Unknown" ? inProgress(ready.message) : current("Resource is current");
};

/**
 * What kstatus says about one live object. Never NotFound: that is for the caller, who knows that it should exist.
 *
 * Errors: none (total); where the library fails on a field of an unexpected type, the field reads as absent here.
 */
export const assessKstatus = (object: KubeObject): Kstatus => {
  const conditions = conditionsOf(object);
  const rule = builtInRules[`${groupOf(object.apiVersion)}/${object.kind}`];
  return assessCommon(object, conditions) ?? (rule ? rule(object) : assessReady(conditions));
};
