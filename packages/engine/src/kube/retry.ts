// When a request is sent again: the rule, pure. Time and chance are arguments.

/** How one attempt ended, as far as sending it again is concerned. */
export type AttemptFailure =
  | { readonly type: "response"; readonly status: number; readonly retryAfterMs?: number; readonly isElection: boolean }
  /** `sent: false`: the request surely did not reach the server (refused, no name, no handshake). */
  | { readonly type: "network"; readonly sent: boolean; readonly isTemporary: boolean };

export interface RetryQuestion {
  readonly failure: AttemptFailure;
  /** 1 after the first attempt. */
  readonly attempts: number;
  /** Sending it twice does what sending it once does: reads, server-side apply, deletes bound to a uid. */
  readonly repeatable: boolean;
  readonly remainingMs: number;
  /** In [0, 1). */
  readonly random: number;
}

const baseMs = 100;
const capMs = 5_000;
const maxAttempts = 5;

const isWorthIt = ({ failure, attempts, repeatable }: RetryQuestion): boolean => {
  if (failure.type === "network") return failure.isTemporary && (repeatable || !failure.sent) && attempts < maxAttempts;
  // 429 with Retry-After comes from the server's queues, before the request is looked at. Without it, it may be an eviction that a budget forbids.
  if (failure.status === 429) return failure.retryAfterMs !== undefined || (repeatable && attempts < maxAttempts);
  if (!repeatable) return false;
  if (failure.status === 503 && failure.retryAfterMs !== undefined) return true;
  return ([502, 503, 504].includes(failure.status) || failure.isElection) && attempts < maxAttempts;
};

/**
 * Milliseconds to wait before the next attempt, or `undefined` when there is to be none.
 *
 * Shape: `Retry-After` is a lower bound, up to a quarter longer, so that a crowd does not come back at once; else exponential with full jitter.
 * A wait that would outlast the call's deadline is not begun.
 */
export const computeRetryDelay = (question: RetryQuestion): number | undefined => {
  if (!isWorthIt(question)) return undefined;
  const { failure, attempts, random, remainingMs } = question;
  const askedMs = failure.type === "response" ? failure.retryAfterMs : undefined;
  const delayMs = askedMs === undefined ? random * Math.min(capMs, baseMs * 2 ** attempts) : askedMs * (1 + random / 4);
  return delayMs < remainingMs ? delayMs : undefined;
};

/** `Retry-After` in milliseconds: seconds, or an HTTP date. */
export const parseRetryAfter = (header: string | undefined, nowMs: number): number | undefined => {
  if (header === undefined || header === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1_000;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
};
