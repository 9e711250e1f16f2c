// One sync of one placement: observe, plan, record, apply, prune, record.
import { type Inventory, type Plan, WindlassError, keyOfRef, planSync, readHook, refOf } from "@windlass/core";
import { applyObject } from "./apply-object.ts";
import { applySetId } from "./applyset.ts";
import { createInventoryStore } from "./inventory-store.ts";
import { kindKeyOf, observeMembers } from "./observe.ts";
import { type Prepared, prepareObjects } from "./prepare.ts";
import { pruneBatches } from "./prune-batches.ts";
import { Recorder } from "./recorder.ts";
import { type SyncRun, addResult, newRun, originOf, runBatches, toWindlassError, unknownKindError } from "./run-batches.ts";
import { runHook } from "./run-hook.ts";
import type { KnownState, StepOptions, SyncDeps, SyncRequest, SyncResult } from "./types.ts";
import { type HealthTarget, waitHealthy } from "./wait-healthy.ts";

/** The last record is written even when the sync's own time is over. */
const lastWordMs = 10_000;

interface Situation {
  readonly known: KnownState;
  readonly prepared: Prepared;
  readonly plan: Plan;
  /** Entries about which nothing may be decided, kept as they are. */
  readonly withheld: Inventory["entries"];
  readonly setId: string;
}

const observe = async (deps: SyncDeps, request: SyncRequest, setId: string, options: StepOptions): Promise<KnownState> => {
  if (request.known) return request.known;
  const stored = await createInventoryStore(deps).read(request.placement, options);
  return { ...stored, ...(await observeMembers(deps.kube, setId, stored.inventory?.entries ?? [], options)) };
};

/** Objects of a kind that cannot be read or is not known stay out of the plan, and so out of any deletion. */
const assess = async (deps: SyncDeps, request: SyncRequest, options: StepOptions): Promise<Situation> => {
  const setId = applySetId(request.placement);
  const [known, prepared] = await Promise.all([
    observe(deps, request, setId, options),
    prepareObjects(deps.kube, request.objects, { setId, namespace: request.placement.namespace }, options),
  ]);
  const { inventory, unknown } = known;
  const out = new Set([...unknown.keys(), ...prepared.refused.map(({ object }) => kindKeyOf(refOf(object.object)))]);
  const withheld = (inventory?.entries ?? []).filter((entry) => out.has(kindKeyOf(entry)));
  const plan = planSync({
    placement: request.placement,
    setId,
    revision: request.revision,
    renderedHash: prepared.renderedHash,
    desired: prepared.desired.filter(({ object }) => !unknown.has(kindKeyOf(refOf(object)))),
    inventory: inventory && { ...inventory, entries: inventory.entries.filter((entry) => !out.has(kindKeyOf(entry))) },
    live: known.live,
    rules: request.rules,
    runId: deps.newId(),
  });
  return { known, prepared, plan, withheld, setId };
};

const startRun = (deps: SyncDeps, request: SyncRequest, situation: Situation): SyncRun => {
  const { plan, known, setId, withheld } = situation;
  const superset = { ...plan.superset, entries: [...plan.superset.entries, ...withheld] };
  return newRun(deps, {
    context: { kube: deps.kube, setId, rules: request.rules, dryRun: request.dryRun },
    recorder: new Recorder(createInventoryStore(deps), superset, known),
    runId: plan.runId,
    resumed: known.inventory?.run?.id === plan.runId,
    onEvent: request.onEvent,
  });
};

const reportRefused = (run: SyncRun, { prepared, known: { unknown }, plan }: Situation): void => {
  for (const { object, error } of prepared.refused)
    addResult(run, {
      ref: refOf(object.object),
      outcome: "failed",
      origin: `${object.origin.file}:${object.origin.line}`,
      note: "",
      error,
    });
  for (const desired of prepared.desired) {
    const ref = refOf(desired.object);
    const cause = unknown.get(kindKeyOf(ref));
    if (cause) addResult(run, { ref, outcome: "failed", origin: originOf(desired), note: "", error: unknownKindError(ref, cause) });
  }
  for (const { ref, reason } of plan.skipped) addResult(run, { ref, outcome: "skipped", origin: "", note: reason });
};

