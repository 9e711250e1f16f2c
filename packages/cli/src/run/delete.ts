// `windlass delete`: a placement and everything it owns.
import { type SyncEvent, deletePlacement } from "@windlass/engine";
import type { CommandContext } from "../command.ts";
import { withCluster } from "./open-cluster.ts";
import { exitStatusOfResult, formatObject, formatSummary, toJson } from "./print-result.ts";
import { newRunId } from "./sync.ts";

export interface DeleteOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly approvePrune?: string;
  readonly dryRun: boolean;
  readonly timeout: number;
}

/** Deletes the placement; the exit status tells the outcome. */
export const runDelete = async (context: CommandContext, options: DeleteOptions): Promise<void> => {
  const { stdout, signal } = context;
  const isJson = context.globals().output === "json";
  await withCluster(context, async ({ kube, namespace }) => {
    const result = await deletePlacement(
      { kube, now: Date.now, newId: newRunId },
      {
        placement: { name: options.name, namespace: options.namespace ?? namespace },
        ...(options.approvePrune === undefined ? {} : { approvedPrune: options.approvePrune }),
        dryRun: options.dryRun,
        timeoutMs: options.timeout,
        signal,
        onEvent: (event: SyncEvent) => {
          if (!isJson && event.type === "object") stdout.write(`${formatObject(context, event.result)}\n`);
        },
      },
    );
    stdout.write(
      isJson ? `${JSON.stringify(toJson(result))}\n` : formatSummary(context, result, options.dryRun ? "dry run of the delete" : "delete"),
    );
    context.setExitStatus(exitStatusOfResult(result));
  });
};
