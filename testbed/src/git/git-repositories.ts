// Bare repositories in a folder, and beside each a work tree to commit from: what servers of every protocol serve.
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runGit } from "./run-git.ts";

interface NewRepository {
  /** Default: sha1. */
  readonly format?: "sha1" | "sha256";
  /** Whether clients may leave files out (`uploadpack.allowFilter`), as the large hosts let them. Default: true. */
  readonly allowsFilter?: boolean;
}

/** Content by path: text, a symbolic link, or `null` to delete. */
type Changes = Readonly<Record<string, string | { readonly link: string } | null>>;

export interface GitRepositories {
  /** Where `NAME.git` lie. */
  readonly servedFolder: string;
  /** A new, empty repository; its URL. */
  createRepository(name: string, options?: NewRepository): Promise<string>;
  /** Commits and pushes to `main`; the commit's hash. */
  commit(repository: string, changes: Changes, message: string): Promise<string>;
  /** Runs Git in the work tree; what it printed. */
  git(repository: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** Pushes refs of the work tree (`--force`, `+main`, `v1`, `:gone`). */
  push(repository: string, ...refspecs: readonly string[]): Promise<void>;
}

/** The repositories of a folder, which is made where it is missing. `url` is what their URLs begin with. */
export const openRepositories = async (directory: string, url: string): Promise<GitRepositories> => {
  const servedFolder = join(directory, "served");
  const trees = join(directory, "work");
  await mkdir(servedFolder, { recursive: true });
  const bareOf = (name: string): string => join(servedFolder, `${name}.git`);
  const repositories: GitRepositories = {
    servedFolder,
    createRepository: async (name, { format = "sha1", allowsFilter = true } = {}) => {
      const init = ["init", "--quiet", "--initial-branch=main", `--object-format=${format}`];
      await runGit("/", [...init, "--bare", bareOf(name)]);
      await runGit("/", [...init, join(trees, name)]);
      await runGit(bareOf(name), ["config", "uploadpack.allowFilter", String(allowsFilter)]);
      return `${url}/${name}.git`;
    },
    commit: async (name, changes, message) => {
      const tree = join(trees, name);
      for (const [path, content] of Object.entries(changes)) await change(join(tree, path), content);
      await runGit(tree, ["add", "--all"]);
      await runGit(tree, ["commit", "--quiet", "--message", message]);
      await repositories.push(name, "main");
      return runGit(tree, ["rev-parse", "HEAD"]);
    },
    git: (name, args, env) => runGit(join(trees, name), args, env),
    push: async (name, ...refspecs) => {
      await runGit(join(trees, name), ["push", "--quiet", bareOf(name), ...refspecs]);
    },
  };
  return repositories;
};

const change = async (path: string, content: Changes[string]): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  if (content === null || typeof content === "object") await rm(path, { force: true });
  if (typeof content === "string") await writeFile(path, content);
  else if (content !== null) await symlink(content.link, path);
};
