// One program of a testbed, seen as a thing that can be paused, killed and started again.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { WindlassError } from "@windlass/core";
import type { Keeper, KeptProcess } from "../keeper/start-keeper.ts";
import { waitUntil } from "./wait-until.ts";

/** What a component is made of. `isReady` is asked every 25 ms until it says true; what it throws means not yet. */
export interface ComponentSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logsDirectory: string;
  readonly isReady?: () => Promise<boolean>;
}

/** A running program of the control plane. Everything resolves when it is done; the log goes on through restarts. */
export interface Component {
  readonly name: string;
  readonly logPath: string;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  /** SIGSTOP: connections stay open and nothing is answered. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, same port and data; resolves when it is ready. Errors: `unavailable` with the end of its log. */
  start(): Promise<void>;
  /** `kill`, then `start`. */
  restart(): Promise<void>;
  readLog(): Promise<string>;
}

const readyTimeoutMs = 60_000;

/** Starts a component and waits until it is ready. Errors: `unavailable` with the end of its log in the message, `timeout`. */
export const startComponent = async (keeper: Keeper, spec: ComponentSpec): Promise<Component> => {
  const logPath = join(spec.logsDirectory, `${spec.name}.log`);
  let current: KeptProcess | undefined;

  const start = async (): Promise<void> => {
    const started = await keeper.start({ command: spec.command, args: spec.args, logPath });
    let isGone = false;
    current = started;
    void started.exited.then(() => {
      isGone = true;
      if (current === started) current = undefined;
    });
    const probe = async (): Promise<boolean> => isGone || ((await spec.isReady?.()) ?? true);
    await waitUntil(probe, { what: `${spec.name} to be ready`, timeoutMs: readyTimeoutMs });
    if (isGone) throw await deathError(spec.name, logPath);
  };
  const kill = async (): Promise<void> => {
    const killed = current;
    if (killed === undefined) return;
    process.kill(killed.pid, "SIGKILL");
    await killed.exited;
  };
  const signal = (name: NodeJS.Signals): void => {
    if (current !== undefined) process.kill(current.pid, name);
  };

  await start();
  return {
    name: spec.name,
    logPath,
    get pid() {
      return current?.pid;
    },
    pause: () => signal("SIGSTOP"),
    resume: () => signal("SIGCONT"),
    kill,
    start,
    restart: () => kill().then(start),
    readLog: () => readFile(logPath, "utf8"),
  };
};

const deathError = async (name: string, logPath: string): Promise<WindlassError> => {
  const log = await readFile(logPath, "utf8");
  const tail = log.trimEnd().split("\n").slice(-5).join("\n");
  return new WindlassError({
    code: "unavailable",
    message: `${name} ended before it was ready:\n${tail}`,
    remedy: `Read ${logPath}.`,
    details: { isPortTaken: log.includes("address already in use"), logPath },
  });
};
