// Reading conditions by their vocabulary. One verdict per condition that says something, then the one that counts.
import { type Condition, describeCondition, isTrue } from "../conditions.ts";
import { degraded, type Health, type HealthStatus, healthy, progressing, suspended } from "../verdict.ts";
import { splitWords, type Tone, toneOf, toneOfType } from "./words.ts";

/** The types that sum an object up, by their one word. `DatabaseReady` is a part, `Ready` the whole. */
const summaries: ReadonlySet<string> = new Set(
  "ready available healthy synced succeeded success successful complete completed finished established programmed accepted reconciled deployed valid".split(
    " ",
  ),
);

/** Summaries that are false until the end, so that "not yet" is no failure. */
const outcomes: ReadonlySet<string> = new Set(
  "succeeded success successful complete completed finished established reconciled deployed programmed available".split(" "),
);

const byTone: Readonly<Record<Tone, (message: string) => Health>> = { good: healthy, busy: progressing, paused: suspended, bad: degraded };

interface Reading {
  readonly health: Health;
  readonly isSummary: boolean;
}

const summaryWord = (type: string): string => {
  const words = splitWords(type);
  return words.length === 1 && summaries.has(words[0] ?? "") ? (words[0] ?? "") : "";
};

/** What a false positive condition says: its reason decides, else the start of its message; a summary that is silent about why has failed. */
const readFalse = (condition: Condition, summary: string): Health | undefined => {
  const tone = toneOf(condition.reason) ?? toneOfOpening(condition.message);
  const message = describeCondition(condition);
  if (tone && tone !== "good") return byTone[tone](message);
  if (summary === "") return undefined;
  return outcomes.has(summary) ? progressing(message) : degraded(message);
};

/** "Waiting for …", "Failed to …": a message tells by its first two words; further on stand names. */
const toneOfOpening = (message: string): Tone | undefined => toneOf(splitWords(message).slice(0, 2).join(" "));

const readPositive = (condition: Condition): Reading | undefined => {
  const summary = summaryWord(condition.type);
  const isSummary = summary !== "";
  if (isTrue(condition)) {
    const isContradicted = toneOf(condition.reason) === "bad";
    return { health: (isContradicted ? degraded : healthy)(describeCondition(condition)), isSummary };
  }
  if (condition.status === "False") {
    const health = readFalse(condition, summary);
    return health && { health, isSummary };
  }
  const tone = toneOf(condition.reason);
  return { health: (tone === "bad" ? degraded : progressing)(describeCondition(condition)), isSummary };
};

/** A condition that reports a state of its own: it speaks while it is True. `Progressing=True, NewReplicaSetAvailable` has ended, though. */
const readState = (condition: Condition, tone: "busy" | "paused" | "bad"): Reading | undefined => {
  if (!isTrue(condition)) return undefined;
  if (tone === "busy" && toneOf(condition.reason) === "good") return undefined;
  return { health: byTone[tone](describeCondition(condition)), isSummary: true };
};

const readOne = (condition: Condition): Reading | undefined => {
  const tone = toneOfType(condition.type);
  if (tone === undefined) return undefined;
  return tone === "good" ? readPositive(condition) : readState(condition, tone);
};

const precedence: readonly HealthStatus[] = ["Degraded", "Suspended", "Progressing", "Healthy"];

const pick = (readings: readonly Reading[]): Health | undefined => {
  for (const status of precedence) {
    const found = readings.find((reading) => reading.health.status === status);
    if (found) return found.health;
  }
  return undefined;
};

/** What the conditions say together, and whether one of them sums the object up; undefined where none says anything. */
export const readConditions = (conditions: readonly Condition[], generation: number): Reading | undefined => {
  const readings = conditions
    .map((condition) => (isStale(condition, generation) ? stale : readOne(condition)))
    .filter((reading) => reading !== undefined);
  const summing = readings.filter((reading) => reading.isSummary);
  const health = pick(summing.length > 0 ? summing : readings);
  return health && { health, isSummary: summing.length > 0 };
};

const stale: Reading = { health: progressing("The latest change has not been seen by the controller yet"), isSummary: true };

const isStale = (condition: Condition, generation: number): boolean =>
  condition.observedGeneration !== undefined && condition.observedGeneration < generation;
