// Lua rules from people: run in a thread with bounds on time, instructions and memory, since a rule comes from a repository like any template.
import { Worker } from "node:worker_threads";
import { type KubeObject, WindlassError, formatJson } from "@windlass/core";
import type { LuaCall, LuaOutcome } from "./lua-wire.ts";

export interface LuaRunnerOptions {
  /** Time one rule may take, the start of its thread included. Default: 5 s. */
  readonly deadlineMs?: number;
  /** Instructions one rule may take. Default: a million, some thousand times what a usual rule needs. */
  readonly instructionsMax?: number;
  /** Bytes of text one rule may make in all. Default: 32 MiB. */
  readonly bytesMax?: number;
}

/** Runs Lua rules, one after the other. */
export interface LuaRunner {
  /**
   * What a rule says about an object, unchecked.
   *
   * Errors: `invalid` (the script does not compile, fails, returns no table, or goes beyond its bounds), `timeout`; the signal's reason.
   */
  run(script: string, object: KubeObject, signal?: AbortSignal): Promise<{ readonly status: string; readonly message: string }>;
  close(): Promise<void>;
}

/** A runner; its thread starts with the first rule. Call `close` in the end. */
export const createLuaRunner = (options: LuaRunnerOptions = {}): LuaRunner => new ThreadRunner(options);

const heapMaxMib = 64;

class ThreadRunner implements LuaRunner {
  readonly #options: Required<LuaRunnerOptions>;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ deadlineMs = 5_000, instructionsMax = 1_000_000, bytesMax = 32 * 1024 ** 2 }: LuaRunnerOptions) {
    this.#options = { deadlineMs, instructionsMax, bytesMax };
  }

  async run(script: string, object: KubeObject, signal?: AbortSignal): Promise<{ readonly status: string; readonly message: string }> {
    const turn = this.#last.then(() => this.#call(script, object, signal));
    this.#last = turn.catch(() => undefined);
    const outcome = await turn;
    if ("error" in outcome) throw failed(outcome.error);
    return outcome;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#end();
  }

  async #call(script: string, object: KubeObject, signal: AbortSignal | undefined): Promise<LuaOutcome> {
    signal?.throwIfAborted();
    const { deadlineMs, instructionsMax, bytesMax } = this.#options;
    const worker = (this.#worker ??= startWorker());
    const answer = Promise.withResolvers<LuaOutcome>();
    const abort = (): void => answer.reject(signal?.reason);
    const timer = setTimeout(() => answer.reject(late(deadlineMs)), deadlineMs);
    signal?.addEventListener("abort", abort, { once: true });
    worker.once("message", answer.resolve).once("error", (error: Error) => answer.reject(failed(describeDeath(error))));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage({ script, objectJson: formatJson(object), instructionsMax, bytesMax } satisfies LuaCall);
    try {
      return await answer.promise;
    } catch (error) {
      // What still runs in the thread is of no use, and might never end.
      await this.#end();
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      worker.removeAllListeners("message").removeAllListeners("error");
    }
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

const startWorker = (): Worker =>
  new Worker(new URL("./lua-worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: heapMaxMib, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    env: {},
    execArgv: [],
  });

const describeDeath = (error: Error & { readonly code?: string }): string =>
  error.code === "ERR_WORKER_OUT_OF_MEMORY" ? `the script takes more than ${heapMaxMib} MiB` : error.message;

const failed = (reason: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `the Lua rule failed: ${reason}`,
    remedy: "correct the script; windlass health --rules DIR -f FILE tries it without a cluster",
  });

const late = (deadlineMs: number): WindlassError =>
  new WindlassError({
    code: "timeout",
    message: `the Lua rule did not end within ${deadlineMs} ms`,
    remedy: "make the script simpler; patterns with many repetitions are the usual cause",
  });