const reportUnchanged = (run: SyncRun, { prepared, known: { unknown } }: Situation): void => {
  for (const desired of prepared.desired) {
    const ref = refOf(desired.object);
    if (readHook(desired.object).type !== "object" || unknown.has(kindKeyOf(ref))) continue;
    addResult(run, { ref, outcome: "unchanged", origin: originOf(desired), note: "" });
  }
};

/** Atomic mode: the API server is asked about everything first. An object whose namespace or kind the set itself brings cannot be asked about. */
const rehearse = async (run: SyncRun, { plan }: Situation, options: StepOptions): Promise<void> => {
  const actions = plan.batches.flatMap((batch) => batch.actions).filter((action) => action.type === "apply");
  const brought = new Set(actions.filter(({ ref }) => ref.kind === "Namespace").map(({ ref }) => ref.name));
  const context = { ...run.context, dryRun: true };
  await Promise.all(
    actions.map(async (action) => {
      if (
        action.reason === "new" &&
        (brought.has(action.ref.namespace) || (await run.context.kube.findKind(action.ref, options)) === undefined)
      )
        return;
      try {
        await applyObject(context, action.desired, action, options);
      } catch (error) {
        options.signal.throwIfAborted();
        addResult(run, {
          ref: action.ref,
          outcome: "failed",
          origin: originOf(action.desired),
          note: "refused in the rehearsal; nothing was changed",
          error: toWindlassError(error),
        });
      }
    }),
  );
};

const isClean = (run: SyncRun): boolean => run.errors.length === 0 && run.results.every(({ outcome }) => outcome !== "failed");

const waitForAll = async (run: SyncRun, { plan }: Situation, options: StepOptions): Promise<void> => {
  const targets = plan.batches
    .flatMap(({ actions }) => actions.filter(({ type }) => type !== "hook"))
    .map((action): HealthTarget => ({ ref: action.ref, version: action.desired.object.apiVersion.split("/").at(-1) ?? "" }));
  await waitHealthy(
    { kube: run.context.kube, setId: run.context.setId, what: "the sync", seen: run.seen, onEvent: run.emit },
    targets,
    options,
  );
};

/** Errors that belong to no object are kept as such; a stop from outside is passed on. */
const collect = async (run: SyncRun, step: () => Promise<void>, { signal }: StepOptions, stop: AbortSignal | undefined): Promise<void> => {
  try {
    await step();
  } catch (error) {
    if (stop?.aborted) throw error;
    run.errors.push(signal.aborted && !(error instanceof WindlassError) ? outOfTime() : toWindlassError(error));
  }
};

const outOfTime = (): WindlassError =>
  new WindlassError({
    code: "timeout",
    message: "the sync did not end in its time",
    remedy: "run it again: it goes on where it stopped. Give it longer with --timeout",
  });

const execute = async (run: SyncRun, request: SyncRequest, situation: Situation, options: StepOptions): Promise<void> => {
  const { plan } = situation;
  const steps = async (): Promise<void> => {
    if (plan.recordFirst && !request.dryRun) await ensureRecorded(run, request, situation, options);
    run.recorded = true;
    await run.checkpoint("recorded");
    const complete = await runBatches(run, plan.batches, options);
    await run.checkpoint("applied");
    if (complete && isClean(run) && request.wait && !request.dryRun) await waitForAll(run, situation, options);
    if (complete && isClean(run)) await pruneBatches(run, plan.prune, options);
  };
  await collect(run, steps, options, request.signal);
};

/** The record goes first; only where its own namespace comes from the set must that one precede it. */
const ensureRecorded = async (run: SyncRun, request: SyncRequest, situation: Situation, options: StepOptions): Promise<void> => {
  try {
    await run.recorder.save(options);
  } catch (error) {
    if (!(error instanceof WindlassError) || error.code !== "not_found") throw error;
    const own = situation.prepared.desired.find(
      ({ object }) => object.kind === "Namespace" && object.metadata.name === request.placement.namespace,
    );
    if (own === undefined)
      throw new WindlassError(
        {
          code: "not_found",
          message: `namespace ${request.placement.namespace} does not exist`,
          remedy: `add it to the source, name another one with --namespace, or create it: kubectl create namespace ${request.placement.namespace}`,
        },
        { cause: error },
      );
    const { outcome } = await applyObject(run.context, own, { expect: "absent", yields: [] }, options);
    if (outcome === "created") run.createdFirst.add(keyOfRef(refOf(own.object)));
    await run.recorder.save(options);
  }
};

