// How many requests may be under way at once: additive increase, multiplicative decrease, as a pure state machine.
//
// The API server is the scarce thing. It says so by 429, by 5xx, by silence, or by answering many times slower than it used to.

/** `limit` is fractional, its whole part counts. Times are milliseconds of one monotonic clock. */
export interface LimiterState {
  readonly limit: number;
  readonly inFlight: number;
  /** Latency averaged over about 10 and about 500 requests; 0 before the first. */
  readonly recentMs: number;
  readonly usualMs: number;
  /** When the limit was last cut. What was sent before that cannot cut it again: it is the same congestion. */
  readonly cutAtMs: number;
}

export type LimiterEvent =
  | { readonly type: "started" }
  /** `refused`: 429, 5xx, timeout or cut connection. `ignored`: it says nothing about load (cancelled by the caller). */
  | {
      readonly type: "finished";
      readonly outcome: "answered" | "refused" | "ignored";
      readonly startedAtMs: number;
      readonly nowMs: number;
    };

export interface LimiterBounds {
  readonly min: number;
  readonly max: number;
}

/** Latency this many times the usual, and beyond `slowFloorMs`, counts as refusal. */
const slowFactor = 8;
const slowFloorMs = 1_000;

/** The state before the first request. `initial` is in requests. */
export const initialLimiter = (initial: number): LimiterState => ({
  limit: initial,
  inFlight: 0,
  recentMs: 0,
  usualMs: 0,
  cutAtMs: Number.NEGATIVE_INFINITY,
});

/** Whether one more request may start. */
export const canStart = (state: LimiterState): boolean => state.inFlight < Math.floor(state.limit);

const average = (before: number, value: number, weight: number): number => (before === 0 ? value : before + (value - before) * weight);

const cut = (state: LimiterState, bounds: LimiterBounds, nowMs: number): LimiterState => ({
  ...state,
  limit: Math.max(bounds.min, Math.floor(state.limit / 2)),
  // A server that became slow for good must not be cut again for that: its pace is the usual one from here on.
  usualMs: state.recentMs,
  cutAtMs: nowMs,
});

const grow = (state: LimiterState, bounds: LimiterBounds): LimiterState => {
  // A limit that nobody reaches is not proven by success.
  const isUsed = state.inFlight + 1 >= Math.floor(state.limit);
  return isUsed ? { ...state, limit: Math.min(bounds.max, state.limit + 1 / state.limit) } : state;
};

const isSlow = (state: LimiterState): boolean => state.recentMs > slowFloorMs && state.recentMs > slowFactor * state.usualMs;

/** The state after an event: +1 per round of successes up to `max`, halved by a refusal, at most once per round, down to `min`. */
export const nextLimiter = (state: LimiterState, event: LimiterEvent, bounds: LimiterBounds): LimiterState => {
  if (event.type === "started") return { ...state, inFlight: state.inFlight + 1 };
  const freed = { ...state, inFlight: state.inFlight - 1 };
  if (event.outcome === "ignored") return freed;
  const mayCut = event.startedAtMs > state.cutAtMs;
  if (event.outcome === "refused") return mayCut ? cut(freed, bounds, event.nowMs) : freed;
  const latencyMs = event.nowMs - event.startedAtMs;
  const measured = { ...freed, recentMs: average(state.recentMs, latencyMs, 0.1), usualMs: average(state.usualMs, latencyMs, 0.002) };
  return mayCut && isSlow(measured) ? cut(measured, bounds, event.nowMs) : grow(measured, bounds);
};
