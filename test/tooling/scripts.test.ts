// The two scripts that stand before anything of ours runs.
import { spawnSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const checkout = join(import.meta.dirname, "../..");
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "windlass-scripts-"));
});

afterAll(() => rm(root, { recursive: true }));

const run = (command: string, args: readonly string[], path: string = process.env["PATH"] ?? "") => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, PATH: path } });
  return { status, stdout, stderr };
};

test("bin/windlass runs the CLI of its checkout, also by a link to a link", async () => {
  await symlink(join(checkout, "bin/windlass"), join(root, "first"));
  await symlink("first", join(root, "second"));
  expect(run(join(root, "second"), ["--version"])).toEqual({ status: 0, stdout: "0.1.0\n", stderr: "" });
});

test("bin/windlass says what to do when nothing is installed yet", async () => {
  await cp(join(checkout, "bin"), join(root, "bare/bin"), { recursive: true });
  const { status, stdout, stderr } = run(join(root, "bare/bin/windlass"), ["--version"]);
  expect({ status, stdout }).toEqual({ status: 8, stdout: "" });
  expect(stderr).toMatch(/^error: .*\/bare\nremedy: run npm ci/);
});

/** Runs `.ci/run` with an npm that leaves this report and ends with this status. */
const runCi = async (
  name: string,
  report: object | undefined,
  status: number,
): Promise<{ status: number | null; last: string | undefined }> => {
  const home = join(root, name);
  await cp(join(checkout, ".ci"), join(home, ".ci"), { recursive: true });
  await mkdir(join(home, "fake"));
  await mkdir(join(home, ".tsbuild"));
  await writeFile(join(home, ".tsbuild/test-report.json"), '{"numPassedTests":999,"numFailedTests":0}');
  const leave = report === undefined ? "" : `echo '${JSON.stringify(report)}' > .tsbuild/test-report.json`;
  await writeFile(join(home, "fake/npm"), `#!/bin/sh\n${leave}\nexit ${status}\n`);
  await chmod(join(home, "fake/npm"), 0o755);
  const result = run(join(home, ".ci/run"), [], join(home, "fake") + delimiter + process.env["PATH"]);
  return { status: result.status, last: result.stdout.trimEnd().split("\n").at(-1) };
};

test.each([
  ["all passed", { numPassedTests: 12, numFailedTests: 0 }, 0, "12 passed, 0 failed"],
  ["some failed", { numPassedTests: 10, numFailedTests: 2 }, 1, "10 passed, 2 failed"],
  ["a file did not load", { numPassedTests: 10, numFailedTests: 0 }, 1, "10 passed, 1 failed"],
  ["a check before the tests failed, and an old report lies about", undefined, 2, "0 passed, 1 failed"],
] as const)(".ci/run ends with the totals in one line, and with npm's status: %s", async (name, report, status, last) => {
  expect(await runCi(name, report, status)).toEqual({ status, last });
});
