// The decision of a sync: everything that it will do, as data, before it does any of it.
import { type InventoryEntry, type RunRecord, emptyInventory, indexEntries, intendedEntry } from "../inventory/inventory.ts";
import { type ObjectKey, keyOf, keyOfRef, refOf } from "../object/object.ts";
import { readHook, runsIn, waveOf } from "./hook.ts";
import { compareRefs, isDefinition, rankGroup } from "./order.ts";
import { planPrune } from "./prune.ts";
import type { Action, Batch, DesiredObject, Hook, LiveObject, Plan, SkipAction, SyncInput } from "./types.ts";
import { yieldsOf } from "./yield.ts";

interface HookObject {
  readonly desired: DesiredObject;
  readonly hook: Hook;
}

/** The set, sorted into what is kept, what is run and what is left out. */
interface Sorted {
  readonly objects: readonly DesiredObject[];
  readonly hooks: readonly HookObject[];
  readonly skipped: readonly SkipAction[];
}

/** A hook written with `generateName` gets a name of this run, the same each time the run is taken up again. */
const nameHook = (desired: DesiredObject, runId: string): DesiredObject => {
  const { generateName, ...metadata } = desired.object.metadata;
  if (metadata.name || generateName === undefined) return desired;
  return { ...desired, object: { ...desired.object, metadata: { ...metadata, name: `${generateName}${runId.slice(0, 8)}` } } };
};

const sortOut = (input: SyncInput, runId: string): Sorted => {
  const objects: DesiredObject[] = [];
  const hooks: HookObject[] = [];
  const skipped: SkipAction[] = [];
  for (const desired of input.desired) {
    const reading = readHook(desired.object);
    if (reading.type === "object") objects.push(desired);
    else if (reading.type === "hook") hooks.push({ desired: nameHook(desired, runId), hook: reading.hook });
    else skipped.push({ type: "skip", ref: refOf(desired.object), reason: reading.reason });
  }
  return { objects, hooks, skipped };
};

const isSettled = (entry: InventoryEntry, desired: DesiredObject, live: LiveObject, setId: string): boolean =>
  entry.hash === desired.hash && live.uid === entry.uid && live.fields === entry.fields && live.partOf === setId && !live.deleting;

const decide = (
  desired: DesiredObject,
  entry: InventoryEntry | undefined,
  live: LiveObject | undefined,
  setId: string,
): "unchanged" | "new" | "changed" | "drifted" | "missing" => {
  if (entry === undefined || (entry.uid === "" && live === undefined)) return "new";
  if (live === undefined) return "missing";
  if (isSettled(entry, desired, live, setId)) return "unchanged";
  return entry.hash === desired.hash ? "drifted" : "changed";
};

const actionsOf = (input: SyncInput, objects: readonly DesiredObject[]): readonly Action[] => {
  const entries = indexEntries(input.inventory?.entries ?? []);
  const yields = yieldsOf(objects);
  return objects.map((desired): Action => {
    const ref = refOf(desired.object);
    const key = keyOfRef(ref);
    const live = input.live.get(key);
    const reason = decide(desired, entries.get(key), live, input.setId);
    if (reason === "unchanged") return { type: "unchanged", ref, desired };
    return { type: "apply", ref, desired, expect: live ? { uid: live.uid } : "absent", reason, yields: yields(key) };
  });
};

/** A run that was cut off goes on when it is about the same content; else a new one begins. */
const resumedRun = (input: SyncInput): RunRecord | undefined => {
  const run = input.inventory?.run;
  return run?.state === "running" && run.renderedHash === input.renderedHash ? run : undefined;
};

const hooksAreDue = (input: SyncInput): boolean => {
  const { inventory } = input;
  return (
    inventory === undefined ||
    inventory.renderedHash !== input.renderedHash ||
    inventory.run?.state === "running" ||
    inventory.run?.state === "failed"
  );
};

interface Slot {
  readonly phase: Batch["phase"];
  readonly stage: Batch["stage"];
  readonly wave: number;
  readonly rank: number;
}

const phaseOrder: Readonly<Record<Batch["phase"], number>> = { "pre-sync": 0, sync: 1, "post-sync": 2 };

const compareSlots = (a: Slot, b: Slot): number =>
  phaseOrder[a.phase] - phaseOrder[b.phase] ||
  Number(a.stage === "main") - Number(b.stage === "main") ||
  a.wave - b.wave ||
  a.rank - b.rank;

const slotOfObject = (action: Action, early: ReadonlySet<ObjectKey>): Slot => {
  const { object } = action.desired;
  const isEarly = early.has(keyOfRef(action.ref));
  return {
    phase: isEarly ? "pre-sync" : "sync",
    stage: isDefinition(object) ? "definitions" : "main",
    wave: waveOf(object),
    rank: isDefinition(object) ? 0 : rankGroup(action.ref),
  };
};

const slotOfHook = (action: Action, phase: Batch["phase"]): Slot => ({
  phase,
  stage: "main",
  wave: waveOf(action.desired.object),
  rank: rankGroup(action.ref),
});

/** Definitions that a pre-sync hook cannot do without: its namespace and its own kind. They go before it. */
const neededByHooks = (objects: readonly DesiredObject[], hooks: readonly HookObject[]): ReadonlySet<ObjectKey> => {
  const early = hooks.filter(({ hook }) => hook.phases.includes("pre-sync")).map(({ desired }) => refOf(desired.object));
  const isNeeded = ({ object }: DesiredObject): boolean => {
    if (!isDefinition(object)) return false;
    const spec = object["spec"] as { group?: string; names?: { kind?: string } } | undefined;
    return early.some((ref) =>
      object.kind === "Namespace"
        ? ref.namespace === object.metadata.name
        : object.kind === "CustomResourceDefinition" && ref.group === spec?.group && ref.kind === spec.names?.kind,
    );
  };
  return new Set(objects.filter(isNeeded).map(({ object }) => keyOf(object)));
};

