// The verdict that kstatus gives: the library that Flux, kpt and cli-utils wait by. A second opinion, in its own words.
// Source: kubernetes-sigs/cli-utils, pkg/kstatus/status/{status,generic}.go @v0.37.2
import type { KubeObject } from "../../object/object.ts";
import { groupOf } from "../../object/object.ts";
import { type Condition, conditionsOf, describeCondition } from "../conditions.ts";
import { numberAt, textAt } from "../read.ts";
import { builtInRules } from "./built-in.ts";
import { type Kstatus, current, failed, inProgress, terminating } from "./status.ts";

/** A status that is older than the spec, and the two conditions of kstatus's own proposal: `Reconciling` and `Stalled`. */
const assessCommon = (object: KubeObject, conditions: readonly Condition[]): Kstatus | undefined => {
  if (textAt(object, "metadata", "deletionTimestamp") !== "") return terminating("Being deleted");
  const generation = numberAt(object, "metadata", "generation");
  const observed = numberAt(object, "status", "observedGeneration");
  if (generation !== undefined && observed !== undefined && observed !== generation)
    return inProgress(`The controller has seen generation ${observed}, and the object is at ${generation}`);
  const telling = conditions.find(({ type, status }) => status === "True" && (type === "Reconciling" || type === "Stalled"));
  if (!telling) return undefined;
  return (telling.type === "Stalled" ? failed : inProgress)(describeCondition(telling));
};

/** The rule for the kinds that the library does not know: the first `Ready` that tells, where there is one. */
const assessReady = (conditions: readonly Condition[]): Kstatus => {
  const ready = conditions.find(({ type, status }) => type === "Ready" && ["True", "False", "Unknown"].includes(status));
  if (!ready) return current("Nothing says that it is not as it should be");
  return (ready.status === "True" ? current : inProgress)(describeCondition(ready));
};

/**
 * What kstatus says about one live object, at a time in milliseconds since 1970. Never NotFound: that is for the caller, who knows that it should exist.
 *
 * Errors: none (total); where the library fails on a field of an unexpected type, the field reads as absent here, and a Pod's phase as Unknown.
 */
export const assessKstatus = (object: KubeObject, nowMs: number): Kstatus => {
  const conditions = conditionsOf(object);
  const rule = builtInRules[`${groupOf(object.apiVersion)}/${object.kind}`];
  return assessCommon(object, conditions) ?? (rule ? rule(object, nowMs) : assessReady(conditions));
};
