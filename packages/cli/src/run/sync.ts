// `windlass sync`: one shot, with progress while it runs.
import { randomUUID } from "node:crypto";
import { formatRef } from "@windlass/core";
import { type SyncEvent, syncPlacement } from "@windlass/engine";
import type { CommandContext } from "../command.ts";
import { withCluster } from "./open-cluster.ts";
import { type SourceOptions, nameOfSource, openSource } from "./open-source.ts";
import { exitStatusOfResult, formatObject, formatSummary, toJson } from "./print-result.ts";

export interface SyncOptions extends SourceOptions {
  readonly prune: boolean;
  readonly approvePrune?: string;
  readonly pruneLimit: number;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly atomic: boolean;
  readonly adopt: boolean;
  readonly force: boolean;
  readonly timeout: number;
}

/** Ten characters that name a run: enough that no two meet, short enough for an object's name. */
export const newRunId = (): string => randomUUID().replaceAll("-", "").slice(0, 10);

const printEvent = (context: CommandContext, event: SyncEvent): void => {
  const { stdout, colors } = context;
  if (event.type === "object" && event.result.outcome !== "unchanged") stdout.write(`${formatObject(context, event.result)}\n`);
  if (event.type === "waiting")
    stdout.write(
      colors().dim(
        `… ${event.what}: waiting for ${event.refs.length === 1 && event.refs[0] ? formatRef(event.refs[0]) : `${event.refs.length} objects`}\n`,
      ),
    );
  if (event.type === "health")
    stdout.write(
      colors().dim(`  ${formatRef(event.ref)}: ${event.health.status}${event.health.message === "" ? "" : ` (${event.health.message})`}\n`),
    );
};

/** Makes the cluster equal to the source; the exit status tells the outcome. */
export const runSync = async (context: CommandContext, options: SyncOptions): Promise<void> => {
  const { stdout, signal } = context;
  const isJson = context.globals().output === "json";
  const { objects, revision } = await openSource(options, signal);
  await withCluster(context, async ({ kube, namespace }) => {
    const result = await syncPlacement(
      { kube, now: Date.now, newId: newRunId },
      {
        placement: { name: nameOfSource(options), namespace: options.namespace ?? namespace },
        revision,
        objects,
        rules: {
          prune: options.prune || options.approvePrune !== undefined,
          pruneLimit: options.pruneLimit,
          adopt: options.adopt,
          force: options.force,
          atomic: options.atomic,
          ...(options.approvePrune === undefined ? {} : { approvedPrune: options.approvePrune }),
        },
        wait: options.wait,
        dryRun: options.dryRun,
        timeoutMs: options.timeout,
        signal,
        ...(isJson ? {} : { onEvent: (event: SyncEvent) => printEvent(context, event) }),
      },
    );
    stdout.write(isJson ? `${JSON.stringify(toJson(result))}\n` : formatSummary(context, result, options.dryRun ? "dry run" : "sync"));
    context.setExitStatus(exitStatusOfResult(result));
  });
};
