// The runner's side of the keeper.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { WindlassError } from "@windlass/core";
import type { Exit, KeeperReply, KeeperRequest, Program } from "./protocol.ts";

/** A program that the keeper started. `exited` resolves, never rejects, when it has ended. */
export interface KeptProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
}

/** Runs programs so that none outlives this process, however it ends. */
export interface Keeper {
  readonly pid: number;
  /** Errors: `unavailable` when the program cannot be started. */
  start(program: Program): Promise<KeptProcess>;
  /** Lets everything live on after this process; SIGTERM to `pid` ends it. */
  detach(): Promise<void>;
  /** Kills everything and removes the directory, unless it is to be kept for its logs. Once is enough; more does no harm. */
  stop(options?: { readonly keepDirectory?: boolean }): Promise<void>;
}

type Body<Request> = Request extends unknown ? Omit<Request, "id"> : never;
type Answer = { readonly started?: KeptProcess };

/**
 * A keeper for `directory`, which it removes at its end.
 *
 * It runs in a session of its own: Ctrl-C in a terminal reaches the runner only, which then stops the keeper in its own time.
 */
export const startKeeper = async (directory: string): Promise<Keeper> => {
  const log = openSync(join(directory, "keeper.log"), "a");
  const main = fileURLToPath(new URL("./keeper-main.ts", import.meta.url));
  const child = spawn(process.execPath, [main, directory], { detached: true, stdio: ["pipe", "pipe", log] }) as ChildProcessByStdio<
    Writable,
    Readable,
    null
  >;
  await once(child, "spawn").finally(() => closeSync(log));
  const { ask, running } = createConversation(child);
  const ended = once(child, "close").then(() => killOrphans(running));
  const stop = async (keepDirectory: boolean): Promise<void> => {
    // A keeper that is gone has nothing left to stop.
    await ask({ type: "stop", keepDirectory }).catch(() => {});
    await ended;
  };
  let stopped: Promise<void> | undefined;
  return {
    pid: child.pid as number,
    start: async (program) => {
      const { started } = await ask({ type: "start", program });
      if (started === undefined) throw keeperError("its keeper named no process");
      return started;
    },
    detach: async () => {
      await ask({ type: "detach" });
      child.stdin.destroy();
      child.stdout.destroy();
      child.unref();
    },
    stop: ({ keepDirectory = false } = {}) => (stopped ??= stop(keepDirectory)),
  };
};

type Running = Map<number, PromiseWithResolvers<Exit>>;

/** Pairs each request with its reply, and follows which programs run; every open request fails when the keeper ends. */
const createConversation = (child: ChildProcessByStdio<Writable, Readable, null>) => {
  const open = new Map<number, PromiseWithResolvers<Answer>>();
  const running: Running = new Map();
  let lastId = 0;
  const follow = (pid: number): KeptProcess => {
    const exit = Promise.withResolvers<Exit>();
    running.set(pid, exit);
    return { pid, exited: exit.promise };
  };
  const settle = (reply: KeeperReply): void => {
    switch (reply.type) {
      case "exited":
        running.get(reply.pid)?.resolve(reply.exit);
        return void running.delete(reply.pid);
      case "failed":
        return open.get(reply.id)?.reject(keeperError(reply.message));
      case "done":
        return open.get(reply.id)?.resolve(reply.pid === undefined ? {} : { started: follow(reply.pid) });
    }
  };
  createInterface({ input: child.stdout }).on("line", (line) => settle(JSON.parse(line) as KeeperReply));
  child.stdin.on("error", () => {}); // A broken pipe; "close" tells the rest.
  child.once("close", () => {
    for (const pending of open.values()) pending.reject(keeperError("its keeper process has ended"));
  });
  const ask = (request: Body<KeeperRequest>): Promise<Answer> => {
    const id = ++lastId;
    const pending = Promise.withResolvers<Answer>();
    if (child.exitCode !== null || child.signalCode !== null) pending.reject(keeperError("its keeper process has ended"));
    open.set(id, pending);
    child.stdin.write(`${JSON.stringify({ ...request, id })}\n`);
    return pending.promise.finally(() => open.delete(id));
  };
  return { ask, running };
};

/** The keeper kills its children before it ends; if it was killed itself, they are left to us. */
const killOrphans = (running: Running): void => {
  for (const [pid, { resolve }] of running) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // Gone already.
    }
    resolve({ status: null, signal: "SIGKILL" });
  }
};

const keeperError = (message: string): WindlassError =>
  new WindlassError({
    code: "unavailable",
    message: `Testbed: ${message}.`,
    remedy: "Start the testbed again; keeper.log in its directory may tell more.",
  });
