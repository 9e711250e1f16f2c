// Keeps placements as they should be: syncs each when its source changes or when somebody touches what it owns.
import {
  type Inventory,
  type LiveObject,
  type ObjectKey,
  type PlacementId,
  type SourcedObject,
  type SyncRules,
  keyOfRef,
} from "@windlass/core";
import { applySetId } from "../sync/applyset.ts";
import { createInventoryStore } from "../sync/inventory-store.ts";
import { syncPlacement } from "../sync/sync.ts";
import type { SyncDeps, SyncEvent, SyncResult } from "../sync/types.ts";
import { backoffMs } from "./backoff.ts";
import { MemberCache } from "./member-cache.ts";
import { MemberWatch } from "./member-watch.ts";

/** What a placement shall be. */
export interface KeptPlacement {
  readonly placement: PlacementId;
  readonly revision: string;
  readonly objects: readonly SourcedObject[];
  readonly rules: SyncRules;
  readonly timeoutMs: number;
}

export type SyncTrigger = "revision" | "drift" | "retry" | "asked";

export interface KeeperDeps extends SyncDeps {
  /** In [0, 1). */
  readonly random: () => number;
  readonly onSync?: (result: SyncResult, trigger: SyncTrigger) => void;
  /** A sync that could not even begin or end: no API server, no inventory. It is tried again. */
  readonly onError?: (placement: PlacementId, error: unknown) => void;
  readonly onEvent?: (placement: PlacementId, event: SyncEvent) => void;
  /** Placements synced at the same time. Requests are bounded by the client besides. */
  readonly workers: number;
}

interface Kept {
  spec: KeptPlacement;
  inventory: Inventory | undefined;
  version: string;
  /** Those whose change is drift: what the last sync made so. */
  entries: ReadonlyMap<ObjectKey, Inventory["entries"][number]>;
  pending: SyncTrigger | undefined;
  queued: boolean;
  running: AbortController | undefined;
  failures: number;
  timer: NodeJS.Timeout | undefined;
}

const isAsRecorded = (kept: Kept, key: ObjectKey, live: LiveObject | undefined): boolean => {
  const entry = kept.entries.get(key);
  if (entry === undefined || entry.hook === true) return true;
  return live !== undefined && live.uid === entry.uid && live.fields === entry.fields && !live.deleting;
};