const runFailureHooks = async (run: SyncRun, { plan }: Situation): Promise<void> => {
  const options = { signal: AbortSignal.timeout(lastWordMs * 6) };
  const wait = { kube: run.context.kube, setId: run.context.setId, what: "sync-fail hook", seen: run.seen, onEvent: run.emit };
  for (const action of plan.onFailure) {
    if (action.type !== "hook") continue;
    try {
      await runHook({ ...run, phase: "sync-fail", wait }, action, options);
      addResult(run, { ref: action.ref, outcome: "created", origin: originOf(action.desired), note: "sync-fail hook, succeeded" });
    } catch (error) {
      addResult(run, {
        ref: action.ref,
        outcome: "failed",
        origin: originOf(action.desired),
        note: "sync-fail hook",
        error: toWindlassError(error),
      });
    }
  }
};

const recordEnd = async (run: SyncRun, request: SyncRequest, { prepared }: Situation): Promise<void> => {
  if (!run.recorded) return;
  const record = run.recorder.run;
  if (isClean(run)) {
    run.recorder.update({
      revision: request.revision,
      renderedHash: prepared.renderedHash,
      ...(record ? { run: { ...record, state: "succeeded", hooksDone: [] } } : {}),
    });
  } else if (record) run.recorder.update({ run: { ...record, state: "failed" } });
  await run.recorder.save({ signal: AbortSignal.timeout(lastWordMs) });
};

const toResult = (request: SyncRequest, run: SyncRun, { plan }: Situation, durationMs: number): SyncResult => ({
  placement: request.placement,
  revision: request.revision,
  outcome: isClean(run) ? (plan.blocked ? "blocked" : "succeeded") : "failed",
  results: run.results,
  ...(plan.blocked ? { blocked: plan.blocked } : {}),
  errors: run.errors,
  applied: run.applied,
  inventory: run.recorder.inventory,
  version: run.recorder.version,
  durationMs,
});

/**
 * Makes a cluster equal to `request.objects` and says what was done to each.
 *
 * A placement that is as it should be costs no request when its state is `known`. Failures of single objects are results, not
 * exceptions. Thrown are only those that leave nothing to report: the API server cannot be reached, the inventory cannot be read
 * (`internal`) or was written by somebody else (`conflict`), or `request.signal` ended it; its reason is thrown then, and the record
 * lets the next sync go on.
 */
export const syncPlacement = async (deps: SyncDeps, request: SyncRequest): Promise<SyncResult> => {
  const startedAt = deps.now();
  const signal = AbortSignal.any([AbortSignal.timeout(request.timeoutMs), ...(request.signal ? [request.signal] : [])]);
  const situation = await assess(deps, request, { signal });
  const run = startRun(deps, request, situation);
  run.emit({ type: "planned", plan: situation.plan });
  reportRefused(run, situation);
  if (situation.plan.batches.length === 0) reportUnchanged(run, situation);
  if (situation.plan.noop && isClean(run)) {
    return {
      ...toResult(request, run, situation, deps.now() - startedAt),
      inventory: situation.known.inventory,
      version: situation.known.version,
    };
  }
  if (request.rules.atomic && !request.dryRun) {
    await rehearse(run, situation, { signal });
    if (!isClean(run))
      return {
        ...toResult(request, run, situation, deps.now() - startedAt),
        inventory: situation.known.inventory,
        version: situation.known.version,
      };
  }
  await deps.checkpoint?.("planned");
  await execute(run, request, situation, { signal });
  if (request.dryRun) return toResult(request, run, situation, deps.now() - startedAt);
  if (!isClean(run)) await runFailureHooks(run, situation);
  await deps.checkpoint?.("finished");
  await collect(run, () => recordEnd(run, request, situation), { signal }, request.signal);
  return toResult(request, run, situation, deps.now() - startedAt);
};
