// The few shapes that most rules have, so that a rule for a kind is data: which field, which word means what.
import { conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { at, isTrueAt, textAt } from "../read.ts";
import type { Rule } from "../rule.ts";
import { degraded, type Health, type HealthStatus, healthy, progressing, suspended } from "../verdict.ts";

const waits = progressing("Waits for its controller to report a status");

/** Words of a phase by what they mean, parted by "|". Compared without regard to case. */
export type Words = Readonly<Partial<Record<HealthStatus, string>>>;

/**
 * A rule for a status that is one word in one field.
 *
 * A word that the table lacks means `otherwise`, or leaves the verdict to the next rule where that is not given; no word at all is Progressing.
 */
export const createPhaseRule = (path: string, words: Words, otherwise?: HealthStatus): Rule => {
  const steps = path.split(".");
  const meaning = new Map<string, HealthStatus>();
  for (const status of statuses) for (const word of (words[status] ?? "").split("|")) meaning.set(word.toLowerCase(), status);
  return (object) => {
    const word = textAt(object, "status", ...steps);
    const status = word === "" ? "Progressing" : (meaning.get(word.toLowerCase()) ?? otherwise);
    if (!status) return undefined;
    const detail = textAt(object, "status", "message") || textAt(object, "status", "reason");
    return word === "" ? waits : { status, message: detail === "" ? word : `${word}: ${detail}` };
  };
};

const statuses = ["Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"] as const;

/** How a condition is to be read where its being true means Healthy. */
export interface ConditionReading {
  /** What False means; Degraded unless given. */
  readonly whenFalse?: HealthStatus;
  /** Reasons that mean something else, whatever the condition's status. */
  readonly reasons?: Readonly<Record<string, HealthStatus>>;
}

/** A rule for kinds that one condition sums up: True is Healthy, False Degraded, Unknown and absent Progressing. */
export const createConditionRule =
  (type: string, { whenFalse = "Degraded", reasons = {} }: ConditionReading = {}): Rule =>
  (object) => {
    const condition = findCondition(conditionsOf(object), type);
    if (!condition) return waits;
    const message = describeCondition(condition);
    const byReason = Object.hasOwn(reasons, condition.reason) ? reasons[condition.reason] : undefined;
    if (byReason) return { status: byReason, message };
    if (isTrue(condition)) return healthy(message);
    return isFalse(condition) ? { status: whenFalse, message } : progressing(message);
  };

/** A rule for kinds all of whose conditions are positive: one that is False is Degraded, one that is Unknown Progressing. */
export const assessAllTrue: Rule = (object) => {
  const conditions = conditionsOf(object);
  if (conditions.length === 0) return waits;
  const failed = conditions.find(isFalse);
  if (failed) return degraded(`${failed.type}: ${describeCondition(failed)}`);
  const open = conditions.find((condition) => !isTrue(condition));
  return open ? progressing(`${open.type}: ${describeCondition(open)}`) : healthy(describeCondition(conditions.at(-1)));
};

/** A rule that says Degraded where a condition of one of the types is True; for "Failed", "HasErrors" and the like, before other rules. */
export const createFailureRule =
  (...types: readonly string[]): Rule =>
  (object) => {
    const failure = conditionsOf(object).find((condition) => types.includes(condition.type) && isTrue(condition));
    return failure && degraded(describeCondition(failure));
  };

/** A rule that says Suspended where a field of the spec is true. */
export const createPauseRule =
  (...path: readonly string[]): Rule =>
  (object) =>
    isTrueAt(object, "spec", ...path) ? suspended(`Set aside by .spec.${path.join(".")}`) : undefined;

/** The first verdict that one of the rules has. */
export const firstOf =
  (...rules: readonly Rule[]): Rule =>
  (object) => {
    for (const rule of rules) {
      const verdict = rule(object);
      if (verdict) return verdict;
    }
    return undefined;
  };

/** Progressing while the object has no status at all, or an empty one. */
export const assessNoStatus: Rule = (object): Health | undefined => {
  const status = at(object, "status");
  const isNothing = status === undefined || status === null || (typeof status === "object" && Object.keys(status).length === 0);
  return isNothing ? waits : undefined;
};

/** The same rule for several kinds. */
export const forKinds = (kinds: string, rule: Rule): Readonly<Record<string, Rule>> =>
  Object.fromEntries(kinds.split(" ").map((kind) => [kind, rule]));
