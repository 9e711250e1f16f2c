// The end of a placement: its hooks, its objects in reverse order, and its record last of all.
import { type Inventory, type PlacementId, type PruneBlock, WindlassError, defaultRules, keyOfRef, planDelete } from "@windlass/core";
import { applySetId } from "./applyset.ts";
import { createInventoryStore } from "./inventory-store.ts";
import { observeMembers } from "./observe.ts";
import { pruneBatches } from "./prune-batches.ts";
import { Recorder } from "./recorder.ts";
import { type SyncRun, addResult, newRun, toWindlassError } from "./run-batches.ts";
import { type HookAction, runHook } from "./run-hook.ts";
import type { StepOptions, SyncDeps, SyncEvent, SyncResult } from "./types.ts";

export interface DeleteRequest {
  readonly placement: PlacementId;
  readonly approvedPrune?: string;
  readonly dryRun: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: SyncEvent) => void;
}

const unknownPlacement = ({ namespace, name }: PlacementId): WindlassError =>
  new WindlassError({
    code: "not_found",
    message: `There is no placement ${namespace}/${name} in this cluster.`,
    remedy: "See windlass inventory for those that there are.",
  });

const runHooks = async (
  run: SyncRun,
  actions: readonly { readonly type: string }[],
  phase: string,
  options: StepOptions,
): Promise<void> => {
  const done = new Set(run.recorder.run?.hooksDone);
  const wait = { kube: run.context.kube, setId: run.context.setId, what: `${phase} hook`, seen: run.seen, onEvent: run.emit };
  for (const action of actions as readonly HookAction[]) {
    if (done.has(`${phase} ${keyOfRef(action.ref)}`)) continue;
    await runHook({ ...run, phase, wait }, action, options);
    addResult(run, { ref: action.ref, outcome: "created", origin: "", note: `${phase} hook, succeeded` });
  }
};

/** A delete that was cut off goes on under its own run id, so that no hook runs twice. */
const beginRun = (inventory: Inventory, newId: string): { readonly inventory: Inventory; readonly runId: string } => {
  const { run } = inventory;
  if (run?.state === "running" && run.renderedHash === "deleted") return { inventory, runId: run.id };
  return {
    inventory: { ...inventory, run: { id: newId, revision: inventory.revision, renderedHash: "deleted", state: "running", hooksDone: [] } },
    runId: newId,
  };
};

const isClean = (run: SyncRun): boolean => run.errors.length === 0 && run.results.every(({ outcome }) => outcome !== "failed");

const execute = async (run: SyncRun, plan: ReturnType<typeof planDelete>, options: StepOptions): Promise<void> => {
  if (run.context.dryRun) return pruneBatches(run, plan.batches, options);
  await run.recorder.save(options);
  await run.checkpoint("delete-recorded");
  await runHooks(run, plan.preHooks, "pre-delete", options);
  await pruneBatches(run, plan.batches, options);
  if (!isClean(run)) return;
  await runHooks(run, plan.postHooks, "post-delete", options);
  // The hooks' own objects go with the rest.
  const leftovers = plan.postHooks.map(({ ref, desired }) => ({
    type: "delete" as const,
    ref,
    version: desired.object.apiVersion.split("/").at(-1) ?? "",
    uid: "",
    resourceVersion: "",
    hook: true,
  }));
  await pruneBatches(run, [leftovers], options);
};

const toResult = (run: SyncRun, inventory: Inventory, blocked: PruneBlock | undefined, durationMs: number): SyncResult => ({
  placement: inventory.placement,
  revision: inventory.revision,
  outcome: isClean(run) ? (blocked ? "blocked" : "succeeded") : "failed",
  results: run.results,
  ...(blocked ? { blocked } : {}),
  errors: run.errors,
  applied: run.applied,
  inventory: run.recorder.inventory,
  version: run.recorder.version,
  durationMs,
});

/**
 * Deletes a placement. Its record goes last, and stays when anything else could not go: then the same call goes on.
 *
 * Errors: `not_found` without such a placement; failures of single objects are results.
 */
export const deletePlacement = async (deps: SyncDeps, request: DeleteRequest): Promise<SyncResult> => {
  const startedAt = deps.now();
  const signal = AbortSignal.any([AbortSignal.timeout(request.timeoutMs), ...(request.signal ? [request.signal] : [])]);
  const store = createInventoryStore(deps);
  const stored = await store.read(request.placement, { signal });
  if (stored.inventory === undefined) throw unknownPlacement(request.placement);
  const setId = applySetId(request.placement);
  const { live, unknown } = await observeMembers(deps.kube, setId, stored.inventory.entries, { signal });
  const { inventory, runId } = beginRun(stored.inventory, deps.newId());
  const approvedPrune = request.approvedPrune === undefined ? {} : { approvedPrune: request.approvedPrune };
  const plan = planDelete(inventory, live, approvedPrune);
  const run = newRun(deps, {
    context: { kube: deps.kube, setId, rules: { ...defaultRules, ...approvedPrune }, dryRun: request.dryRun },
    recorder: new Recorder(store, inventory, stored),
    runId,
    resumed: false,
    onEvent: request.onEvent,
  });
  run.errors.push(...unknown.values());
  for (const { ref, reason } of plan.skipped) addResult(run, { ref, outcome: "skipped", origin: "", note: reason });
  if (plan.blocked === undefined && isClean(run)) {
    try {
      await execute(run, plan, { signal });
    } catch (error) {
      if (request.signal?.aborted) throw error;
      run.errors.push(toWindlassError(error));
    }
  }
  if (isClean(run) && plan.blocked === undefined && !request.dryRun) await store.remove(request.placement, { signal });
  else if (!isClean(run) && !request.dryRun) await run.recorder.save({ signal: AbortSignal.timeout(10_000) });
  return toResult(run, inventory, plan.blocked, deps.now() - startedAt);
};