/** Slots in order become batches; the last batch of a wave waits for its wave when anything comes after it. */
const toBatches = (placed: readonly { readonly slot: Slot; readonly action: Action }[], moreFollows: boolean): readonly Batch[] => {
  const groups = Map.groupBy(
    placed.toSorted((a, b) => compareSlots(a.slot, b.slot) || compareRefs(a.action.ref, b.action.ref)),
    ({ slot }) => `${slot.phase} ${slot.stage} ${slot.wave} ${slot.rank}`,
  );
  const batches = [...groups.values()].map((items) => ({
    slot: (items[0] as (typeof items)[number]).slot,
    actions: items.map(({ action }) => action),
  }));
  return batches.map(({ slot, actions }, index): Batch => {
    const next = batches[index + 1]?.slot;
    const endsWave = next === undefined || next.phase !== slot.phase || next.stage !== slot.stage || next.wave !== slot.wave;
    const isLast = next === undefined && !moreFollows;
    const wait = slot.stage === "definitions" ? "served" : endsWave && !isLast ? "healthy" : "none";
    return { phase: slot.phase, stage: slot.stage, wave: slot.wave, actions, wait };
  });
};

const hookAction = ({ desired, hook }: HookObject): Action => ({ type: "hook", ref: refOf(desired.object), desired, hook });

const placeHooks = (
  hooks: readonly HookObject[],
  done: ReadonlySet<ObjectKey>,
): readonly { readonly slot: Slot; readonly action: Action }[] =>
  hooks.flatMap((hook) =>
    (["pre-sync", "sync", "post-sync"] as const).flatMap((phase) => {
      const action = hookAction(hook);
      // The key carries the phase: a hook of two phases runs in both.
      return hook.hook.phases.includes(phase) && !done.has(`${phase} ${keyOfRef(action.ref)}`)
        ? [{ slot: slotOfHook(action, phase), action }]
        : [];
    }),
  );

const supersetEntries = (input: SyncInput, sorted: Sorted): readonly InventoryEntry[] => {
  const known = indexEntries(input.inventory?.entries ?? []);
  const all = new Map(known);
  const add = (desired: DesiredObject, hook: boolean): void => {
    const key = keyOf(desired.object);
    if (!all.has(key)) all.set(key, intendedEntry(desired.object, `${desired.origin.file}:${desired.origin.line}`, hook));
  };
  for (const desired of sorted.objects) add(desired, false);
  for (const { desired } of sorted.hooks) add(desired, true);
  return [...all.values()];
};

const isDeleteHook = ({ hook }: HookObject): boolean => hook.phases.some((phase) => phase.endsWith("-delete"));

/**
 * The plan that makes the cluster equal to `desired`: what to record first, what to apply in which order, what to wait for, what to delete.
 *
 * Pure and total. Planning again after its execution gives a plan with `noop`; no object is both applied and deleted; each desired
 * object stands in exactly one action (a hook in one for each of its phases) and everything that may exist stands in `superset`.
 */
export const planSync = (input: SyncInput): Plan => {
  const resumed = resumedRun(input);
  const runId = resumed?.id ?? input.runId;
  const sorted = sortOut(input, runId);
  const firstSync = (input.inventory?.revision ?? "") === "";
  const dueHooks = hooksAreDue(input) ? sorted.hooks.filter(({ hook }) => runsIn(hook, firstSync)) : [];

  const actions = actionsOf(input, sorted.objects);
  const early = neededByHooks(sorted.objects, dueHooks);
  const desiredKeys = new Set([...sorted.objects, ...sorted.hooks.map(({ desired }) => desired)].map(({ object }) => keyOf(object)));
  const prune = planPrune(input, desiredKeys);

  const placedObjects = actions.map((action) => ({ slot: slotOfObject(action, early), action }));
  const placedHooks = placeHooks(dueHooks, new Set(resumed?.hooksDone));
  const isIdle = actions.every(({ type }) => type === "unchanged") && placedHooks.length === 0 && prune.batches.length === 0;
  const isInSync =
    input.inventory?.renderedHash === input.renderedHash &&
    input.inventory.revision === input.revision &&
    input.inventory.run?.state !== "running" &&
    input.inventory.run?.state !== "failed";

  const base = input.inventory ?? emptyInventory(input.placement);
  const entries = supersetEntries(input, sorted);
  const deleteHooks = sorted.hooks.filter(isDeleteHook).map(({ desired }) => desired.object);
  const run: RunRecord = resumed ?? {
    id: runId,
    revision: input.revision,
    renderedHash: input.renderedHash,
    state: "running",
    hooksDone: [],
  };
  const { run: _old, deleteHooks: _oldHooks, ...kept } = base;
  return {
    placement: input.placement,
    runId,
    superset: { ...kept, entries, run, ...(deleteHooks.length > 0 ? { deleteHooks } : {}) },
    recordFirst:
      input.inventory === undefined || entries.length > input.inventory.entries.length || (placedHooks.length > 0 && resumed === undefined),
    batches: isIdle ? [] : toBatches([...placedObjects, ...placedHooks], prune.batches.length > 0),
    prune: prune.batches,
    skipped: [...sorted.skipped, ...prune.skipped],
    ...(prune.blocked ? { blocked: prune.blocked } : {}),
    onFailure: dueHooks.filter(({ hook }) => hook.phases.includes("sync-fail")).map(hookAction),
    noop: isIdle && isInSync,
  };
};
