// The rule for every kind that has none of its own.
import { conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import type { KubeObject } from "../../object/object.ts";
import { degraded, healthy, type Health, progressing } from "../verdict.ts";

/** The health of an object by the vocabulary that kinds share. */
export const assessGeneric = (object: KubeObject): Health => {
  const ready = findCondition(conditionsOf(object), "Ready");
  if (isTrue(ready)) return healthy(describeCondition(ready));
  if (isFalse(ready)) return degraded(describeCondition(ready));
  return ready ? progressing(describeCondition(ready)) : healthy("");
};
