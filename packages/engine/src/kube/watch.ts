// A watch that does not end: list, then follow; resume where it was cut; list again when the server has forgotten that place.
import { isRetryable, parseJson, WindlassError } from "@windlass/core";
import { toObjectOf } from "./answer.ts";
import { pause } from "./deadline.ts";
import { objectOf, textOf } from "./json-read.ts";
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
const goodAfterMs = 10_000;

/** What one line of the stream says; `resourceVersion` is where to go on from. */
interface Step {
  readonly resourceVersion: string;
  readonly event?: WatchEvent;
}

const eventTypes = { ADDED: "added", MODIFIED: "modified", DELETED: "deleted" } as const;
const isEventType = (type: unknown): type is keyof typeof eventTypes => typeof type === "string" && type in eventTypes;

const readStep = ({ kind }: WatchDeps, line: string): Step => {
  const { type, object } = objectOf(parseJson(line));
  if (type === "ERROR") {
    const status = toKubeStatus(object, 500);
    throw toStatusError({ verb: "watch", subject: subjectOf(kind), serverUrl: "", credentialOrigin: "" }, status);
  }
  const resourceVersion = textOf(objectOf(objectOf(object).metadata).resourceVersion);
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

/** Where a watch stands between two connections. */
interface Standing {
  /** Behind the last event that was handed over; `undefined` where a list must come first. */
  resourceVersion: string | undefined;
  /** Connections in a row that brought nothing. */
  failures: number;
  hasWorked: boolean;
}

/** One connection, with the list before it where that is needed, until it ends or fails. */
async function* runOnce(deps: WatchDeps, target: ListTarget, standing: Standing): AsyncGenerator<WatchEvent, void> {
  standing.resourceVersion ??= yield* listEvents(deps, target);
  standing.hasWorked = true;
  for await (const { event, resourceVersion } of follow(deps, target, standing.resourceVersion)) {
    if (event !== undefined) yield event;
    if (resourceVersion !== "") standing.resourceVersion = resourceVersion;
    standing.failures = 0;
  }
}

/** Takes note of a failure, or throws it when waiting cannot mend it. */
const noteFailure = (standing: Standing, error: unknown): void => {
  const isBelieved = !standing.hasWorked || standing.failures >= maxRefusals;
  if (!isPassing(error) && isBelieved) throw error;
  // What the server itself says, and will not take back, is about our place in its history.
  if (error instanceof WindlassError && "status" in error.details && !isRetryable(error.code)) standing.resourceVersion = undefined;
};

/**
 * What happens to the objects of a target, until the signal.
 *
 * Shape: `restarted`, `added` for each object, `synced`, and then events in the server's order, each once. After a cut it goes on
 * behind the last event that was handed over; where the server cannot do that, it begins again with `restarted`.
 * Errors: what no waiting mends (`forbidden`, `not_found`, `unauthorized`, `invalid`).
 */
export async function* watchObjects(deps: WatchDeps, target: ListTarget): AsyncGenerator<WatchEvent, void> {
  const { signal, random } = deps;
  const standing: Standing = { resourceVersion: undefined, failures: 0, hasWorked: false };
  while (!signal.aborted) {
    const startedAtMs = performance.now();
    try {
      yield* runOnce(deps, target, standing);
    } catch (error) {
      if (signal.aborted) return;
      noteFailure(standing, error);
    }
    // Quiet is not failure: a connection that lasted was a good one.
    standing.failures = performance.now() - startedAtMs > goodAfterMs ? 1 : standing.failures + 1;
    // The first return is immediate. A connection that ends at once, again and again, slows us down like one that fails.
    if (standing.failures > 1) await pause(random() * Math.min(backoffCapMs, 100 * 2 ** standing.failures), signal).catch(() => undefined);
  }
}
