// What goes into a sync and what comes out of it.
import type {
  Health,
  Inventory,
  ObjectKey,
  LiveObject,
  ObjectRef,
  PlacementId,
  Plan,
  PruneBlock,
  SourcedObject,
  SyncRules,
  WindlassError,
} from "@windlass/core";
import type { KubeClient } from "../kube/types.ts";

export interface SyncDeps {
  readonly kube: KubeClient;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A random id of at least 8 characters `[a-z0-9]`. */
  readonly newId: () => string;
  /** Called at each border between two steps. Tests stop the process there; nothing else uses it. */
  readonly checkpoint?: (name: string) => void | Promise<void>;
}

/** What is known already of a placement, from a watch: a sync that finds nothing to do then asks the API server nothing. */
export interface KnownState {
  readonly inventory: Inventory | undefined;
  readonly version: string;
  readonly live: ReadonlyMap<ObjectKey, LiveObject>;
  /** Kinds (`group/Kind`) that could not be read; nothing is decided about their objects. */
  readonly unknown: ReadonlyMap<string, WindlassError>;
}

export interface SyncRequest {
  readonly placement: PlacementId;
  readonly revision: string;
  readonly objects: readonly SourcedObject[];
  readonly rules: SyncRules;
  /** Wait until everything is healthy, also where no wave, hook or prune asks for it. */
  readonly wait: boolean;
  /** Change nothing; say what would change, as the API server sees it. */
  readonly dryRun: boolean;
  /** Deadline of the whole sync. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly known?: KnownState;
  readonly onEvent?: (event: SyncEvent) => void;
}

/** What happened to one object. The words are those of the change set everywhere. */
export interface ObjectResult {
  readonly ref: ObjectRef;
  readonly outcome: "created" | "configured" | "unchanged" | "deleted" | "skipped" | "failed";
  /** `FILE:LINE`, "" for what is no longer in the source. */
  readonly origin: string;
  /** Why: `drifted`, `adopted from Helm release a/b`, `left the source; pruning is off`, … "" when the outcome says it all. */
  readonly note: string;
  readonly error?: WindlassError;
}

export type SyncEvent =
  | { readonly type: "planned"; readonly plan: Plan }
  | { readonly type: "object"; readonly result: ObjectResult }
  | { readonly type: "waiting"; readonly what: string; readonly refs: readonly ObjectRef[] }
  | { readonly type: "health"; readonly ref: ObjectRef; readonly health: Health };

export interface SyncResult {
  readonly placement: PlacementId;
  readonly revision: string;
  /** `blocked`: everything was applied, and deletions wait for an approval. */
  readonly outcome: "succeeded" | "failed" | "blocked";
  readonly results: readonly ObjectResult[];
  readonly blocked?: PruneBlock;
  /** Failures that belong to no single object: a wave that did not get healthy, a hook that failed. */
  readonly errors: readonly WindlassError[];
  readonly inventory: Inventory | undefined;
  /** What was applied, as it stood right after. */
  readonly applied: ReadonlyMap<ObjectKey, LiveObject>;
  /** Version of the inventory's Secret, for `KnownState`. */
  readonly version: string;
  readonly durationMs: number;
}

/** Bounds of one step, handed down to every request. */
export interface StepOptions {
  readonly signal: AbortSignal;
}
