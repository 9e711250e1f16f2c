// One process of the toolbox: started, asked one thing at a time, and ended when it is stuck, large or old.
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { WindlassError } from "@windlass/core";
import { explainExit } from "./explain-exit.ts";
import { createLineReader } from "./line-reader.ts";
import type { ProcessPlan } from "./options.ts";
import { parseLine, type Outcome, type ToolboxRequest } from "./wire.ts";

/** How long after its own deadline a process may be silent before it is killed, and how long it may take to start or to end. */
const silenceMs = 2_000;
const startMs = 15_000;
const stderrKeptChars = 16_384;

export interface ToolboxProcess {
  readonly pid: number | undefined;
  /** How the process confined itself; empty until it is ready. */
  readonly confinement: readonly string[];
  /** Whether it can be asked again. */
  readonly isUsable: boolean;
  /** The outcome of one request; never two at a time. Once the signal fires the process gets a moment to end the request, and ends itself otherwise. */
  run(request: ToolboxRequest, signal: AbortSignal | undefined): Promise<Outcome>;
  /** Resolves when the process is gone. */
  end(): Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

interface Pending {
  readonly id: number;
  readonly op: string;
  readonly settle: (outcome: Outcome) => void;
}

/** A process that starts now; what keeps it from starting is the outcome of its first request. */
export const startToolboxProcess = (plan: ProcessPlan): ToolboxProcess => new StartedProcess(plan);

class StartedProcess implements ToolboxProcess {
  confinement: readonly string[] = [];
  readonly #plan: ProcessPlan;
  readonly #child: Child;
  readonly #gone: Promise<void>;
  #pending: Pending | undefined;
  #isUsable = true;
  #served = 0;
  #stderr = "";
  #spawnError: Error | undefined;
  #killedFor: WindlassError | undefined;

  constructor(plan: ProcessPlan) {
    this.#plan = plan;
    this.#child = spawn(plan.program, [...plan.args], { env: { ...plan.environment }, cwd: "/", stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stdout.on(
      "data",
      createLineReader(
        plan.outputMaxBytes,
        (line) => this.#read(line),
        () => this.#kill(outputTooLarge),
      ),
    );
    this.#child.stderr.on("data", (chunk: Buffer) => (this.#stderr = (this.#stderr + chunk.toString("utf8")).slice(0, stderrKeptChars)));
    this.#child.stdin.on("error", () => this.#kill());
    this.#child.once("error", (error) => (this.#spawnError = error));
    this.#gone = new Promise((resolve) => {
      this.#child.once("close", () => resolve(this.#bury()));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  run(request: ToolboxRequest, signal: AbortSignal | undefined): Promise<Outcome> {
    const line = JSON.stringify(request);
    if (Buffer.byteLength(line) >= this.#plan.inputMaxBytes)
      return Promise.resolve({ ok: false, error: tooLarge(this.#plan.inputMaxBytes) });
    return new Promise((resolve) => {
      const allowed = request.deadlineMs + silenceMs + (this.#served === 0 ? startMs : 0);
      let timer = setTimeout(() => this.#kill(silent(request)), allowed);
      const cancel = (): void => {
        this.#child.stdin.write(`{"cancel":${request.id}}\n`);
        clearTimeout(timer);
        timer = setTimeout(() => this.#kill(silent(request)), silenceMs);
      };
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", cancel);
        this.#pending = undefined;
        resolve(outcome);
      };
      this.#pending = { id: request.id, op: request.op, settle };
      signal?.addEventListener("abort", cancel, { once: true });
      this.#child.stdin.write(`${line}\n`);
      this.#served += 1;
    });
  }

  async end(): Promise<void> {
    this.#isUsable = false;
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#kill(), silenceMs);
    await this.#gone;
    clearTimeout(timer);
  }

  #read(line: string): void {
    try {
      const message = parseLine(line);
      if (message.type === "ready") {
        this.confinement = message.confinement;
        return;
      }
      if (message.isLast || this.#served >= this.#plan.requestsMax || this.#residentBytes() > this.#plan.residentMaxBytes)
        this.#isUsable = false;
      if (message.id === this.#pending?.id) this.#pending.settle(message.outcome);
    } catch (error) {
      this.#isUsable = false;
      this.#pending?.settle({ ok: false, error: error instanceof WindlassError ? error : explainExit({ stderr: String(error) }) });
      this.#kill();
    }
  }

  #bury(): void {
    this.#isUsable = false;
    const { exitCode, signalCode } = this.#child;
    const error =
      this.#killedFor ??
      explainExit({
        op: this.#pending?.op,
        program: this.#plan.program,
        exitCode,
        signalCode,
        stderr: this.#stderr,
        cause: this.#spawnError,
      });
    this.#pending?.settle({ ok: false, error });
  }

  #kill(reason?: WindlassError): void {
    this.#isUsable = false;
    this.#killedFor ??= reason;
    this.#child.kill("SIGKILL");
  }

  /** Resident memory, where /proc tells it; pages are 4 KiB on all platforms that are built for. */
  #residentBytes(): number {
    try {
      return Number(readFileSync(`/proc/${this.#child.pid}/statm`, "latin1").split(" ")[1]) * 4096;
    } catch {
      return 0;
    }
  }
}

const tooLarge = (maxBytes: number): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `the source is larger than ${maxBytes / 1024 ** 2} MiB`,
    remedy: "name a narrower path, or keep large files out of the source with an ignore file",
  });

const outputTooLarge = new WindlassError({
  code: "invalid",
  message: "the result is larger than the limit",
  remedy: "look for a loop that repeats output, or split the source",
});

const silent = ({ op, deadlineMs }: ToolboxRequest): WindlassError =>
  new WindlassError({
    code: "timeout",
    message: `${op} did not finish within ${deadlineMs} ms, and its process was killed`,
    remedy: "look for a loop in the source, or raise the deadline",
  });
