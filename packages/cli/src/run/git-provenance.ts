// What Git says about a folder: from where, which commit, and whether the folder is what that commit holds.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findObjectFormat, formatRevision } from "@windlass/core";
import type { Provenance } from "@windlass/engine";

export interface GitProvenance extends Provenance {
  /** Something in the folder is not in the commit, or not as it is there. */
  readonly isDirty: boolean;
}

const run = promisify(execFile);

/** Without the user and password that some put into a remote's URL. */
const withoutCredential = (remote: string): string => {
  const url = URL.parse(remote);
  if (url === null || !url.protocol.startsWith("http")) return remote;
  url.username = "";
  url.password = "";
  return url.href;
};

/** `undefined` where the folder lies in no repository, or in one without a commit. */
export const readGitProvenance = async (folder: string, path: string, signal: AbortSignal): Promise<GitProvenance | undefined> => {
  const env = { PATH: path, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_OPTIONAL_LOCKS: "0" };
  // A repository's own configuration must not start programs of its choice.
  const safe = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C", folder];
  const git = (...args: readonly string[]): Promise<string | undefined> =>
    run("git", [...safe, ...args], { env, signal, timeout: 30_000 }).then(
      ({ stdout }) => stdout.trim(),
      () => {
        signal.throwIfAborted();
        return undefined;
      },
    );
  const [commit = "", time = ""] = ((await git("log", "-1", "--format=%H %cI")) ?? "").split(" ");
  const format = findObjectFormat(commit);
  if (format === undefined) return undefined;
  const branch = await git("symbolic-ref", "--quiet", "--short", "HEAD");
  const remote = await git("remote", "get-url", "origin");
  const changes = await git("status", "--porcelain", "--untracked-files=all", "--", ".");
  return {
    isDirty: changes !== "",
    revision: formatRevision({ format, commit, ...(branch === undefined ? {} : { name: branch }) }),
    created: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
    ...(remote === undefined ? {} : { source: withoutCredential(remote) }),
  };
};
