// A watch that does not end: list, then follow; resume where it was cut; list again when the server has forgotten that place.
import { isRetryable, parseJson, WindlassError, type JsonObject } from "@windlass/core";
import { toObjectOf } from "./answer.ts";
import { pause } from "./deadline.ts";
import { readLines } from "./lines.ts";
import { isExpired, listPages, partialAccept, selectorsOf, subjectOf, type ListDeps } from "./list.ts";
import { toPath } from "./paths.ts";
import type { ListTarget, WatchEvent } from "./types.ts";
import { toKubeStatus } from "./status.ts";
import { toStatusError } from "./status-error.ts";

export interface WatchDeps extends ListDeps {
  readonly signal: AbortSignal;
  /** Silence after which a connection counts as dead. The server sends a bookmark about every minute. */
  readonly idleTimeoutMs: number;
  readonly random: () => number;
}

/** No object is larger than etcd's 1.5 MiB by much. */
const lineLimit = 16 * 1_048_576;
const backoffCapMs = 30_000;

/** What one line of the stream says; `resourceVersion` is where to go on from. */
interface Step {
  readonly resourceVersion: string;
  readonly event?: WatchEvent;
}

const asObject = (value: unknown): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

const eventTypes = { ADDED: "added", MODIFIED: "modified", DELETED: "deleted" } as const;
const isEventType = (type: unknown): type is keyof typeof eventTypes => typeof type === "string" && type in eventTypes;

const readStep = ({ kind }: WatchDeps, line: string): Step => {
  const { type, object } = asObject(parseJson(line));
  if (type === "ERROR") {
    const status = toKubeStatus(object, 500);
    throw toStatusError({ verb: "watch", subject: subjectOf(kind), serverUrl: "", credentialOrigin: "" }, status);
  }
  const resourceVersion = String(asObject(asObject(object).metadata).resourceVersion ?? "");
  return isEventType(type) ? { resourceVersion, event: { type: eventTypes[type], object: toObjectOf(kind, object) } } : { resourceVersion };
};

/** One connection: the steps from a version on, until it ends or is cut. */
async function* follow(deps: WatchDeps, target: ListTarget, resourceVersion: string): AsyncGenerator<Step, void> {
  const { sender, kind, signal, random } = deps;
  const body = await sender.open({
    verb: "watch",
    subject: subjectOf(kind, target.namespace),
    method: "GET",
    path: toPath(kind, target),
    // The server ends it then; spread, so that many watches do not come back at once.
    query: {
      ...selectorsOf(target),
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion,
      timeoutSeconds: String(Math.floor(300 + random() * 300)),
    },
    ...(target.metadataOnly === true ? { headers: { accept: partialAccept("PartialObjectMetadata") } } : {}),
    repeatable: true,
    signal,
    silenceMs: deps.idleTimeoutMs,
  });
  const abort = (): void => void body.destroy();
  signal.addEventListener("abort", abort, { once: true });
  try {
    for await (const line of readLines(body, lineLimit)) yield readStep(deps, line);
  } finally {
    signal.removeEventListener("abort", abort);
    body.on("error", () => undefined).destroy();
  }
}

async function* listEvents(deps: WatchDeps, target: ListTarget): AsyncGenerator<WatchEvent, string> {
  yield { type: "restarted" };
  let resourceVersion = "";
  for await (const page of listPages(deps, target, { signal: deps.signal })) {
    for (const object of page.items) yield { type: "added", object };
    ({ resourceVersion } = page);
  }
  yield { type: "synced", resourceVersion };
  return resourceVersion;
}

/** Whether a watch goes on after it: what passes by itself, and cut connections (errors with a code, not ours). */
const isPassing = (error: unknown): boolean =>
  error instanceof WindlassError
    ? isRetryable(error.code) || error.code === "internal" || isExpired(error)
    : error instanceof Error && "code" in error;

/** So often, in a row, a watch that once worked is refused before we believe it: a server that starts refuses until its roles are loaded. */
const maxRefusals = 5;

/**
 * What happens to the objects of a target, until the signal.
 *
 * Shape: `restarted`, `added` for each object, `synced`, and then events in the server's order, each once. After a cut it goes on
 * behind the last event that was handed over; where the server cannot do that, it begins again with `restarted`.
 * Errors: what no waiting mends (`forbidden`, `not_found`, `unauthorized`, `invalid`).
 */
export async function* watchObjects(deps: WatchDeps, target: ListTarget): AsyncGenerator<WatchEvent, void> {
  const { signal, random } = deps;
  let resourceVersion: string | undefined;
  let failures = 0;
  let hasWorked = false;
  while (!signal.aborted) {
    try {
      resourceVersion ??= yield* listEvents(deps, target);
      for await (const step of follow(deps, target, resourceVersion)) {
        if (step.event !== undefined) yield step.event;
        if (step.resourceVersion !== "") ({ resourceVersion } = step);
        failures = 0;
        hasWorked = true;
      }
      // The server ended it in good order. Where it ends at once, again and again, we slow down.
      failures++;
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error) && (!hasWorked || failures >= maxRefusals)) throw error;
      // An error the server itself sent is about our place in its history.
      if (error instanceof WindlassError && "status" in error.details)
        resourceVersion = isRetryable(error.code) ? resourceVersion : undefined;
      failures++;
    }
    // The first return is immediate.
    if (failures > 1) await pause(random() * Math.min(backoffCapMs, 100 * 2 ** failures), signal).catch(() => undefined);
  }
}
