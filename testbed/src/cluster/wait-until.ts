import { setTimeout as sleep } from "node:timers/promises";
import { WindlassError } from "@windlass/core";

/** What is waited for (it ends the sentence "Waited in vain for …"), and for how long. */
export interface Waiting {
  readonly what: string;
  readonly timeoutMs: number;
  readonly intervalMs?: number;
}

/**
 * The first truthy answer of `probe`, asked again and again.
 *
 * Errors: `timeout` when the deadline passes, with what the last probe threw as its cause.
 */
export const waitUntil = async <T>(probe: () => Promise<T | undefined | false> | T | undefined | false, waiting: Waiting): Promise<T> => {
  const deadline = Date.now() + waiting.timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) throw timeoutError(waiting, cause);
    await sleep(waiting.intervalMs ?? 25);
  }
};

const timeoutError = ({ what, timeoutMs }: Waiting, cause: unknown): WindlassError =>
  new WindlassError(
    {
      code: "timeout",
      message: `Waited in vain for ${what}, ${timeoutMs / 1000} s long${cause instanceof Error ? `; the last try said: ${cause.message}` : ""}.`,
      remedy: "Look into the logs of the testbed, or try again on a machine with less to do.",
    },
    { cause },
  );
