// The inventory while a sync runs: one writer, one write at a time.
import { type Inventory, type InventoryEntry, type ObjectKey, type RunRecord, indexEntries, keyOfRef } from "@windlass/core";
import type { InventoryStore } from "./inventory-store.ts";
import type { StepOptions } from "./types.ts";

/** Owns the placement's record for the time of one sync. */
export class Recorder {
  readonly #store: InventoryStore;
  readonly #entries: Map<ObjectKey, InventoryEntry>;
  #inventory: Inventory;
  #stored: string;
  #version: string;
  #queue: Promise<void> = Promise.resolve();

  /** `planned` is the superset; `stored` what the cluster holds at `version`. */
  constructor(store: InventoryStore, planned: Inventory, stored: { readonly inventory: Inventory | undefined; readonly version: string }) {
    this.#store = store;
    this.#inventory = planned;
    this.#entries = new Map(indexEntries(planned.entries));
    this.#stored = JSON.stringify(stored.inventory);
    this.#version = stored.version;
  }

  get inventory(): Inventory {
    return { ...this.#inventory, entries: [...this.#entries.values()] };
  }

  get version(): string {
    return this.#version;
  }

  set(entry: InventoryEntry): void {
    this.#entries.set(keyOfRef(entry), entry);
  }

  get(key: ObjectKey): InventoryEntry | undefined {
    return this.#entries.get(key);
  }

  drop(key: ObjectKey): void {
    this.#entries.delete(key);
  }

  get run(): RunRecord | undefined {
    return this.#inventory.run;
  }

  /** Changes what is said of the run or the last success; written with the next `save`. */
  update(change: Partial<Omit<Inventory, "entries" | "placement">>): void {
    this.#inventory = { ...this.#inventory, ...change };
  }

  /** Writes the record if it says anything new. Errors: `conflict` when somebody else wrote it. */
  save({ signal }: StepOptions): Promise<void> {
    const write = async (): Promise<void> => {
      const { inventory } = this;
      const text = JSON.stringify(inventory);
      if (text === this.#stored) return;
      this.#version = await this.#store.write(inventory, this.#version, { signal });
      this.#stored = text;
    };
    this.#queue = this.#queue.then(write, write);
    return this.#queue;
  }
}
