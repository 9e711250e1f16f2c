// Builds packages of a Go module into the user's cache, under a key made of everything that goes into them: once per version.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { WindlassError } from "@windlass/core";

export interface GoBuild {
  /** The folder in the cache, and what reports call it. */
  readonly name: string;
  /** The folder with go.mod. */
  readonly directory: string;
  /** Packages as `go build` takes them; `tool` stands for all tools of the module. */
  readonly packages: readonly string[];
  /** Variables for the linker to set: `PATH.name=value`. Default: none. */
  readonly linkVariables?: readonly string[];
  /** Gets a line at the start and then now and again while Go compiles. Default: silence. */
  readonly report?: (line: string) => void;
}

const flagsOf = ({ linkVariables = [] }: GoBuild): readonly string[] => [
  "-trimpath",
  "-buildvcs=false",
  `-ldflags=${["-s -w", ...linkVariables.map((variable) => `-X ${variable}`)].join(" ")}`,
];

/**
 * The folder with the built programs: `~/.cache/windlass/NAME/KEY`. It appears whole or not at all, also when several processes build at once.
 *
 * Errors: `unavailable` when Go is missing, `internal` when the build fails (details.output is its tail).
 */
export const ensureGoBuild = async (build: GoBuild): Promise<string> => {
  const root = path.join(homedir(), ".cache/windlass", build.name);
  const target = path.join(root, keyOf(build));
  if (existsSync(target)) return target;
  mkdirSync(root, { recursive: true });
  const temporary = mkdtempSync(path.join(root, "building-"));
  try {
    await runGoBuild(build, temporary);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // else another process was first
  }
  return target;
};

const keyOf = (build: GoBuild): string => {
  const { directory, packages } = build;
  const go = spawnSync("go", ["version"], { cwd: directory, encoding: "utf8" });
  if (go.status !== 0) throw goMissing();
  const hash = createHash("sha256").update(JSON.stringify([go.stdout.trim(), packages, flagsOf(build)]));
  for (const file of sourcesOf(directory)) hash.update(`\0${path.relative(directory, file)}\0`).update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
};

/** What `go build` may read: not tests, and not modules inside the module. */
const sourcesOf = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) return entry.name === "testdata" || existsSync(path.join(file, "go.mod")) ? [] : sourcesOf(file);
      return /\.go$|^go\.(?:mod|sum)$/u.test(entry.name) && !entry.name.endsWith("_test.go") ? [file] : [];
    });

const reportEvery = 100;
const tailChars = 4_000;

const runGoBuild = (build: GoBuild, output: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const { name, directory, packages, report = () => undefined } = build;
    report(`building ${name}: minutes the first time, seconds later`);
    const args = ["CGO_ENABLED=0", "go", "build", "-v", ...flagsOf(build), "-o", `${output}${path.sep}`, ...packages];
    const child = spawn("env", args, { cwd: directory, stdio: ["ignore", "ignore", "pipe"] });
    let compiled = 0;
    let tail = "";
    child.stderr.on("data", (chunk: Buffer) => {
      const text = chunk.toString("utf8");
      const before = Math.floor(compiled / reportEvery);
      compiled += text.split("\n").length - 1;
      tail = (tail + text).slice(-tailChars);
      if (Math.floor(compiled / reportEvery) > before) report(`building ${name}: ${compiled} packages compiled`);
    });
    child.once("error", reject);
    child.once("close", (status) => {
      if (status === 0) resolve();
      else reject(buildFailed(name, tail));
    });
  });

const goMissing = (): WindlassError =>
  new WindlassError({
    code: "unavailable",
    message: "Go is not installed",
    remedy: "install Go 1.26 or later (https://go.dev/dl) and put it in PATH",
  });

const buildFailed = (name: string, output: string): WindlassError =>
  new WindlassError({
    code: "internal",
    message: `go build of ${name} failed: ${output.trim().split("\n").at(-1) ?? ""}`,
    remedy: "read the compiler's output; a module proxy must be reachable on the first build",
    details: { output },
  });
