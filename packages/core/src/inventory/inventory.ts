// The record of what a placement owns. It is kept in the parent Secret of the placement's ApplySet (KEP-3659), so that a restarted
// or replaced agent continues from it, and so that a crash at any point leaves no orphan: whatever may exist stands in it first.
import { type KubeObject, type ObjectKey, type ObjectRef, groupOf, keyOfRef, versionOf } from "../object/object.ts";

/** One application on one cluster. `namespace` is where its parent Secret lives, and the default of its objects. */
export interface PlacementId {
  readonly name: string;
  readonly namespace: string;
}

/** One owned object. */
export interface InventoryEntry extends ObjectRef {
  /** The version that it was applied with. */
  readonly version: string;
  /** Hash of what was applied; "" while the object is intended and perhaps not there yet. */
  readonly hash: string;
  /** "" until it was seen. */
  readonly uid: string;
  /** Hash of the field set that the API server recorded as ours; "" until it was seen. */
  readonly fields: string;
  /** `FILE:LINE` of the source. */
  readonly origin: string;
  /** A hook's object: made for one run, so its absence is no drift. */
  readonly hook?: true;
}

/** How far a sync came, so that one that was cut off goes on instead of starting again. */
export interface RunRecord {
  readonly id: string;
  readonly revision: string;
  readonly renderedHash: string;
  readonly state: "running" | "succeeded" | "failed";
  /** Keys of the hooks that ran to their end in this run: none of them runs twice. */
  readonly hooksDone: readonly ObjectKey[];
}

export interface Inventory {
  readonly placement: PlacementId;
  /** Revision and rendered hash of the last sync that succeeded; "" before the first. */
  readonly revision: string;
  readonly renderedHash: string;
  readonly entries: readonly InventoryEntry[];
  readonly run?: RunRecord;
  /** Objects of hooks that `delete` has to run when the source is no longer at hand. */
  readonly deleteHooks?: readonly KubeObject[];
}

/** An inventory that owns nothing. */
export const emptyInventory = (placement: PlacementId): Inventory => ({ placement, revision: "", renderedHash: "", entries: [] });

/** The entry of an object that is about to be applied for the first time. */
export const intendedEntry = (object: KubeObject, origin: string, hook: boolean): InventoryEntry => ({
  group: groupOf(object.apiVersion),
  kind: object.kind,
  namespace: object.metadata.namespace ?? "",
  name: object.metadata.name,
  version: versionOf(object.apiVersion),
  hash: "",
  uid: "",
  fields: "",
  origin,
  ...(hook ? { hook: true } : {}),
});

/** The entries by key. */
export const indexEntries = (entries: readonly InventoryEntry[]): ReadonlyMap<ObjectKey, InventoryEntry> =>
  new Map(entries.map((entry) => [keyOfRef(entry), entry]));
