// Until objects are healthy: driven by watches, so that nothing is polled and nothing is missed.
import {
  type Health,
  type KubeObject,
  type ObjectKey,
  type ObjectRef,
  WindlassError,
  assessHealth,
  formatRef,
  keyOf,
  keyOfRef,
} from "@windlass/core";
import type { KubeClient } from "../kube/types.ts";
import { applySetKeys } from "./applyset.ts";
import type { StepOptions, SyncEvent } from "./types.ts";

export interface HealthTarget {
  readonly ref: ObjectRef;
  readonly version: string;
}

export interface HealthWait {
  readonly kube: KubeClient;
  readonly setId: string;
  readonly what: string;
  /** Verdicts known already, from the answers to our own writes. Kept up to date here. */
  readonly seen: Map<ObjectKey, Health>;
  readonly onEvent?: ((event: SyncEvent) => void) | undefined;
}

/** A verdict that is bad may be a leftover of what was there before: it counts once it has stood this long. */
const degradedGraceMs = 3_000;

const isGood = (health: Health | undefined): boolean => health?.status === "Healthy" || health?.status === "Suspended";

/** The objects still waited for, and the first reason to give up. */
class Waiting {
  readonly #pending: Map<ObjectKey, HealthTarget>;
  readonly #since = new Map<ObjectKey, NodeJS.Timeout>();
  readonly #wait: HealthWait;
  readonly #done = Promise.withResolvers<void>();

  constructor(wait: HealthWait, targets: readonly HealthTarget[]) {
    this.#wait = wait;
    this.#pending = new Map(
      targets.filter(({ ref }) => !isGood(wait.seen.get(keyOfRef(ref)))).map((target) => [keyOfRef(target.ref), target]),
    );
    if (this.#pending.size === 0) this.#done.resolve();
  }

  get done(): Promise<void> {
    return this.#done.promise;
  }

  get targets(): readonly HealthTarget[] {
    return [...this.#pending.values()];
  }

  fail(error: unknown): void {
    this.#done.reject(error);
  }

  see(key: ObjectKey, health: Health): void {
    const target = this.#pending.get(key);
    if (target === undefined) return;
    const before = this.#wait.seen.get(key);
    this.#wait.seen.set(key, health);
    if (before?.message !== health.message || before.status !== health.status)
      this.#wait.onEvent?.({ type: "health", ref: target.ref, health });
    clearTimeout(this.#since.get(key));
    if (health.status === "Degraded" || health.status === "Missing") {
      this.#since.set(
        key,
        setTimeout(() => this.fail(unhealthy(this.#wait.what, target.ref, health)), degradedGraceMs),
      );
    } else if (isGood(health)) {
      this.#pending.delete(key);
      if (this.#pending.size === 0) this.#done.resolve();
    }
  }

  stop(): void {
    for (const timer of this.#since.values()) clearTimeout(timer);
  }
}

const unhealthy = (what: string, ref: ObjectRef, health: Health): WindlassError =>
  new WindlassError({
    code: "unavailable",
    message: `${what}: ${formatRef(ref)} is ${health.status}: ${health.message}`,
    remedy: "mend the object in the source and sync again; what was applied stays as it is",
  });

const late = ({ what, seen }: HealthWait, targets: readonly HealthTarget[]): WindlassError => {
  const texts = targets.map(({ ref }) => {
    const health = seen.get(keyOfRef(ref));
    return `${formatRef(ref)} is ${health?.status ?? "Unknown"}${health?.message ? ` (${health.message})` : ""}`;
  });
  return new WindlassError({
    code: "timeout",
    message: `${what}: not healthy in time: ${texts.slice(0, 5).join("; ")}${texts.length > 5 ? `; and ${texts.length - 5} more` : ""}`,
    remedy: "mend what holds them up, or give them longer with --timeout",
  });
};

const gone: Health = { status: "Missing", message: "it was deleted while it was waited for" };

const follow = async (wait: HealthWait, waiting: Waiting, group: readonly HealthTarget[], signal: AbortSignal): Promise<void> => {
  const [{ ref, version }] = group as [HealthTarget];
  const target = {
    group: ref.group,
    kind: ref.kind,
    version,
    labelSelector: `${applySetKeys.partOf}=${wait.setId}`,
    ...(ref.namespace === "" ? {} : { namespace: ref.namespace }),
  };
  const found = new Set<ObjectKey>();
  for await (const event of wait.kube.watch(target, { signal })) {
    switch (event.type) {
      case "restarted":
        found.clear();
        break;
      case "synced":
        for (const { ref: expected } of group) if (!found.has(keyOfRef(expected))) waiting.see(keyOfRef(expected), gone);
        break;
      case "deleted":
        waiting.see(keyOf(event.object), gone);
        break;
      case "added":
      case "modified":
        found.add(keyOf(event.object));
        waiting.see(keyOf(event.object), assessHealth(event.object));
    }
  }
};

/**
 * Waits until each target is Healthy (or Suspended).
 *
 * Errors: `unavailable` when one is Degraded or was deleted, `timeout` when the signal ends first; both name the objects and why.
 */
export const waitHealthy = async (wait: HealthWait, targets: readonly HealthTarget[], { signal }: StepOptions): Promise<void> => {
  const waiting = new Waiting(wait, targets);
  if (waiting.targets.length === 0) return;
  wait.onEvent?.({ type: "waiting", what: wait.what, refs: waiting.targets.map(({ ref }) => ref) });
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const onAbort = (): void => waiting.fail(late(wait, waiting.targets));
  signal.addEventListener("abort", onAbort, { once: true });
  const groups = Map.groupBy(waiting.targets, ({ ref, version }) => `${ref.group}/${version}/${ref.kind}/${ref.namespace}`);
  const follows = [...groups.values()].map((group) =>
    follow(wait, waiting, group, both).catch((error: unknown) => {
      if (!both.aborted) waiting.fail(error);
    }),
  );
  try {
    if (signal.aborted) onAbort();
    await waiting.done;
  } finally {
    signal.removeEventListener("abort", onAbort);
    ended.abort();
    waiting.stop();
    await Promise.all(follows);
  }
};

/** Notes the verdict that the answer to a write already holds, so that what is healthy at once is never watched. */
export const noteHealth = (seen: Map<ObjectKey, Health>, object: KubeObject): void => {
  seen.set(keyOf(object), assessHealth(object));
};
