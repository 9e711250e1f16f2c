// Git for tests: with an identity, and without anybody's configuration.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const identity = {
  GIT_AUTHOR_NAME: "Demo",
  GIT_AUTHOR_EMAIL: "demo@example.com",
  GIT_COMMITTER_NAME: "Demo",
  GIT_COMMITTER_EMAIL: "demo@example.com",
};

export const closedGitEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  ...identity,
};

/** What `git -C directory …` printed, without the last line break. `env` adds to the closed environment. */
export const runGit = async (directory: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { stdout } = await promisify(execFile)("git", ["-C", directory, ...args], {
    env: { ...closedGitEnvironment, ...env },
    maxBuffer: 64 * 1024 ** 2,
  });
  return stdout.trim();
};
