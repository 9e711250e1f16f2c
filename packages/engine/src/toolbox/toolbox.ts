// A pool of toolbox processes. Each serves one request at a time; a process that is stuck, has crashed or has grown is replaced, and only the
// request that did it fails.
import { WindlassError } from "@windlass/core";
import { planProcess, type ToolboxOptions } from "./options.ts";
import { startToolboxProcess, type ToolboxProcess } from "./toolbox-process.ts";
import type { Outcome } from "./wire.ts";

export interface CallToolboxOptions {
  readonly signal?: AbortSignal;
  /** Default: the toolbox's. */
  readonly deadlineMs?: number;
}

export interface ToolboxResult {
  readonly result: unknown;
  /** What the libraries had to say, sorted. */
  readonly warnings: readonly string[];
}

export interface ToolboxStats {
  readonly running: number;
  readonly busy: number;
  readonly waiting: number;
  /** Processes started so far. */
  readonly started: number;
  readonly pids: readonly number[];
  /** How the latest process that became ready confined itself. */
  readonly confinement: readonly string[];
}

/**
 * The libraries behind one role's program.
 *
 * Errors: `invalid` (the input is at fault), `timeout` (deadline), `forbidden` (no key opens it), `unavailable` (too many waiting, closed, cannot
 * start), `internal`; an aborted signal's own reason.
 */
export interface Toolbox {
  call(op: string, params: unknown, options?: CallToolboxOptions): Promise<ToolboxResult>;
  stats(): ToolboxStats;
  /** Waiting requests are refused, running ones end with their processes. */
  close(): Promise<void>;
}

/** A toolbox; no process starts before the first call. */
export const createToolbox = (options: ToolboxOptions): Toolbox => new ProcessPool(options);

type Waiter = (refusal: WindlassError | undefined) => void;

class ProcessPool implements Toolbox {
  readonly #options: ToolboxOptions;
  readonly #idle: ToolboxProcess[] = [];
  readonly #busy = new Set<ToolboxProcess>();
  readonly #ending = new Set<Promise<void>>();
  readonly #waiting = new Set<Waiter>();
  /** Requests that hold a process or are about to; a slot passes from who leaves to who has waited longest. */
  #slots = 0;
  #started = 0;
  #nextId = 1;
  #isClosed = false;
  #confinement: readonly string[] = [];

  constructor(options: ToolboxOptions) {
    this.#options = options;
  }

  async call(
    op: string,
    params: unknown,
    { signal, deadlineMs = this.#options.deadlineMs ?? 30_000 }: CallToolboxOptions = {},
  ): Promise<ToolboxResult> {
    if (this.#slots < this.#options.size) this.#slots += 1;
    else await this.#wait(signal);
    const process = this.#take(signal);
    const running = process.run({ id: this.#nextId++, op, params, deadlineMs }, signal);
    const returned = running.finally(() => this.#giveBack(process));
    const outcome = await Promise.race([returned, rejectOnAbort(signal, returned)]);
    if (!outcome.ok) throw outcome.error;
    return { result: outcome.result, warnings: outcome.warnings };
  }

  stats(): ToolboxStats {
    const running = [...this.#idle, ...this.#busy];
    return {
      running: running.length,
      busy: this.#busy.size,
      waiting: this.#waiting.size,
      started: this.#started,
      pids: running.map((process) => process.pid).filter((pid) => pid !== undefined),
      confinement: this.#confinement,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const wake of this.#waiting) wake(closed());
    await Promise.all([...this.#idle, ...this.#busy].map((process) => process.end()));
    await Promise.all(this.#ending);
  }

  /** A process of the caller's own, for the slot that it holds. */
  #take(signal: AbortSignal | undefined): ToolboxProcess {
    if (this.#isClosed || signal?.aborted === true) {
      this.#passSlot();
      throw this.#isClosed ? closed() : signal?.reason;
    }
    let process = this.#idle.pop();
    while (process !== undefined && !process.isUsable) {
      this.#retire(process);
      process = this.#idle.pop();
    }
    process ??= this.#start();
    this.#busy.add(process);
    return process;
  }

  #start(): ToolboxProcess {
    this.#started += 1;
    return startToolboxProcess(planProcess(this.#options));
  }

  #giveBack(process: ToolboxProcess): void {
    this.#confinement = process.confinement;
    this.#busy.delete(process);
    if (process.isUsable && !this.#isClosed) this.#idle.push(process);
    else this.#retire(process);
    this.#passSlot();
  }

  #passSlot(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#slots -= 1;
    else next(undefined);
  }

  #retire(process: ToolboxProcess): void {
    const ending: Promise<void> = process.end().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Waits for a slot, in the order of asking. */
  #wait(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw closed();
    const max = this.#options.waitingMax ?? 1_000;
    if (this.#waiting.size >= max) throw overloaded(max);
    return new Promise((resolve, reject) => {
      const leave = (): void => wake(undefined, signal?.reason);
      const wake = (refusal: WindlassError | undefined, reason: unknown = refusal): void => {
        this.#waiting.delete(wake);
        signal?.removeEventListener("abort", leave);
        if (reason === undefined) resolve();
        else reject(reason);
      };
      this.#waiting.add(wake);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }
}

/** Never resolves; rejects when the signal fires before `until` is settled. */
const rejectOnAbort = (signal: AbortSignal | undefined, until: Promise<Outcome>): Promise<never> =>
  new Promise((_, reject) => {
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    void until.finally(() => signal?.removeEventListener("abort", abort));
  });

const closed = (): WindlassError =>
  new WindlassError({ code: "unavailable", message: "the toolbox was closed", remedy: "none needed: the program is ending" });

const overloaded = (max: number): WindlassError =>
  new WindlassError({
    code: "unavailable",
    message: `${max} requests already wait for the toolbox`,
    remedy: "try again, or give the toolbox more processes",
  });
