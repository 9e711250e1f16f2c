// Deletions carried out batch by batch: what others may need goes after them.
import { type DeleteAction, keyOfRef } from "@windlass/core";
import { pruneObject, waitAllGone } from "./prune-objects.ts";
import { type SyncRun, addResult, toWindlassError } from "./run-batches.ts";
import type { StepOptions } from "./types.ts";

interface Deleted {
  readonly action: DeleteAction;
  readonly uid: string;
}

const pruneOne = async (run: SyncRun, action: DeleteAction, options: StepOptions): Promise<readonly Deleted[]> => {
  const { ref } = action;
  try {
    if (run.context.dryRun) {
      addResult(run, { ref, outcome: "deleted", origin: "", note: "" });
      return [];
    }
    const pruned = await pruneObject(run.context.kube, action, run.context.setId, options);
    if (pruned.outcome === "skipped") {
      run.recorder.drop(keyOfRef(ref));
      if (!action.hook) addResult(run, { ref, outcome: "skipped", origin: "", note: pruned.note });
      return [];
    }
    addResult(run, { ref, outcome: "deleted", origin: "", note: action.hook ? "hook of an earlier run" : "" });
    return [{ action, uid: pruned.uid }];
  } catch (error) {
    options.signal.throwIfAborted();
    addResult(run, { ref, outcome: "failed", origin: "", note: "", error: toWindlassError(error) });
    return [];
  }
};

/** Deletes batch after batch, each once the one before it is gone. An entry leaves the record when its object has left the cluster. */
export const pruneBatches = async (run: SyncRun, batches: readonly (readonly DeleteAction[])[], options: StepOptions): Promise<void> => {
  for (const [index, batch] of batches.entries()) {
    const deleted = (await Promise.all(batch.map((action) => pruneOne(run, action, options)))).flat();
    await run.checkpoint(`pruned:${index}`);
    await waitAllGone(run.context.kube, deleted, options);
    for (const { action } of deleted) run.recorder.drop(keyOfRef(action.ref));
  }
};
