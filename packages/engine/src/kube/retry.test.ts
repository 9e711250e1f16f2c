import { expect, test } from "vitest";
import { computeRetryDelay, parseRetryAfter, type AttemptFailure } from "./retry.ts";

const response = (status: number, retryAfterMs?: number, isElection = false): AttemptFailure => ({
  type: "response",
  status,
  isElection,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
const network = (sent: boolean, isTemporary = true): AttemptFailure => ({ type: "network", sent, isTemporary });

test.each<[string, AttemptFailure, { repeatable: boolean; attempts?: number }, boolean]>([
  ["429 with Retry-After is sent again, whatever it was", response(429, 1_000), { repeatable: false }, true],
  ["429 with Retry-After is sent again until the deadline", response(429, 1_000), { repeatable: true, attempts: 30 }, true],
  ["429 without Retry-After is sent again if that is harmless", response(429), { repeatable: true }, true],
  ["429 without Retry-After: an eviction is not", response(429), { repeatable: false }, false],
  ["503 with Retry-After: a read is sent again until the deadline", response(503, 1_000), { repeatable: true, attempts: 30 }, true],
  ["503 with Retry-After: a create is not, it may have happened", response(503, 1_000), { repeatable: false }, false],
  ["504 is sent again a few times", response(504), { repeatable: true }, true],
  ["504 is not sent again for ever", response(504), { repeatable: true, attempts: 5 }, false],
  ["500 tells of a fault that stays", response(500), { repeatable: true }, false],
  ["500 while etcd elects a leader passes", response(500, undefined, true), { repeatable: true }, true],
  ["a refused connection: even a create is sent again", network(false), { repeatable: false }, true],
  ["a cut connection: a read is sent again", network(true), { repeatable: true }, true],
  ["a cut connection: a create is not, it may have happened", network(true), { repeatable: false }, false],
  ["a certificate that is not trusted will not be trusted later", network(false, false), { repeatable: true }, false],
  ["a dead server is given up after a few attempts", network(false), { repeatable: true, attempts: 5 }, false],
  ["403 is an answer", response(403), { repeatable: true }, false],
])("%s", (_title, failure, { repeatable, attempts = 1 }, again) => {
  expect(computeRetryDelay({ failure, attempts, repeatable, remainingMs: 60_000, random: 0.5 }) !== undefined).toBe(again);
});

test("Retry-After is a lower bound, and the crowd is spread above it", () => {
  const delays = [0, 0.5, 0.999].map((random) =>
    computeRetryDelay({ failure: response(429, 2_000), attempts: 1, repeatable: true, remainingMs: 60_000, random }),
  );
  expect(delays).toEqual([2_000, 2_250, 2_499.5]);
});

test("a wait that outlasts the deadline is not begun", () => {
  expect(
    computeRetryDelay({ failure: response(429, 2_000), attempts: 1, repeatable: true, remainingMs: 1_999, random: 0 }),
  ).toBeUndefined();
});

test("Retry-After is read as seconds and as a date; nonsense is none", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(parseRetryAfter("3", now)).toBe(3_000);
  expect(parseRetryAfter("Thu, 01 Jan 2026 00:00:05 GMT", now)).toBe(5_000);
  expect(parseRetryAfter("soon", now)).toBeUndefined();
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});
