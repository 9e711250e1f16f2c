// Reading a status that is one word: phase, state, health, and what else controllers call it.
import type { KubeObject } from "../../object/object.ts";
import { fieldsAt, textAt } from "../read.ts";
import { degraded, type Health, healthy, progressing, suspended } from "../verdict.ts";
import { type Tone, toneOf } from "./words.ts";

/** Fields that hold a verdict by convention, at the top of a status. */
const names: ReadonlySet<string> = new Set(["phase", "state", "status", "health"]);

/** `clusterState`, `jobDeploymentStatus`, `PostgresClusterStatus`: a verdict too, unless it says what is wanted or what was. */
const derivedName = /(?:Phase|State|Status|Health)$/;
const otherTime = /^(?:desired|target|expected|previous|last|initial|next|old|power)/;

/** Facts that are a verdict when they are false as well as when they are true. */
const flags: ReadonlySet<string> = new Set(["ready", "available", "healthy", "synced", "succeeded", "completed", "readyToUse"]);

const messageFields = ["message", "reason", "description", "statusMessage", "phaseMessage", "phaseReason"] as const;

const byTone: Readonly<Record<Tone, (message: string) => Health>> = { good: healthy, busy: progressing, paused: suspended, bad: degraded };

const precedence: readonly Tone[] = ["bad", "paused", "busy", "good"];

interface Word {
  readonly text: string;
  readonly tone: Tone | undefined;
  readonly isPlain: boolean;
}

const readField = (name: string, value: unknown): readonly Word[] => {
  if (typeof value === "boolean")
    return flags.has(name) ? [{ text: `${name}: ${value}`, tone: value ? "good" : "busy", isPlain: false }] : [];
  const isPlain = names.has(name);
  if (!isPlain && (!derivedName.test(name) || otherTime.test(name))) return [];
  const text = textAt(value, "phase") || textAt(value, "state") || textAt(value, "status") || (typeof value === "string" ? value : "");
  return text === "" ? [] : [{ text, tone: toneOf(text), isPlain }];
};

/** What the status words of an object say, the worst of them; undefined where it has none. A plain phase nobody knows is taken for a step on the way. */
export const readPhase = (object: KubeObject): Health | undefined => {
  const status = fieldsAt(object, "status");
  const words = Object.entries(status).flatMap(([name, value]) => readField(name, value));
  const silent = words.filter((word) => word.tone === undefined);
  const tone = precedence.find((candidate) => words.some((word) => word.tone === candidate));
  const worst = words.find((word) => word.tone === tone && tone !== undefined);
  const said = tone === undefined || tone === "good" ? (silent.find((word) => word.isPlain) ?? worst ?? silent[0]) : worst;
  if (!said) return undefined;
  const detail = messageFields.map((name) => textAt(status, name)).find((text) => text !== "");
  return byTone[said.tone ?? "busy"](detail ? `${said.text}: ${detail}` : said.text);
};
