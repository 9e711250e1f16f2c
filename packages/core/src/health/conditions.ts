// Conditions, the part of a status that most kinds share.
import { listAt, numberAt, textAt } from "./read.ts";

/** One entry of `status.conditions`. A field that is missing is "". `status` is "True", "False" or "Unknown", in whatever case it was written. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** How bad it is while it is False, where it says so: "Error", "Warning" or "Info" (Cluster API, Knative). */
  readonly severity: string;
  readonly observedGeneration?: number;
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();

const toCondition = (value: unknown): Condition => {
  const observedGeneration = numberAt(value, "observedGeneration");
  return {
    type: textAt(value, "type"),
    status: upperFirst(textAt(value, "status")),
    reason: textAt(value, "reason"),
    message: textAt(value, "message"),
    severity: textAt(value, "severity"),
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  };
};

/** The conditions in a list at a path (`status.conditions` unless said otherwise); empty where there are none. */
export const conditionsOf = (object: unknown, ...path: readonly string[]): readonly Condition[] =>
  listAt(object, ...(path.length === 0 ? ["status", "conditions"] : path))
    .filter((value) => typeof value === "object" && value !== null)
    .map(toCondition);

/** The condition of a type; undefined where the object has none. */
export const findCondition = (conditions: readonly Condition[], type: string): Condition | undefined =>
  conditions.find((condition) => condition.type === type);

export const isTrue = (condition: Condition | undefined): boolean => condition?.status === "True";
export const isFalse = (condition: Condition | undefined): boolean => condition?.status === "False";

/** What a condition says to a person: its message, else its reason, else what its type and status say. */
export const describeCondition = (condition: Condition | undefined): string => {
  if (!condition) return "";
  return condition.message || condition.reason || `${condition.type} is ${condition.status || "not set"}`;
};
