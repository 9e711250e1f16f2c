// One metadata-only watch per kind, for the members of all sets together.
import { WindlassError, keyOfRef } from "@windlass/core";
import type { KubeClient } from "../kube/types.ts";
import { applySetKeys } from "../sync/applyset.ts";
import { type KindKey, kindKeyOf, toLiveObject } from "../sync/observe.ts";
import type { MemberCache } from "./member-cache.ts";

interface WatchedKind {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
}

export interface MemberWatchDeps {
  readonly kube: KubeClient;
  readonly cache: MemberCache;
  /** Members of these sets were seen in another state than before. */
  readonly onChange: (setIds: readonly string[]) => void;
}

interface Followed {
  readonly synced: Promise<void>;
  error: WindlassError | undefined;
}

const retryMs = 10_000;

/** Follows kinds; each is followed once, from when it is first asked for until the end. */
export class MemberWatch {
  readonly #deps: MemberWatchDeps;
  readonly #kinds = new Map<KindKey, Followed>();
  readonly #end = new AbortController();
  readonly #tasks: Promise<void>[] = [];

  constructor(deps: MemberWatchDeps) {
    this.#deps = deps;
  }

  /** Kinds of which nothing is known now, with the reason. */
  get unknown(): ReadonlyMap<KindKey, WindlassError> {
    return new Map([...this.#kinds].flatMap(([key, { error }]) => (error ? [[key, error] as const] : [])));
  }

  /** Resolves once all these kinds have been listed (or could not be). Kinds that the cluster does not have are left for later. */
  async follow(kinds: readonly WatchedKind[]): Promise<void> {
    await Promise.all(
      kinds.map(async ({ group, kind: name, version }) => {
        // Entries of an inventory are handed in as they are; a watch wants the kind alone.
        const kind = { group, kind: name, version };
        const key = kindKeyOf(kind);
        if (!this.#kinds.has(key) && (await this.#deps.kube.findKind(kind)) === undefined) return;
        await (this.#kinds.get(key) ?? this.#start(key, kind)).synced;
      }),
    );
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#tasks);
  }

  #start(key: KindKey, kind: WatchedKind): Followed {
    const ready = Promise.withResolvers<void>();
    const followed: Followed = { synced: ready.promise, error: undefined };
    this.#kinds.set(key, followed);
    this.#tasks.push(this.#run(kind, followed, ready.resolve));
    return followed;
  }

  /** A kind that fails is tried again and again; until then it is unknown, and only it. */
  async #run(kind: WatchedKind, followed: Followed, ready: () => void): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        await this.#watch(kind, followed, ready);
      } catch (error) {
        if (signal.aborted) return;
        followed.error =
          error instanceof WindlassError
            ? error
            : new WindlassError({ code: "internal", message: String(error), remedy: "report this" }, { cause: error });
        ready();
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, retryMs);
          signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
        });
      }
    }
    ready();
  }

  async #watch(kind: WatchedKind, followed: Followed, ready: () => void): Promise<void> {
    const { cache, kube, onChange } = this.#deps;
    const prefix = `${kind.group}/${kind.kind}/`;
    const seen = new Set<string>();
    for await (const event of kube.watch(
      { ...kind, labelSelector: applySetKeys.partOf, metadataOnly: true },
      { signal: this.#end.signal },
    )) {
      if (event.type === "restarted") seen.clear();
      else if (event.type === "synced") {
        followed.error = undefined;
        onChange(cache.retain((key) => key.startsWith(prefix), seen));
        seen.clear();
        ready();
      } else {
        const key = keyOfRef({
          group: kind.group,
          kind: kind.kind,
          namespace: event.object.metadata.namespace ?? "",
          name: event.object.metadata.name,
        });
        seen.add(key);
        onChange(event.type === "deleted" ? cache.remove(key) : cache.put(key, toLiveObject(event.object)));
      }
    }
  }
}
