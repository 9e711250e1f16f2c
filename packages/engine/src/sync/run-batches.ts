// The plan carried out, batch by batch.
import {
  type Action,
  type Batch,
  type DesiredObject,
  type Health,
  type InventoryEntry,
  type LiveObject,
  type ObjectKey,
  type ObjectRef,
  WindlassError,
  formatRef,
  intendedEntry,
  keyOfRef,
  versionOf,
} from "@windlass/core";
import { type ApplyContext, applyObject } from "./apply-object.ts";
import { ownFieldsHash, toLiveObject } from "./observe.ts";
import type { Recorder } from "./recorder.ts";
import { runHook } from "./run-hook.ts";
import type { ObjectResult, StepOptions, SyncDeps, SyncEvent } from "./types.ts";
import { type HealthTarget, noteHealth, waitHealthy } from "./wait-healthy.ts";

/** Everything that the steps of one sync share. */
export interface SyncRun {
  readonly context: ApplyContext;
  readonly recorder: Recorder;
  readonly runId: string;
  /** A run that was cut off and goes on: its waves are waited for even where nothing is left to apply. */
  readonly resumed: boolean;
  readonly seen: Map<ObjectKey, Health>;
  readonly applied: Map<ObjectKey, LiveObject>;
  /** What had to exist before the record could be written. */
  readonly createdFirst: Set<ObjectKey>;
  /** Set once the record stands that has to stand before anything is changed. */
  recorded: boolean;
  readonly results: ObjectResult[];
  readonly errors: WindlassError[];
  readonly emit: (event: SyncEvent) => void;
  readonly checkpoint: (name: string) => Promise<void>;
}

/** A run at its start. */
export const newRun = (
  deps: SyncDeps,
  given: Pick<SyncRun, "context" | "recorder" | "runId" | "resumed"> & { readonly onEvent: ((event: SyncEvent) => void) | undefined },
): SyncRun => {
  const { onEvent, ...fixed } = given;
  return {
    ...fixed,
    seen: new Map(),
    applied: new Map(),
    createdFirst: new Set(),
    recorded: false,
    results: [],
    errors: [],
    emit: (event) => onEvent?.(event),
    checkpoint: async (name) => {
      await deps.checkpoint?.(name);
    },
  };
};

/** Any failure as one that can be shown. */
export const toWindlassError = (error: unknown): WindlassError =>
  error instanceof WindlassError
    ? error
    : new WindlassError(
        {
          code: "internal",
          message: error instanceof Error ? error.message : String(error),
          remedy: "report this; the log holds the details",
        },
        { cause: error },
      );

export const originOf = ({ origin }: DesiredObject): string => `${origin.file}:${origin.line}`;

/** Notes a result and tells whoever watches. */
export const addResult = (run: SyncRun, result: ObjectResult): void => {
  run.results.push(result);
  run.emit({ type: "object", result });
};

const failed = (run: SyncRun, { ref, desired }: Action, error: unknown, { signal }: StepOptions): void => {
  // A sync that is told to stop has not failed: it goes on from its record the next time.
  if (signal.aborted && !(error instanceof WindlassError)) signal.throwIfAborted();
  addResult(run, { ref, outcome: "failed", origin: originOf(desired), note: "", error: toWindlassError(error) });
};

const entryOf = (desired: DesiredObject, object: Parameters<typeof ownFieldsHash>[0], hook: boolean): InventoryEntry => ({
  ...intendedEntry(desired.object, originOf(desired), hook),
  hash: desired.hash,
  uid: object.metadata.uid ?? "",
  fields: ownFieldsHash(object),
});

const runApply = async (run: SyncRun, action: Extract<Action, { type: "apply" }>, options: StepOptions): Promise<void> => {
  const applied = await applyObject(run.context, action.desired, action, options);
  noteHealth(run.seen, applied.object);
  run.applied.set(keyOfRef(action.ref), toLiveObject(applied.object));
  if (!run.context.dryRun) run.recorder.set(entryOf(action.desired, applied.object, false));
  const note = applied.note === "" && (action.reason === "drifted" || action.reason === "missing") ? action.reason : applied.note;
  const outcome = run.createdFirst.has(keyOfRef(action.ref)) ? "created" : applied.outcome;
  addResult(run, { ref: action.ref, outcome, origin: originOf(action.desired), note });
  await run.checkpoint(`object:${action.ref.name}`);
};

const runAction = async (run: SyncRun, batch: Batch, action: Action, options: StepOptions): Promise<void> => {
  const origin = originOf(action.desired);
  try {
    if (action.type === "unchanged") addResult(run, { ref: action.ref, outcome: "unchanged", origin, note: "" });
    else if (action.type === "apply") await runApply(run, action, options);
    else if (run.context.dryRun) addResult(run, { ref: action.ref, outcome: "skipped", origin, note: `hook, runs at ${batch.phase}` });
    else {
      const wait = { kube: run.context.kube, setId: run.context.setId, what: `${batch.phase} hook`, seen: run.seen, onEvent: run.emit };
      await runHook({ ...run, phase: batch.phase, wait }, action, options);
      addResult(run, { ref: action.ref, outcome: "created", origin, note: `${batch.phase} hook, succeeded` });
    }
  } catch (error) {
    failed(run, action, error, options);
  }
};

