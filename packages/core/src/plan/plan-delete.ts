// The decision of a delete: a placement goes with everything it owns, in reverse order, and with nothing else.
import type { Inventory, InventoryEntry } from "../inventory/inventory.ts";
import { type KubeObject, type ObjectKey, keyOfRef, refOf } from "../object/object.ts";
import { readHook, waveOf } from "./hook.ts";
import { compareRefs } from "./order.ts";
import { batchDeletions, guardPrecious } from "./prune.ts";
import type { Action, DeleteAction, HookPhase, LiveObject, PruneBlock, SkipAction, SyncRules } from "./types.ts";

export interface DeletePlan {
  /** Hooks to run before anything is deleted, wave by wave. */
  readonly preHooks: readonly Action[];
  readonly batches: readonly (readonly DeleteAction[])[];
  /** Hooks to run when all is gone, before the record is. */
  readonly postHooks: readonly Action[];
  readonly skipped: readonly SkipAction[];
  /** Nothing is deleted until this is approved. */
  readonly blocked?: PruneBlock;
}

const hooksOf = (objects: readonly KubeObject[], phase: HookPhase): readonly Action[] =>
  objects
    .flatMap((object): readonly Action[] => {
      const reading = readHook(object);
      if (reading.type !== "hook" || !reading.hook.phases.includes(phase)) return [];
      return [
        {
          type: "hook",
          ref: refOf(object),
          desired: { object, origin: { file: "(recorded at the last sync)", document: 1, line: 1 }, hash: "" },
          hook: reading.hook,
        },
      ];
    })
    .toSorted((a, b) => waveOf(a.desired.object) - waveOf(b.desired.object) || compareRefs(a.ref, b.ref));

const toAction = (entry: InventoryEntry, live: LiveObject | undefined): DeleteAction => ({
  type: "delete",
  ref: { group: entry.group, kind: entry.kind, namespace: entry.namespace, name: entry.name },
  version: entry.version,
  uid: live?.uid ?? "",
  resourceVersion: live?.resourceVersion ?? "",
  hook: entry.hook === true,
});

/**
 * What a delete of the whole placement does. Objects whose annotation asks for it are kept.
 *
 * Pure and total. Numbers need no approval here, since everything is meant; Namespaces, CRDs and PersistentVolumeClaims do.
 */
export const planDelete = (
  inventory: Inventory,
  live: ReadonlyMap<ObjectKey, LiveObject>,
  rules: Pick<SyncRules, "approvedPrune">,
): DeletePlan => {
  const entries = inventory.entries.toSorted((a, b) => compareRefs(b, a));
  const isKept = (entry: InventoryEntry): boolean => live.get(keyOfRef(entry))?.keep === true;
  const actions = entries.filter((entry) => !isKept(entry)).map((entry) => toAction(entry, live.get(keyOfRef(entry))));
  const blocked = guardPrecious(
    actions.map(({ ref }) => ref),
    rules,
  );
  const hooks = inventory.deleteHooks ?? [];
  return {
    preHooks: hooksOf(hooks, "pre-delete"),
    batches: blocked ? [] : batchDeletions(actions),
    postHooks: hooksOf(hooks, "post-delete"),
    skipped: entries
      .filter(isKept)
      .map((entry) => ({ type: "skip", ref: toAction(entry, undefined).ref, reason: "an annotation of the object asks that it is kept" })),
    ...(blocked ? { blocked } : {}),
  };
};