/** Keeps any number of placements of one cluster; they never wait for one another. */
export class Keeper {
  readonly #deps: KeeperDeps;
  readonly #cache = new MemberCache();
  readonly #watch: MemberWatch;
  readonly #kept = new Map<string, Kept>();
  readonly #queue: Kept[] = [];
  readonly #idle: (() => void)[] = [];
  #records: Promise<ReadonlyMap<string, { readonly inventory: Inventory | undefined; readonly version: string }>> | undefined;
  #active = 0;
  #closed = false;

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    this.#watch = new MemberWatch({ kube: deps.kube, cache: this.#cache, onChange: (setIds) => this.#onChange(setIds) });
  }

  /** Sets what a placement shall be. A running sync of an older revision ends at its next safe point. */
  async keep(spec: KeptPlacement): Promise<void> {
    const setId = applySetId(spec.placement);
    const kept = this.#kept.get(setId);
    if (kept) {
      const isNew = kept.spec.revision !== spec.revision;
      kept.spec = spec;
      if (isNew) {
        kept.failures = 0;
        kept.running?.abort(new Error("superseded by a newer revision"));
      }
      this.#enqueue(kept, "revision");
      return;
    }
    this.#records ??= this.#readRecords();
    const record = (await this.#records).get(setId);
    const fresh: Kept = {
      spec,
      inventory: undefined,
      version: "",
      entries: new Map(),
      pending: undefined,
      queued: false,
      running: undefined,
      failures: 0,
      timer: undefined,
    };
    if (record) this.#remember(fresh, record.inventory, record.version);
    this.#kept.set(setId, fresh);
    this.#enqueue(fresh, "revision");
  }

  /** Visits every placement again, whether or not anything is known to have changed. */
  visitAll(): void {
    for (const kept of this.#kept.values()) this.#enqueue(kept, "asked");
  }

  /** Resolves when no sync runs or waits to run. Syncs that wait for their next try do not count. */
  async idle(): Promise<void> {
    if (this.#active === 0 && this.#queue.length === 0) return;
    await new Promise<void>((resolve) => void this.#idle.push(resolve));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const kept of this.#kept.values()) {
      clearTimeout(kept.timer);
      kept.running?.abort(new Error("closing"));
    }
    this.#queue.length = 0;
    await this.#watch.close();
    await this.idle();
  }

  async #readRecords() {
    const stored = await createInventoryStore(this.#deps).list(undefined);
    return new Map(stored.flatMap((record) => (record.inventory ? [[applySetId(record.inventory.placement), record] as const] : [])));
  }

  #remember(kept: Kept, inventory: Inventory | undefined, version: string): void {
    kept.inventory = inventory;
    kept.version = version;
    kept.entries = new Map((inventory?.entries ?? []).map((entry) => [keyOfRef(entry), entry]));
  }

  /** Only what differs from the record is drift; the echo of our own writes is not. */
  #onChange(setIds: readonly string[]): void {
    for (const setId of setIds) {
      const kept = this.#kept.get(setId);
      // What failed is tried again after its pause, however often its objects change meanwhile.
      if (kept === undefined || kept.running || kept.failures > 0) continue;
      const members = this.#cache.membersOf(setId);
      if ([...kept.entries.keys()].some((key) => !isAsRecorded(kept, key, members.get(key)))) this.#enqueue(kept, "drift");
    }
  }

  #enqueue(kept: Kept, trigger: SyncTrigger): void {
    if (this.#closed) return;
    kept.pending = trigger;
    clearTimeout(kept.timer);
    if (kept.running === undefined) this.#push(kept);
    this.#pump();
  }

  #push(kept: Kept): void {
    if (kept.queued || this.#closed) return;
    kept.queued = true;
    this.#queue.push(kept);
  }

  #pump(): void {
    while (this.#active < this.#deps.workers) {
      const kept = this.#queue.shift();
      if (kept === undefined) break;
      kept.queued = false;
      this.#active++;
      void this.#run(kept).finally(() => {
        this.#active--;
        if (kept.pending !== undefined) this.#push(kept);
        this.#pump();
        if (this.#active === 0 && this.#queue.length === 0) for (const resolve of this.#idle.splice(0)) resolve();
      });
    }
  }

  async #run(kept: Kept): Promise<void> {
    const trigger = kept.pending ?? "asked";
    kept.pending = undefined;
    kept.running = new AbortController();
    try {
      const result = await this.#sync(kept, kept.running.signal);
      this.#deps.onSync?.(result, trigger);
      if (result.outcome === "failed") this.#retryLater(kept);
      else kept.failures = 0;
    } catch (error) {
      if (!kept.running.signal.aborted) {
        this.#deps.onError?.(kept.spec.placement, error);
        this.#retryLater(kept);
      }
      await this.#reread(kept);
    } finally {
      kept.running = undefined;
    }
    this.#onChange([applySetId(kept.spec.placement)]);
  }

  async #sync(kept: Kept, signal: AbortSignal): Promise<SyncResult> {
    const { spec } = kept;
    const setId = applySetId(spec.placement);
    await this.#watch.follow(kept.inventory?.entries ?? []);
    const result = await syncPlacement(this.#deps, {
      ...spec,
      wait: false,
      dryRun: false,
      signal,
      known: { inventory: kept.inventory, version: kept.version, live: this.#cache.membersOf(setId), unknown: this.#watch.unknown },
      onEvent: (event) => this.#deps.onEvent?.(spec.placement, event),
    });
    for (const [key, live] of result.applied) this.#cache.put(key, live);
    this.#remember(kept, result.inventory, result.version);
    const settled = new Set(
      result.results
        .filter(({ outcome }) => outcome === "unchanged" || outcome === "created" || outcome === "configured")
        .map(({ ref }) => keyOfRef(ref)),
    );
    kept.entries = new Map([...kept.entries].filter(([key]) => settled.has(key)));
    await this.#watch.follow(result.inventory?.entries ?? []);
    return result;
  }

  /** After a sync that was cut off the record may be ahead of what we remember. */
  async #reread(kept: Kept): Promise<void> {
    if (this.#closed) return;
    try {
      const { inventory, version } = await createInventoryStore(this.#deps).read(kept.spec.placement);
      this.#remember(kept, inventory, version);
    } catch (error) {
      this.#deps.onError?.(kept.spec.placement, error);
    }
  }

  #retryLater(kept: Kept): void {
    kept.failures++;
    kept.timer = setTimeout(() => this.#enqueue(kept, "retry"), backoffMs(kept.failures, this.#deps.random()));
  }
}
