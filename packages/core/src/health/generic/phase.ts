// Reading a status that is one word: phase, state, health, and what else controllers call it.
import type { KubeObject } from "../../object/object.ts";
import { type Fields, fieldsAt, textAt } from "../read.ts";
import { degraded, type Health, healthy, progressing, suspended } from "../verdict.ts";
import { type Tone, toneOf } from "./words.ts";

/** Fields that hold a verdict by convention, at the top of a status. */
const names: ReadonlySet<string> = new Set(["phase", "state", "status", "health", "stage"]);

/** `clusterState`, `jobDeploymentStatus`, `PostgresClusterStatus`: a verdict too, unless it says what is wanted or what was. */
const derivedName = /(?:Phase|State|Status|Health)$/;
const otherTime = /^(?:desired|target|expected|previous|last|initial|next|old|power)/;

/** Facts that are a verdict when they are false as well as when they are true, by what false means. */
const flags: ReadonlyMap<string, Tone> = new Map([
  ...["ready", "available", "healthy", "synced", "succeeded", "completed", "readyToUse", "initialized"].map(
    (name) => [name, "busy"] as const,
  ),
  ...["valid", "pass"].map((name) => [name, "bad"] as const),
]);

/** Kinds that are there to end: while they run they are on their way, where a server that runs has arrived. */
export const endingKind = /(?:Job|Run|Workflow|Backup|Restore|Build|Task|Experiment|Migration|Import|Export|Scan)$/;

const messageFields = ["message", "reason", "description", "statusMessage", "phaseMessage", "phaseReason"] as const;

const byTone: Readonly<Record<Tone, (message: string) => Health>> = { good: healthy, busy: progressing, paused: suspended, bad: degraded };

const precedence: readonly Tone[] = ["bad", "paused", "busy", "good"];

interface Word {
  readonly text: string;
  readonly tone: Tone | undefined;
  readonly isPlain: boolean;
}

const readFlag = (name: string, isSet: boolean): readonly Word[] => {
  const whenUnset = flags.get(name);
  return whenUnset ? [{ text: `${name}: ${isSet}`, tone: isSet ? "good" : whenUnset, isPlain: false }] : [];
};

const readField = (name: string, value: unknown, isEnding: boolean): readonly Word[] => {
  if (typeof value === "boolean") return readFlag(name, value);
  const isPlain = names.has(name);
  if (!isPlain && (!derivedName.test(name) || otherTime.test(name))) return [];
  const text = textAt(value, "phase") || textAt(value, "state") || textAt(value, "status") || (typeof value === "string" ? value : "");
  if (text === "") return [];
  return [{ text, tone: isEnding && /^(?:running|started|active)$/i.test(text) ? "busy" : toneOf(text), isPlain }];
};

/** The status, or what each of several controllers says where `status.statuses` keeps that by name. */
const statusesOf = (object: KubeObject): readonly Fields[] => {
  // Some controllers have nothing but a word.
  const status = typeof object["status"] === "string" ? { status: object["status"] } : fieldsAt(object, "status");
  return [status, ...Object.keys(fieldsAt(status, "statuses")).map((name) => fieldsAt(status, "statuses", name))];
};

/** What the status words of an object say, the worst of them; undefined where it has none. A plain phase nobody knows is taken for a step on the way. */
export const readPhase = (object: KubeObject): Health | undefined => {
  const isEnding = endingKind.test(object.kind);
  const statuses = statusesOf(object);
  const words = statuses.flatMap((status) => Object.entries(status)).flatMap(([name, value]) => readField(name, value, isEnding));
  const silent = words.filter((word) => word.tone === undefined);
  const tone = precedence.find((candidate) => words.some((word) => word.tone === candidate));
  const worst = words.find((word) => word.tone === tone && tone !== undefined);
  const said = tone === undefined || tone === "good" ? (silent.find((word) => word.isPlain) ?? worst ?? silent[0]) : worst;
  if (!said) return undefined;
  const detail = statuses.flatMap((status) => messageFields.map((name) => textAt(status, name))).find((text) => text !== "");
  return byTone[said.tone ?? "busy"](detail ? `${said.text}: ${detail}` : said.text);
};
