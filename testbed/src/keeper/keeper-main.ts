// The keeper: a process beside the runner that is the parent of everything a testbed runs. Its stdin is a pipe from the runner, so
// however the runner ends, even by kill -9, the keeper sees the end of the pipe, kills what it started and removes the directory.
// Usage: node keeper-main.ts DIRECTORY
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { KeeperReply, KeeperRequest, Program } from "./protocol.ts";

const directory = process.argv[2];
if (directory === undefined) throw new Error("usage: keeper-main.ts DIRECTORY");

const children = new Map<number, ChildProcess>();
let isDetached = false;
let isStopping = false;

const reply = (message: KeeperReply): void => {
  if (process.stdout.writable) process.stdout.write(`${JSON.stringify(message)}\n`);
};

/** Starts a program as the leader of a process group of its own, so that what it starts in turn dies with it. */
const start = async ({ command, args, logPath }: Program): Promise<number> => {
  const log = openSync(logPath, "a");
  try {
    const child = spawn(command, args, { cwd: directory, detached: true, stdio: ["ignore", log, log] });
    await once(child, "spawn");
    const pid = child.pid as number;
    children.set(pid, child);
    child.once("exit", (status, signal) => {
      children.delete(pid);
      reply({ type: "exited", pid, exit: { status, signal } });
    });
    return pid;
  } finally {
    closeSync(log);
  }
};

/** SIGKILL at once: nothing that runs here has data anybody wants, and a stopped (paused) process hears no other signal. */
const killAll = async (): Promise<void> => {
  const ends = [...children].map(async ([pid, child]) => {
    const end = once(child, "exit");
    process.kill(-pid, "SIGKILL");
    await end;
  });
  await Promise.all(ends);
};

const stop = async (keepDirectory: boolean): Promise<void> => {
  isStopping = true;
  while (children.size > 0) await killAll();
  if (!keepDirectory) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
};

const answer = async (request: KeeperRequest): Promise<void> => {
  switch (request.type) {
    case "start":
      if (isStopping) throw new Error("the testbed is being stopped");
      return reply({ type: "done", id: request.id, pid: await start(request.program) });
    case "detach":
      isDetached = true;
      return reply({ type: "done", id: request.id });
    case "stop":
      await stop(request.keepDirectory);
      reply({ type: "done", id: request.id });
      return process.exit(0);
  }
};

const exitAfterStop = (): void => void stop(false).finally(() => process.exit(0));

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const request = JSON.parse(line) as KeeperRequest;
  answer(request).catch((error: unknown) =>
    reply({ type: "failed", id: request.id, message: error instanceof Error ? error.message : String(error) }),
  );
});
lines.on("close", () => {
  if (!isDetached && !isStopping) exitAfterStop();
});
process.stdout.on("error", () => {}); // The runner is gone; the end of stdin says what to do.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {}); // Meant for the runner.
process.on("SIGTERM", exitAfterStop);
