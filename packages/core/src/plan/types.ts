// The vocabulary of a plan: the one value that diff, preview and apply all use.
import type { Inventory, PlacementId } from "../inventory/inventory.ts";
import type { KubeObject, ObjectKey, ObjectRef, Origin } from "../object/object.ts";

/** An object as it should be: normalised, labelled as a member of the set, with the hash of exactly that. */
export interface DesiredObject {
  readonly object: KubeObject;
  readonly origin: Origin;
  readonly hash: string;
}

/** What a metadata-only observation tells of an object in the cluster. */
export interface LiveObject {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Value of the part-of label; "" when it has none. */
  readonly partOf: string;
  readonly deleting: boolean;
  /** Hash of the field set that the API server records as applied by us; "" when it records none. */
  readonly fields: string;
  /** An annotation of its own asks that nobody prunes it. */
  readonly keep: boolean;
}

/** When a hook runs. */
export type HookPhase = "pre-sync" | "sync" | "post-sync" | "sync-fail" | "pre-delete" | "post-delete";
export type HookDeletePolicy = "before-creation" | "succeeded" | "failed";

export interface Hook {
  readonly phases: readonly HookPhase[];
  readonly deletePolicies: readonly HookDeletePolicy[];
  /** Helm's `pre-install` alone runs on a first sync only, `pre-upgrade` alone on later ones. */
  readonly when: "install" | "upgrade" | "always";
}

export interface SyncRules {
  /** Delete what left the set. */
  readonly prune: boolean;
  /** Largest share (0 to 1) of a placement's objects that one sync may delete unasked, where more than 5 are concerned. */
  readonly pruneLimit: number;
  /** The id of the blocked prune that a person approved; it covers that very set of objects and no other. */
  readonly approvedPrune?: string;
  /** Take objects over that another owner holds. */
  readonly adopt: boolean;
  /** Delete and create again what the API server refuses to change. */
  readonly force: boolean;
  /** Dry-run everything first and change nothing if one object is refused. */
  readonly atomic: boolean;
}

export const defaultRules: SyncRules = { prune: true, pruneLimit: 0.5, adopt: false, force: false, atomic: false };

export interface SyncInput {
  readonly placement: PlacementId;
  readonly setId: string;
  readonly revision: string;
  readonly renderedHash: string;
  readonly desired: readonly DesiredObject[];
  /** The record as it stands; `undefined` before the first sync. */
  readonly inventory: Inventory | undefined;
  /** Members of the set as observed. An owned object that is not in it is missing (or has lost its label). */
  readonly live: ReadonlyMap<ObjectKey, LiveObject>;
  readonly rules: SyncRules;
  /** Id of the run to begin, when no run that was cut off can go on. Random, given by the caller. */
  readonly runId: string;
}

/** `absent`: create, and nothing else. A uid: change this very object and no namesake. */
export type Expectation = "absent" | { readonly uid: string };

export type Action =
  | {
      readonly type: "apply";
      readonly ref: ObjectRef;
      readonly desired: DesiredObject;
      readonly expect: Expectation;
      readonly reason: "new" | "changed" | "drifted" | "missing";
      /** Fields that a controller of the same set owns, as paths (`spec.replicas`): sent only while they are still ours. */
      readonly yields: readonly string[];
    }
  | { readonly type: "unchanged"; readonly ref: ObjectRef; readonly desired: DesiredObject }
  | { readonly type: "hook"; readonly ref: ObjectRef; readonly desired: DesiredObject; readonly hook: Hook };

/** What has to hold after a batch before the next one starts. */
export type BatchWait = "none" | "served" | "healthy";

/** Actions that run in parallel; batches run one after the other. */
export interface Batch {
  readonly phase: "pre-sync" | "sync" | "post-sync";
  readonly stage: "definitions" | "main";
  readonly wave: number;
  readonly actions: readonly Action[];
  /** Waited for after the batch: everything of the same phase, stage and wave so far. */
  readonly wait: BatchWait;
}

export interface DeleteAction {
  readonly type: "delete";
  readonly ref: ObjectRef;
  readonly version: string;
  /** The identity that may be deleted; "" = not observed, look first. */
  readonly uid: string;
  readonly resourceVersion: string;
  readonly hook: boolean;
}

export interface SkipAction {
  readonly type: "skip";
  readonly ref: ObjectRef;
  readonly reason: string;
}

/** Why nothing is pruned although objects left the set. `approval` is "" where no approval helps. */
export interface PruneBlock {
  readonly reason: string;
  readonly approval: string;
  readonly refs: readonly ObjectRef[];
}

export interface Plan {
  readonly placement: PlacementId;
  readonly runId: string;
  /** The record to write before the first change: everything that may exist from here on. */
  readonly superset: Inventory;
  /** Whether the superset says more than what is recorded already. */
  readonly recordFirst: boolean;
  readonly batches: readonly Batch[];
  /** Batches of deletions, in order, once what is new is healthy. */
  readonly prune: readonly (readonly DeleteAction[])[];
  readonly skipped: readonly SkipAction[];
  readonly blocked?: PruneBlock;
  /** Hooks that run when the sync fails. */
  readonly onFailure: readonly Action[];
  /** Nothing to apply, to run or to delete. */
  readonly noop: boolean;
}
