// The limiter at work: callers wait here, first come, first served.
import { performance } from "node:perf_hooks";
import { canStart, initialLimiter, nextLimiter, type LimiterBounds, type LimiterEvent, type LimiterState } from "./limiter.ts";

/** A place among the requests under way; `leave` gives it back, once. */
interface Place {
  leave(outcome: "answered" | "refused" | "ignored"): void;
}

export interface Gate {
  /** A place, as soon as one is free. Rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<Place>;
  readonly state: LimiterState;
}

/** The gate of one API server, shared by everything that talks to it. */
export const createGate = (bounds: LimiterBounds & { readonly initial: number }): Gate => {
  let state = initialLimiter(bounds.initial);
  // A Set keeps the order of arrival and forgets a cancelled caller in constant time.
  const waiting = new Set<() => void>();

  const advance = (event: LimiterEvent): void => {
    state = nextLimiter(state, event, bounds);
    for (const admit of waiting) {
      if (!canStart(state)) return;
      waiting.delete(admit);
      admit();
    }
  };

  const take = (): Place => {
    const startedAtMs = performance.now();
    state = nextLimiter(state, { type: "started" }, bounds);
    return { leave: (outcome) => advance({ type: "finished", outcome, startedAtMs, nowMs: performance.now() }) };
  };

  const enter = (signal: AbortSignal): Promise<Place> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (waiting.size === 0 && canStart(state)) return resolve(take());
      const abandon = (): void => {
        waiting.delete(admit);
        reject(signal.reason);
      };
      const admit = (): void => {
        signal.removeEventListener("abort", abandon);
        resolve(take());
      };
      waiting.add(admit);
      signal.addEventListener("abort", abandon, { once: true });
    });

  return {
    enter,
    get state() {
      return state;
    },
  };
};
