// Reading a status that is one word: phase, state, health, and what else controllers call it.
import type { KubeObject } from "../../object/object.ts";
import { at, fieldsAt, textAt } from "../read.ts";
import { degraded, type Health, healthy, progressing, suspended } from "../verdict.ts";
import { type Tone, toneOf } from "./words.ts";

const phaseFields = [
  "phase",
  "state",
  "status",
  "health",
  "currentState",
  "currentStatus",
  "updateStatus",
  "stage",
  "stageStatus",
  "ready",
] as const;
const messageFields = ["message", "reason", "description", "statusMessage", "phaseMessage"] as const;

const byTone: Readonly<Record<Tone, (message: string) => Health>> = { good: healthy, busy: progressing, paused: suspended, bad: degraded };

/** What the status words of an object say; undefined where it has none. A word we do not know is taken for a step on the way. */
export const readPhase = (object: KubeObject): Health | undefined => {
  const status = fieldsAt(object, "status");
  const said = phaseFields.filter((name) => ["string", "boolean"].includes(typeof status[name]) && status[name] !== "");
  const field = said[0];
  if (field === undefined) return undefined;
  const word = textAt(status, field);
  const tone = at(status, field) === false ? "busy" : toneOf(word);
  const detail = messageFields.map((name) => textAt(status, name)).find((text) => text !== "");
  return byTone[tone ?? "busy"](detail ? `${word}: ${detail}` : word);
};
