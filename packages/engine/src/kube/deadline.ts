// The end of a call: its own deadline and its caller's signal, as one signal.
import { setTimeout as sleep } from "node:timers/promises";

export interface Deadline {
  /** Aborted by the caller, with the caller's reason, or when the time is up. */
  readonly signal: AbortSignal;
  readonly hasExpired: boolean;
  remainingMs(): number;
  /** Lets go of the caller's signal. Must be called, or a long-lived signal collects listeners. */
  release(): void;
}

/**
 * A deadline that begins now.
 *
 * `AbortSignal.any` would do, but it is never released, and thousands of calls share one long-lived signal.
 */
export const startDeadline = (caller: AbortSignal, timeoutMs: number): Deadline => {
  const controller = new AbortController();
  const endsAtMs = performance.now() + timeoutMs;
  let hasExpired = false;
  const abort = (): void => controller.abort(caller.reason);
  const timer = setTimeout(() => {
    hasExpired = true;
    controller.abort();
  }, timeoutMs);
  if (caller.aborted) abort();
  caller.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    get hasExpired() {
      return hasExpired;
    },
    remainingMs: () => endsAtMs - performance.now(),
    release: () => {
      clearTimeout(timer);
      caller.removeEventListener("abort", abort);
    },
  };
};

/** Comes back after a while; rejects with the signal's reason. */
export const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
};