const isSameWave = (a: Batch, b: Batch | undefined): boolean =>
  b !== undefined && a.phase === b.phase && a.stage === b.stage && a.wave === b.wave;

const targetOf = ({ ref, desired }: Action): HealthTarget => ({ ref, version: versionOf(desired.object.apiVersion) });

/** Objects that say themselves that nobody should wait for them. */
const isWaitedFor = ({ desired }: Action): boolean => desired.object.metadata.annotations?.["windlass.dev/wait"] !== "false";

const hasFailed = (run: SyncRun, refs: readonly ObjectRef[]): boolean => {
  const keys = new Set(refs.map(keyOfRef));
  return run.results.some(({ outcome, ref }) => outcome === "failed" && keys.has(keyOfRef(ref)));
};

/** Waits as the last batch of a wave asks. A wave in which nothing was done holds nobody back, unless it was cut off. */
const waitForWave = async (run: SyncRun, batches: readonly Batch[], options: StepOptions): Promise<void> => {
  const last = batches.at(-1) as Batch;
  const actions = batches.flatMap((batch) => batch.actions);
  const isQuiet = actions.every(({ type }) => type === "unchanged");
  if (run.context.dryRun || last.wait === "none" || (isQuiet && !run.resumed)) return;
  const waited =
    last.wait === "served"
      ? actions.filter(({ ref }) => ref.kind === "CustomResourceDefinition")
      : actions.filter((action) => action.type !== "hook" && isWaitedFor(action));
  const sound = waited.filter(({ ref }) => !hasFailed(run, [ref]));
  const what = last.wait === "served" ? "definitions" : `wave ${last.wave}`;
  await waitHealthy(
    { kube: run.context.kube, setId: run.context.setId, what, seen: run.seen, onEvent: run.emit },
    sound.map(targetOf),
    options,
  );
  if (last.wait === "served" && sound.length > 0) await run.context.kube.listKinds({ fresh: true, signal: options.signal });
};

const skipRest = (run: SyncRun, batches: readonly Batch[], reason: string): void => {
  for (const { ref, desired } of batches.flatMap(({ actions }) => actions))
    addResult(run, { ref, outcome: "skipped", origin: originOf(desired), note: reason });
};

/** Whether what went wrong in a wave keeps the next one from starting. Definitions hold back only those who need them, and these fail by themselves. */
const stopsAt = (run: SyncRun, wave: readonly Batch[], next: Batch | undefined): boolean => {
  const [first] = wave;
  if (first === undefined || next === undefined) return false;
  const failures = hasFailed(
    run,
    wave.flatMap(({ actions }) => actions.map(({ ref }) => ref)),
  );
  return failures && (first.stage === "main" || first.phase === "pre-sync");
};

/** Runs the batches in order. Returns false when a wave failed and the rest was skipped. */
export const runBatches = async (run: SyncRun, batches: readonly Batch[], options: StepOptions): Promise<boolean> => {
  let wave: Batch[] = [];
  for (const [index, batch] of batches.entries()) {
    if (wave.length > 0 && !isSameWave(wave[0] as Batch, batch)) wave = [];
    wave.push(batch);
    await Promise.all(batch.actions.map((action) => runAction(run, batch, action, options)));
    await run.checkpoint(`batch:${index}`);
    const next = batches[index + 1];
    if (isSameWave(batch, next)) continue;
    let reason = stopsAt(run, wave, next) ? `not started: ${batch.phase} wave ${batch.wave} failed` : "";
    try {
      await waitForWave(run, wave, options);
    } catch (error) {
      if (!(error instanceof WindlassError)) throw error;
      run.errors.push(error);
      reason = `not started: ${batch.phase} wave ${batch.wave} is not healthy`;
    }
    if (next?.phase === "post-sync" && reason === "" && run.results.some(({ outcome }) => outcome === "failed"))
      reason = "not started: the sync failed";
    await run.checkpoint(`wave:${batch.phase}:${batch.wave}`);
    if (reason !== "") {
      skipRest(run, batches.slice(index + 1), reason);
      return false;
    }
  }
  return true;
};

/** The error that stands for an object whose kind could not be read. */
export const unknownKindError = (ref: ObjectRef, cause: WindlassError): WindlassError =>
  new WindlassError(
    {
      code: cause.code,
      message: `${formatRef(ref)}: nothing is known of this kind: ${cause.message}`,
      remedy: `${cause.remedy}. Objects of other kinds are not affected`,
      details: cause.details,
    },
    { cause },
  );
