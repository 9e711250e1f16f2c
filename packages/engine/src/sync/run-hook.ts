// One hook, run once per run: whatever happens to us in between, a hook that was started is never started again.
import { type Action, type KubeObject, WindlassError, formatRef, keyOfRef, versionOf } from "@windlass/core";
import { type ApplyContext, applyObject } from "./apply-object.ts";
import { applySetKeys } from "./applyset.ts";
import type { Recorder } from "./recorder.ts";
import type { StepOptions } from "./types.ts";
import { type HealthWait, noteHealth, waitHealthy } from "./wait-healthy.ts";
import { waitGone } from "./wait-gone.ts";

export type HookAction = Extract<Action, { readonly type: "hook" }>;

export interface HookRun {
  readonly context: ApplyContext;
  readonly recorder: Recorder;
  readonly runId: string;
  /** The phase it runs in now: a hook of two phases runs once in each. */
  readonly phase: string;
  readonly wait: HealthWait;
  readonly checkpoint: (name: string) => Promise<void>;
}

const runMark = "windlass.dev/hook-run";

const foreign = (action: HookAction): WindlassError =>
  new WindlassError({
    code: "conflict",
    message: `hook ${formatRef(action.ref)}: an object of that name exists and does not belong to this placement`,
    remedy: "rename the hook, or remove the object if nothing needs it",
  });

const remove = async ({ context }: HookRun, live: KubeObject, action: HookAction, options: StepOptions): Promise<void> => {
  const target = { ...action.ref, version: versionOf(live.apiVersion) };
  const uid = live.metadata.uid ?? "";
  await context.kube.delete(target, { preconditions: { uid }, signal: options.signal });
  await waitGone(context.kube, target, uid, options);
};

/** The object of this run: there already when the run was cut off after creating it, created now otherwise. */
const start = async (run: HookRun, action: HookAction, options: StepOptions): Promise<KubeObject> => {
  const mark = `${run.runId}/${run.phase}`;
  const { object } = action.desired;
  const live = await run.context.kube.find({ ...action.ref, version: versionOf(object.apiVersion) }, options);
  if (live?.metadata.annotations?.[runMark] === mark) return live;
  if (live && live.metadata.labels?.[applySetKeys.partOf] !== run.context.setId) throw foreign(action);
  if (live) await remove(run, live, action, options);
  const marked: KubeObject = {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [runMark]: mark } },
  };
  const applied = await applyObject(run.context, { ...action.desired, object: marked }, { expect: "absent", yields: [] }, options);
  return applied.object;
};

const isPolicy = (action: HookAction, policy: "succeeded" | "failed"): boolean => action.hook.deletePolicies.includes(policy);

/**
 * Runs a hook to its end and records that it ran before its object is removed.
 *
 * Errors: `unavailable` when it failed, `timeout` when it did not end in time, `conflict` when its name is taken by a foreign object.
 */
export const runHook = async (run: HookRun, action: HookAction, options: StepOptions): Promise<void> => {
  const object = await start(run, action, options);
  await run.checkpoint(`hook-started:${action.ref.name}`);
  noteHealth(run.wait.seen, object);
  try {
    await waitHealthy(run.wait, [{ ref: action.ref, version: versionOf(object.apiVersion) }], options);
  } catch (error) {
    if (isPolicy(action, "failed") && !options.signal.aborted) await remove(run, object, action, options);
    throw error;
  }
  await run.checkpoint(`hook-finished:${action.ref.name}`);
  const record = run.recorder.run;
  if (record) run.recorder.update({ run: { ...record, hooksDone: [...record.hooksDone, `${run.phase} ${keyOfRef(action.ref)}`] } });
  await run.recorder.save(options);
  await run.checkpoint(`hook-recorded:${action.ref.name}`);
  if (!isPolicy(action, "succeeded")) return;
  await remove(run, object, action, options);
  run.recorder.drop(keyOfRef(action.ref));
};
