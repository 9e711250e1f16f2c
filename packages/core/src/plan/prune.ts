// What a sync deletes, in which order, and what it refuses to delete without being asked.
import type { Inventory, InventoryEntry } from "../inventory/inventory.ts";
import { type ObjectKey, type ObjectRef, formatRef, keyOfRef } from "../object/object.ts";
import { compareRefs, isDefinition, rankGroup } from "./order.ts";
import type { DeleteAction, LiveObject, PruneBlock, SkipAction, SyncInput, SyncRules } from "./types.ts";

/** Fewer deletions than this never need to be approved for their number alone. */
const alwaysAllowed = 5;

const isPrecious = (ref: ObjectRef): boolean =>
  (ref.kind === "Namespace" && ref.group === "") ||
  (ref.kind === "CustomResourceDefinition" && ref.group === "apiextensions.k8s.io") ||
  (ref.kind === "PersistentVolumeClaim" && ref.group === "");

/** FNV-1a over the refs: names the very set of deletions that an approval covers. Not a secret and not a signature. */
const approvalOf = (refs: readonly ObjectRef[]): string => {
  let hash = 0x811c9dc5;
  for (const character of refs.map(keyOfRef).toSorted().join("\n"))
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
};

const refsText = (refs: readonly ObjectRef[]): string => {
  const shown = refs.slice(0, 3).map(formatRef).join(", ");
  return refs.length > 3 ? `${shown} and ${refs.length - 3} more` : shown;
};

/** Why deleting a Namespace, a CRD or a PersistentVolumeClaim has to be approved first; undefined when none is among `refs`, or it was. */
export const guardPrecious = (refs: readonly ObjectRef[], rules: Pick<SyncRules, "approvedPrune">): PruneBlock | undefined => {
  const approval = approvalOf(refs);
  const precious = refs.filter(isPrecious);
  if (precious.length === 0 || rules.approvedPrune === approval) return undefined;
  return { reason: `${refsText(precious)} would be deleted with everything inside`, approval, refs };
};

/**
 * Why deleting `refs` has to be approved first; undefined when it need not be.
 *
 * What is precious always does; other objects when they are more than 5 and more than the limit's share of all that the placement owns.
 */
export const guardPrune = (refs: readonly ObjectRef[], owned: number, rules: SyncRules): PruneBlock | undefined => {
  const approval = approvalOf(refs);
  if (rules.approvedPrune === approval) return undefined;
  const precious = guardPrecious(refs, rules);
  if (precious || refs.length <= alwaysAllowed || refs.length <= owned * rules.pruneLimit) return precious;
  const percent = Math.round(rules.pruneLimit * 100);
  return { reason: `${refs.length} of ${owned} objects would be deleted, more than ${percent} % in one sync`, approval, refs };
};

/** Objects of the record that the set no longer has, in reverse apply order. Refs are compared without their API version. */
export const leftEntries = (inventory: Inventory | undefined, desired: ReadonlySet<ObjectKey>): readonly InventoryEntry[] =>
  (inventory?.entries ?? []).filter((entry) => !desired.has(keyOfRef(entry))).toSorted((a, b) => compareRefs(b, a));

/** Deletions in batches: a batch ends where the barrier group changes, and definitions come last of all. */
export const batchDeletions = (actions: readonly DeleteAction[]): readonly (readonly DeleteAction[])[] => {
  const batchOf = (action: DeleteAction): number => (isDefinition(action.ref) ? -1 : rankGroup(action.ref));
  const numbers = [...new Set(actions.map(batchOf))].toSorted((a, b) => b - a);
  return numbers.map((number) => actions.filter((action) => batchOf(action) === number));
};

const toDelete = (entry: InventoryEntry, live: LiveObject | undefined): DeleteAction => ({
  type: "delete",
  ref: { group: entry.group, kind: entry.kind, namespace: entry.namespace, name: entry.name },
  version: entry.version,
  uid: live?.uid ?? "",
  resourceVersion: live?.resourceVersion ?? "",
  hook: entry.hook === true,
});

/** The prune part of a plan. */
export interface PrunePlan {
  readonly batches: readonly (readonly DeleteAction[])[];
  readonly skipped: readonly SkipAction[];
  readonly blocked?: PruneBlock;
}

/** What to delete of what left the set. Hooks' leftovers do not count towards the guard: they were made to go. */
export const planPrune = (input: SyncInput, desired: ReadonlySet<ObjectKey>): PrunePlan => {
  const left = leftEntries(input.inventory, desired);
  if (left.length === 0) return { batches: [], skipped: [] };
  const skip = (entry: InventoryEntry, reason: string): SkipAction => ({ type: "skip", ref: toDelete(entry, undefined).ref, reason });
  if (!input.rules.prune) return { batches: [], skipped: left.map((entry) => skip(entry, "left the source; pruning is off")) };
  if (input.desired.length === 0) {
    const refs = left.map((entry) => toDelete(entry, undefined).ref);
    return {
      batches: [],
      skipped: [],
      blocked: { reason: "the source rendered no object at all, which never prunes", approval: "", refs },
    };
  }
  const isKept = (entry: InventoryEntry): boolean => input.live.get(keyOfRef(entry))?.keep === true;
  const doomed = left.filter((entry) => !isKept(entry)).map((entry) => toDelete(entry, input.live.get(keyOfRef(entry))));
  const skipped = left.filter(isKept).map((entry) => skip(entry, "an annotation of the object asks that it is kept"));
  const owned = (input.inventory?.entries ?? []).filter((entry) => entry.hook !== true).length;
  const blocked = guardPrune(
    doomed.filter((action) => !action.hook).map((action) => action.ref),
    owned,
    input.rules,
  );
  return blocked ? { batches: [], skipped, blocked } : { batches: batchDeletions(doomed), skipped };
};
