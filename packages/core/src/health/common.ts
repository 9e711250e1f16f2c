// What is true of every object, whatever its kind.
import { countAt, listAt, numberAt, textAt, textOf } from "./read.ts";
import type { Rule } from "./rule.ts";
import { healthy, progressing } from "./verdict.ts";

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

/** A kind that no controller reports on: it is in force as soon as it is stored. */
export const assessStored: Rule = () => healthy("In force as soon as it is stored");
