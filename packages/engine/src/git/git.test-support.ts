// A real Git server and a cache for a test file, and repositories opened against them.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGit } from "./run-git.ts";
import { openRepository, type GitRepository } from "./repository.ts";
import type { GitRepositoryOptions } from "./options.ts";

/** A folder that goes with the test file. */
export const createFolder = async (): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), "windlass-git-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
};

let caches = 0;

/** A repository with a cache of its own, unless one is given. */
export const openFresh = (folder: string, options: Partial<GitRepositoryOptions> & { readonly url: string }): GitRepository =>
  openRepository({ cacheFolder: join(folder, `cache-${++caches}`), allow: ["http"], ...options });

/** The one mirror of a cache. */
export const mirrorIn = async (cacheFolder: string): Promise<string> => {
  const names = await readdir(join(cacheFolder, "git"));
  return join(cacheFolder, "git", names[0] ?? "", "mirror.git");
};

/** How many objects of each type a mirror holds. */
export const countObjects = async (gitDir: string): Promise<Readonly<Record<string, number>>> => {
  const { stdout } = await runGit({
    argv: ["git", `--git-dir=${gitDir}`, "cat-file", "--batch-check", "--batch-all-objects"],
    env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    signal: AbortSignal.timeout(30_000),
  });
  const counts: Record<string, number> = {};
  for (const line of stdout.split("\n").filter((text) => text !== "")) {
    const type = line.split(" ")[1] ?? "";
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
};

/** The text of a file of a tree. */
export const readText = async (repository: GitRepository, commit: string, path: string, name: string): Promise<string> => {
  const { files } = await repository.readTree(commit, path);
  const file = files.find((each) => each.path === name);
  return file === undefined ? "(missing)" : Buffer.from(await file.read()).toString();
};
