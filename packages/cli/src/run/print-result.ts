// A change set for people and for machines.
import { type WindlassError, exitStatusOf, formatRef } from "@windlass/core";
import type { ObjectResult, SyncResult } from "@windlass/engine";
import type { CommandContext } from "../command.ts";

const symbols: Readonly<Record<ObjectResult["outcome"], string>> = {
  created: "+",
  configured: "~",
  unchanged: "=",
  deleted: "-",
  skipped: "·",
  failed: "✗",
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** One line per object, and two more where it failed. */
export const formatObject = ({ colors }: CommandContext, { ref, outcome, note, error, origin }: ObjectResult): string => {
  const paint = {
    created: colors().green,
    configured: colors().yellow,
    unchanged: colors().dim,
    deleted: colors().red,
    skipped: colors().dim,
    failed: colors().red,
  }[outcome];
  const line = paint(`${symbols[outcome]} ${outcome.padEnd(10)} ${formatRef(ref)}${note === "" ? "" : ` (${note})`}`);
  return error === undefined
    ? line
    : `${line}\n    ${error.message}${origin === "" || error.message.includes(origin) ? "" : ` (${origin})`}\n    remedy: ${error.remedy}`;
};

/** `3 created, 1 failed`, in the order of the words. */
const countText = (results: readonly ObjectResult[]): string => {
  const counts = (Object.keys(symbols) as ObjectResult["outcome"][]).map(
    (outcome) => [outcome, results.filter((result) => result.outcome === outcome).length] as const,
  );
  const text = counts.flatMap(([outcome, count]) => (count > 0 ? [`${count} ${outcome}`] : [])).join(", ");
  return text === "" ? "nothing to do" : text;
};

const errorBody = ({ code, message, remedy, details }: WindlassError) => ({ code, message, remedy, details });

/** The result as JSON: names, outcomes and errors, no content of any object. */
export const toJson = (result: SyncResult): unknown => ({
  placement: result.placement,
  revision: result.revision,
  outcome: result.outcome,
  durationMs: result.durationMs,
  results: result.results.map(({ error, ...rest }) => ({ ...rest, ...(error ? { error: errorBody(error) } : {}) })),
  errors: result.errors.map(errorBody),
  ...(result.blocked ? { blocked: result.blocked } : {}),
});

/** What comes after the objects: failures of the whole, what waits for an approval, and the sum. */
export const formatSummary = ({ colors }: CommandContext, result: SyncResult, what: string): string => {
  const lines = result.errors.flatMap(({ message, remedy }) => [colors().red(`error: ${message}`), `remedy: ${remedy}`]);
  if (result.blocked) {
    lines.push(
      colors().yellow(`not deleted: ${result.blocked.reason}`),
      ...result.blocked.refs.slice(0, 20).map((ref) => `    ${formatRef(ref)}`),
    );
    lines.push(
      result.blocked.approval === ""
        ? "remedy: to remove everything, use windlass delete"
        : `remedy: if that is meant, run it again with --approve-prune ${result.blocked.approval}`,
    );
  }
  const verdict = {
    succeeded: colors().green("succeeded"),
    failed: colors().red("failed"),
    blocked: colors().yellow("waits for an approval"),
  }[result.outcome];
  lines.push(
    `${what} of ${result.placement.namespace}/${result.placement.name} at ${result.revision} ${verdict} in ${seconds(result.durationMs)}: ${countText(result.results)}`,
  );
  return `${lines.join("\n")}\n`;
};

/** Exit status by outcome: 0 all is well, 3 (conflict) when an approval is wanted, else that of the first failure. */
export const exitStatusOfResult = ({ outcome, results, errors }: SyncResult): number => {
  if (outcome === "succeeded") return 0;
  if (outcome === "blocked") return exitStatusOf.conflict;
  const first = errors[0] ?? results.find(({ error }) => error)?.error;
  return first ? exitStatusOf[first.code] : exitStatusOf.internal;
};
