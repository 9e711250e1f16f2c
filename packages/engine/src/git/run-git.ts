// One `git` process: its own process group, a closed environment, bounded output, and an end that always comes.
import { spawn, type ChildProcess } from "node:child_process";
import { WindlassError } from "@windlass/core";

export interface GitCommand {
  /** The program and its arguments: `git`, or what wraps it. */
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly stdin?: string;
  /** Texts for file descriptors 3, 4, …: the way for what must stand in no argument, environment or file. */
  readonly pipes?: readonly string[];
  /** More output than this ends the command. Default: 64 MiB. */
  readonly stdoutMax?: number;
}

export interface GitResult {
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** The last 64 KiB. */
  readonly stderr: string;
}

const stdoutMaxDefault = 64 * 1024 ** 2;
const stderrKept = 64 * 1024;
/** Between the request to end and the order: long enough for Git to take its lock files away. */
const graceMs = 1_000;

/**
 * What a command wrote and how it ended; a failure's exit status is the caller's to judge.
 *
 * When the signal fires, the whole process group (ssh, remote helpers, index-pack) ends before the promise does.
 * Errors: the signal's reason; `unavailable` when the program is missing; `invalid` when it writes more than `stdoutMax`.
 */
export const runGit = async (command: GitCommand): Promise<GitResult> => {
  command.signal.throwIfAborted();
  const [program, ...args] = command.argv;
  const pipes = command.pipes ?? [];
  const child = spawn(program, args, {
    cwd: "/",
    detached: true,
    env: { ...command.env },
    stdio: ["pipe", "pipe", "pipe", ...pipes.map(() => "pipe" as const)],
  });
  const ended = waitForEnd(child, program);
  feed(child, [command.stdin ?? "", undefined, undefined, ...pipes]);
  const output = collect(child, command.stdoutMax ?? stdoutMaxDefault);
  const stop = (): void => {
    endGroup(child);
  };
  command.signal.addEventListener("abort", stop, { once: true });
  try {
    const exitCode = await ended;
    command.signal.throwIfAborted();
    if (output.isTooLong()) throw tooLong(args[0] ?? program);
    return { exitCode: exitCode ?? undefined, stdout: output.stdout(), stderr: output.stderr() };
  } finally {
    command.signal.removeEventListener("abort", stop);
    signalGroup(child, "SIGKILL");
  }
};

const waitForEnd = (child: ChildProcess, program: string): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", (cause) => {
      reject(
        new WindlassError(
          {
            code: "unavailable",
            message: `cannot run ${program}: ${cause.message}`,
            remedy: `install ${program} (Git 2.36 or newer) where Windlass runs`,
          },
          { cause },
        ),
      );
    });
  });

/** A process may end without reading what it was given: a broken pipe is its answer, not a failure. */
const feed = (child: ChildProcess, texts: readonly (string | undefined)[]): void => {
  for (const [descriptor, text] of texts.entries()) {
    const stream = child.stdio[descriptor];
    if (text === undefined || stream === null || stream === undefined || !("end" in stream)) continue;
    stream.on("error", () => {});
    // Ours is closed when all is written: what a process leaves behind may hold the other end, and would keep us waiting for it.
    stream.end(text, () => stream.destroy());
  }
};

const collect = (
  child: ChildProcess,
  stdoutMax: number,
): { readonly stdout: () => string; readonly stderr: () => string; readonly isTooLong: () => boolean } => {
  const chunks: Buffer[] = [];
  let length = 0;
  let errors = Buffer.alloc(0);
  child.stdout?.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= stdoutMax) chunks.push(chunk);
    else signalGroup(child, "SIGKILL");
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    errors = Buffer.concat([errors, chunk]).subarray(-stderrKept);
  });
  return {
    stdout: () => Buffer.concat(chunks).toString("utf8"),
    stderr: () => errors.toString("utf8"),
    isTooLong: () => length > stdoutMax,
  };
};

const endGroup = (child: ChildProcess): void => {
  signalGroup(child, "SIGTERM");
  const order = setTimeout(() => {
    signalGroup(child, "SIGKILL");
  }, graceMs);
  child.once("close", () => {
    clearTimeout(order);
  });
};

/** To every process of the group; one that is gone needs no signal. */
const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: all of them have ended.
  }
};

const tooLong = (what: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `git ${what} answered with more than Windlass reads`,
    remedy: "the repository has too many refs; ask for one branch or tag by its full name",
  });
