// Signals and broken pipes, on a real process.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { expect, test } from "vitest";

/** A process whose one command says `ready`, then goes on writing until its signal is aborted; then it takes `after` to clean up. */
const startProcess = (after: string): ChildProcessByStdio<null, Readable, Readable> => {
  const script = `
    import { listenForInterrupt } from ${JSON.stringify(import.meta.resolve("./interrupt.ts"))};
    import { runCli } from ${JSON.stringify(import.meta.resolve("./run-cli.ts"))};
    const wait = (program, { stdout, stderr, signal }) => program.command("wait").action(async () => {
      const timer = setInterval(() => stdout.write("ready\\n"), 10);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      clearInterval(timer);
      ${after};
      stderr.write("cleaned up\\n");
    });
    const { stdout, stderr, env } = process;
    process.exitCode = await runCli(["wait"], { stdout, stderr, env, interrupt: listenForInterrupt(process), commands: [wait] });`;
  return spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "pipe"] });
};

const collect = (stream: Readable): (() => string) => {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
};

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s lets the command stop at a safe point, and the exit status is %i", async (signal, status) => {
  const child = startProcess("");
  const stderr = collect(child.stderr);
  await once(child.stdout, "data");
  child.kill(signal);
  expect(await once(child, "close")).toEqual([status, null]);
  expect(stderr()).toBe("interrupted: stopping at the next safe point; once more to stop at once\ncleaned up\n");
});

test("a second Ctrl-C ends the process at once", async () => {
  const child = startProcess("await new Promise(() => setInterval(() => {}, 1000))");
  const stderr = collect(child.stderr);
  await once(child.stdout, "data");
  child.kill("SIGINT");
  await once(child.stderr, "data");
  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([130, null]);
  expect(stderr()).not.toContain("cleaned up");
});

test("a reader that goes away ends the command quietly at a safe point", async () => {
  const child = startProcess("");
  const stderr = collect(child.stderr);
  await once(child.stdout, "data");
  child.stdout.destroy();
  expect(await once(child, "close")).toEqual([141, null]);
  expect(stderr()).toBe("cleaned up\n");
});
