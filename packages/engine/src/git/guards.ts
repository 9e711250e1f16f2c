// What surrounds every call to a repository: a deadline, and a second try on a fresh mirror when the old one is broken.
import { WindlassError } from "@windlass/core";
import type { Mirror } from "./mirror.ts";

export interface GitCallOptions {
  readonly signal?: AbortSignal;
  /** Deadline of the whole call. Default: 30 s to resolve, 10 min for what may fetch. */
  readonly timeoutMs?: number;
}

export interface Deadline {
  readonly defaultMs: number;
  readonly url: string;
}

/** What `work` returns. Errors: `timeout` after the deadline, the caller's reason when its signal fires. */
export const withDeadline = async <Result>(
  call: GitCallOptions,
  deadline: Deadline,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const timeoutMs = call.timeoutMs ?? deadline.defaultMs;
  const expiry = new AbortController();
  const timer = setTimeout(() => {
    expiry.abort(timedOut(deadline.url, timeoutMs));
  }, timeoutMs);
  try {
    const signal = AbortSignal.any([expiry.signal, ...(call.signal === undefined ? [] : [call.signal])]);
    signal.throwIfAborted();
    return await work(signal);
  } finally {
    clearTimeout(timer);
  }
};

/** What `work` returns, done over once from nothing when it finds the mirror broken. */
export const withRepair = async <Result>(
  mirror: Mirror,
  signal: AbortSignal,
  work: (mirror: Mirror, signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  try {
    return await work(mirror, signal);
  } catch (error) {
    if (!(error instanceof WindlassError) || error.details.corrupt !== true) throw error;
    signal.throwIfAborted();
    await mirror.discard(signal);
    return work(mirror, signal);
  }
};

const timedOut = (url: string, timeoutMs: number): WindlassError =>
  new WindlassError({
    code: "timeout",
    message: `repository ${url} did not answer within ${timeoutMs / 1000} s`,
    remedy: "it is tried again by itself; if the repository is large, give it more time",
    details: { url, timeoutMs },
  });
