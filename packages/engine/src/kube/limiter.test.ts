import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canStart, initialLimiter, nextLimiter, type LimiterEvent, type LimiterState } from "./limiter.ts";

const bounds = { min: 1, max: 64 };
const at = (limit: number, changes: Partial<LimiterState> = {}): LimiterState => ({
  ...initialLimiter(limit),
  inFlight: limit,
  recentMs: 10,
  usualMs: 10,
  ...changes,
});
const answered = (startedAtMs: number, nowMs: number): LimiterEvent => ({ type: "finished", outcome: "answered", startedAtMs, nowMs });
const refused = (startedAtMs: number, nowMs: number): LimiterEvent => ({ type: "finished", outcome: "refused", startedAtMs, nowMs });

test.each<[string, LimiterState, LimiterEvent, Partial<LimiterState>]>([
  ["a start takes a place", at(16, { inFlight: 3 }), { type: "started" }, { limit: 16, inFlight: 4 }],
  ["a success at the limit grows it by a share of one", at(16), answered(100, 110), { limit: 16 + 1 / 16, inFlight: 15 }],
  ["a success far below the limit proves nothing", at(16, { inFlight: 3 }), answered(100, 110), { limit: 16, inFlight: 2 }],
  ["growth stops at the maximum", at(64), answered(100, 110), { limit: 64 }],
  ["a refusal halves the limit", at(16), refused(100, 110), { limit: 8, inFlight: 15, cutAtMs: 110 }],
  ["a second refusal of the same round does not halve it again", at(8, { cutAtMs: 110 }), refused(105, 115), { limit: 8, cutAtMs: 110 }],
  ["a refusal of the next round does", at(8, { cutAtMs: 110 }), refused(120, 130), { limit: 4, cutAtMs: 130 }],
  ["the limit never falls below the minimum", at(1), refused(100, 110), { limit: 1 }],
  [
    "a cancelled request gives its place back and says nothing",
    at(16),
    { type: "finished", outcome: "ignored", startedAtMs: 1, nowMs: 9e9 },
    { limit: 16, inFlight: 15 },
  ],
  ["latency many times the usual halves it", at(16, { recentMs: 1_500, usualMs: 50 }), answered(0, 2_000), { limit: 8 }],
  ["the same ratio among fast answers does not", at(16, { recentMs: 90, usualMs: 10 }), answered(0, 100), { limit: 16 + 1 / 16 }],
])("%s", (_title, state, event, expected) => {
  expect(nextLimiter(state, event, bounds)).toMatchObject(expected);
});

test("a server that became slow for good is not cut down forever", () => {
  let state = at(16, { recentMs: 50, usualMs: 50 });
  for (let round = 0; round < 2_000; round++)
    state = { ...nextLimiter(state, answered(round * 3_000, round * 3_000 + 3_000), bounds), inFlight: 64 };
  expect(state.limit).toBeGreaterThan(16);
});

test("whatever happens, the limit stays within its bounds and a place is always to be had once all are given back", () => {
  const outcome = fc.constantFrom<("answered" | "refused" | "ignored")[]>("answered", "refused", "ignored");
  const step = fc.record({ starts: fc.nat(5), outcome, latencyMs: fc.nat(60_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 64 }), (steps, initial) => {
      let state = initialLimiter(initial);
      let nowMs = 0;
      for (const { starts, outcome: result, latencyMs } of steps) {
        for (let n = 0; n < starts && canStart(state); n++) state = nextLimiter(state, { type: "started" }, bounds);
        nowMs += latencyMs;
        if (state.inFlight > 0)
          state = nextLimiter(state, { type: "finished", outcome: result, startedAtMs: nowMs - latencyMs, nowMs }, bounds);
        expect(state.limit).toBeGreaterThanOrEqual(bounds.min);
        expect(state.limit).toBeLessThanOrEqual(bounds.max);
        expect(state.inFlight).toBeGreaterThanOrEqual(0);
      }
      expect(canStart({ ...state, inFlight: 0 })).toBe(true);
    }),
  );
});
