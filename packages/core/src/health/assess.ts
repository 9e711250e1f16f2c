// The entry of health: what is true of every object first, then the rule of its kind, then the vocabulary that kinds share.
import type { KubeObject } from "../object/object.ts";
import { assessGeneric } from "./generic/generic.ts";
import { countAt, listAt, numberAt, textAt, textOf } from "./read.ts";
import { createRuleLookup, type Rule } from "./rule.ts";
import { ruleTables } from "./rules/tables.ts";
import { type Health, progressing } from "./verdict.ts";

const findRule = createRuleLookup(ruleTables);

/**
 * The health of one live object, by what the object itself says.
 *
 * Order: being deleted → Progressing; its controller has not seen the latest change → Progressing; the rule of its group and kind;
 * the generic rule. Never Missing: that is for the caller, who knows that an object should exist and does not.
 * Errors: none (total); a field of an unexpected type reads as absent.
 * Source: argo-cd, gitops-engine/pkg/health/health.go, `GetResourceHealth`
 */
export const assessHealth = (object: KubeObject): Health =>
  assessDeletion(object) ?? assessStaleness(object) ?? findRule(object)?.(object) ?? assessGeneric(object);

/** Progressing where an object is on its way out, with what holds it; else undefined. */
export const assessDeletion: Rule = (object) => {
  if (textAt(object, "metadata", "deletionTimestamp") === "") return undefined;
  const finalizers = listAt(object, "metadata", "finalizers").map(textOf).join(", ");
  return progressing(finalizers === "" ? "Being deleted" : `Being deleted; waits for ${finalizers}`);
};

/** Progressing where the status speaks of an older spec than the object has; else undefined. A status without a generation is believed. */
export const assessStaleness: Rule = (object) => {
  const observed = numberAt(object, "status", "observedGeneration");
  if (observed === undefined || observed >= countAt(object, "metadata", "generation")) return undefined;
  return progressing("The latest change has not been seen by the controller yet");
};
