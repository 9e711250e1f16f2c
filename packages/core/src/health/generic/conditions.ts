// Reading conditions by their vocabulary. One verdict per condition that says something, then the one that counts.
import { type Condition, describeCondition, isFalse, isTrue } from "../conditions.ts";
import { degraded, type Health, type HealthStatus, healthy, progressing, suspended } from "../verdict.ts";
import { readName, splitWords, type Tone, toneOf, toneOfType } from "./words.ts";

/** The types that sum an object up, by their one word. `DatabaseReady` is a part, `Ready` the whole. */
const summaries: ReadonlySet<string> = new Set(
  "ready available healthy synced succeeded success successful complete completed finished done established programmed accepted reconciled deployed installed valid".split(
    " ",
  ),
);

/** Summaries that are false until the end, so that "not yet" is no failure. */
const outcomes: ReadonlySet<string> = new Set(
  "succeeded success successful complete completed finished done established reconciled deployed programmed available".split(" "),
);

const byTone: Readonly<Record<Tone, (message: string) => Health>> = { good: healthy, busy: progressing, paused: suspended, bad: degraded };

/** What conditions say, and whether that is about the object as a whole. */
export interface Reading {
  readonly health: Health;
  readonly isSummary: boolean;
  /** The condition does not say why it is false, so that a phase which does may be believed instead. */
  readonly isGuess?: boolean;
}

const summaryWord = (type: string): string => {
  const words = splitWords(type);
  return words.length === 1 && summaries.has(words[0] ?? "") ? (words[0] ?? "") : "";
};

/** The tone of a text unless it is good or only repeats that the condition is false, as `NotReady` does. */
const complaintOf = (text: string): Tone | undefined => {
  const said = readName(text);
  return said === undefined || said.isDenial || said.tone === "good" ? undefined : said.tone;
};

/** "Waiting for …", "Failed to …": a message tells by its first two words; further on stand names. */
const openingOf = (message: string): string => splitWords(message).slice(0, 2).join(" ");

/** What a positive condition says by being false: its reason decides, else the start of its message; where both are silent nothing has failed yet. */
const readFalse = (condition: Condition, summary: string): Reading => {
  if (condition.severity === "Error") return { health: degraded(describeCondition(condition)), isSummary: summary !== "" };
  const tone = complaintOf(condition.reason) ?? complaintOf(openingOf(condition.message));
  const message = describeCondition(condition);
  const isSummary = summary !== "";
  if (tone) return { health: byTone[tone](message), isSummary };
  const isSilent = condition.reason === "" && condition.message === "";
  const isOpen = !isSummary || outcomes.has(summary) || isSilent;
  return { health: isOpen ? progressing(message) : degraded(message), isSummary, isGuess: true };
};

const readPositive = (condition: Condition): Reading | undefined => {
  const summary = summaryWord(condition.type);
  const isSummary = summary !== "";
  if (isTrue(condition)) {
    const isContradicted = toneOf(condition.reason) === "bad";
    return { health: (isContradicted ? degraded : healthy)(describeCondition(condition)), isSummary };
  }
  if (isFalse(condition)) return readFalse(condition, summary);
  const tone = toneOf(condition.reason);
  return { health: (tone === "bad" ? degraded : progressing)(describeCondition(condition)), isSummary };
};

/** Whether a reason says that what went on is over. `Started` and `Created` are good words, and yet say that something has only begun. */
const isOver = (reason: string): boolean =>
  /(?<!Not)(?:Available|Completed?|Succeeded|Finished|Done)$/.test(reason) ||
  (toneOf(reason) === "good" && !/(?:Started|Scheduled|Created|Accepted)$/i.test(reason));

/** A condition that reports a state of its own: it speaks while it is True. `Progressing=True, NewReplicaSetAvailable` has ended, though. */
const readState = (condition: Condition, tone: "busy" | "paused" | "bad"): Reading | undefined => {
  if (!isTrue(condition)) return undefined;
  if (tone === "busy" && isOver(condition.reason)) return undefined;
  return { health: byTone[tone](describeCondition(condition)), isSummary: true };
};

/** Operators made with Ansible or Helm say `Running=True` twice: reason Running while they work, Successful when they wait for the next change. */
const readRunning = (condition: Condition, isEnding: boolean): Reading | undefined => {
  if (condition.status === "Unknown") return { health: progressing(describeCondition(condition)), isSummary: true };
  if (!isTrue(condition)) return undefined;
  const isBusy = isEnding || condition.reason === "Running";
  return { health: (isBusy ? progressing : healthy)(describeCondition(condition)), isSummary: isBusy };
};

const readOne = (condition: Condition, isEnding: boolean): Reading | undefined => {
  if (condition.type === "Running") return readRunning(condition, isEnding);
  const tone = toneOfType(condition.type);
  if (tone === undefined) return undefined;
  return tone === "good" ? readPositive(condition) : readState(condition, tone);
};

const precedence: readonly HealthStatus[] = ["Degraded", "Suspended", "Progressing", "Healthy"];

/** The reading that counts: the worst. What only guesses has no word where another one is sure that all is not well. */
const pick = (readings: readonly Reading[]): Reading | undefined => {
  const sure = readings.filter(({ isGuess }) => isGuess !== true);
  const heard = sure.some(({ health }) => health.status !== "Healthy") ? sure : readings;
  for (const status of precedence) {
    const found = heard.find((reading) => reading.health.status === status);
    if (found) return found;
  }
  return undefined;
};

/** What conditions are read against. */
export interface ConditionContext {
  readonly generation: number;
  /** The kind is there to end (a Job, a Backup), so that running is no goal. */
  readonly isEnding: boolean;
}

/** What the conditions say together, and whether one of them sums the object up; undefined where none says anything. */
export const readConditions = (conditions: readonly Condition[], { generation, isEnding }: ConditionContext): Reading | undefined => {
  const readings = conditions
    .map((condition) => (isStale(condition, generation) ? stale : readOne(condition, isEnding)))
    .filter((reading) => reading !== undefined);
  const summing = readings.filter((reading) => reading.isSummary);
  return pick(summing.length > 0 ? summing : readings);
};

const stale: Reading = { health: progressing("The latest change has not been seen by the controller yet"), isSummary: true };

const isStale = (condition: Condition, generation: number): boolean =>
  condition.observedGeneration !== undefined && condition.observedGeneration < generation;
