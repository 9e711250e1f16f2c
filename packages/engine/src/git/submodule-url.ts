// Where a submodule comes from: what `.gitmodules` says, and what of it is followed.
import { WindlassError } from "@windlass/core";
import { parseRepositoryOptions, type GitSettings } from "./options.ts";
import { runGit } from "./run-git.ts";
import { closedEnvironment } from "./transport.ts";

/** The URL of each submodule, as it is written, by its path. Errors: `invalid` for a file that Git cannot read. */
export const parseGitmodules = async (
  content: Uint8Array,
  settings: Pick<GitSettings, "searchPath" | "cacheFolder">,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> => {
  const { exitCode, stdout } = await runGit({
    argv: ["git", "config", "--file", "-", "--no-includes", "--null", "--list"],
    env: closedEnvironment(settings),
    stdin: Buffer.from(content).toString("utf8"),
    signal,
  });
  if (exitCode !== 0)
    throw new WindlassError({
      code: "invalid",
      message: ".gitmodules cannot be read",
      remedy: "check it with `git config --file .gitmodules --list`",
    });
  const entries = new Map(stdout.split("\0").map((entry) => [entry.slice(0, entry.indexOf("\n")), entry.slice(entry.indexOf("\n") + 1)]));
  return new Map(
    [...entries].flatMap(([key, path]) => {
      const url = key.endsWith(".path") ? entries.get(`${key.slice(0, -".path".length)}.url`) : undefined;
      return url === undefined ? [] : [[path, url] as const];
    }),
  );
};

/**
 * The URL to fetch a submodule from.
 *
 * Only the host of the repository itself, by the same protocol and as the same user, is ever asked: whoever writes `.gitmodules` must not be able to send
 * us, or our credential, anywhere else. A repository on a disk has no host, so nothing is followed from there.
 * Errors: `invalid`, naming the URL.
 */
export const resolveSubmoduleUrl = (declared: string, parent: string, settings: GitSettings): string => {
  if (settings.protocol === "file") throw refused(declared, "is on a disk, where nothing says which other repositories may be read");
  const text = /^\.\.?\//.test(declared) ? resolveRelative(declared, parent) : declared;
  const { url, protocol } = parse(text, declared, settings);
  if (protocol !== settings.protocol || placeOf(url) !== placeOf(settings.url))
    throw refused(declared, "is not on the host of the repository itself");
  return url;
};

const parse = (url: string, declared: string, settings: GitSettings): GitSettings => {
  try {
    return parseRepositoryOptions({ url, cacheFolder: settings.cacheFolder, allow: settings.allow });
  } catch (error) {
    throw error instanceof WindlassError ? refused(withoutPassword(declared), "is not a URL that may be followed") : error;
  }
};

const withoutPassword = (url: string): string => url.replaceAll(/\/\/[^/@]*@/g, "//***@");

/** `git@host:path`, as in git-clone(1). */
const scpPattern = /^([\w.-]+@[\w.-]+):(.*)$/s;

/** Protocol, user, host and port. */
const placeOf = (url: string): string => {
  const parsed = URL.parse(url);
  const [, place] = parsed === null || !url.includes("://") ? (scpPattern.exec(url) ?? []) : [];
  return place === undefined ? `${parsed?.protocol}//${parsed?.username}@${parsed?.host}` : `ssh://${place}`;
};

/** Relative to the parent as if that were a folder: `../lib.git` is the parent's neighbour. */
const resolveRelative = (declared: string, parent: string): string => {
  const [, place, path] = parent.includes("://") ? [] : (scpPattern.exec(parent) ?? []);
  if (place === undefined || path === undefined) return new URL(declared, `${parent.replace(/\/+$/, "")}/`).href;
  const resolved = new URL(declared, `ssh://host/${path.replace(/^\/+|\/+$/g, "")}/`).pathname;
  return `${place}:${path.startsWith("/") ? resolved : resolved.slice(1)}`;
};

const refused = (declared: string, why: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `the submodule at ${withoutPassword(declared)} is not followed: it ${why}`,
    remedy: "deploy the other repository as an application of its own, or copy its files into this one",
  });
