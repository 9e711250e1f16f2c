// From trees to a flat list of files: the same walk for a mirror and for an artifact, so that both see the same files.
import { WindlassError } from "../error.ts";
import { malformed } from "./git-object.ts";
import type { TreeEntry, TreeMode } from "./tree.ts";

/** A file below the folder that was asked for. `path` is relative to it, with `/` between names; `hash` names the blob with its content. */
export interface FileEntry {
  readonly path: string;
  readonly mode: "file" | "executable" | "symlink";
  readonly hash: string;
}

/** What bounds a walk. A tree of a few kilobytes can name itself often enough to hold more files than there are atoms. */
export interface WalkLimits {
  readonly filesMax: number;
  readonly depthMax: number;
}

export const defaultWalkLimits: WalkLimits = { filesMax: 100_000, depthMax: 64 };

/** How a walk learns what stands behind a hash. */
export interface WalkAccess {
  /** The entries of a tree. */
  readonly tree: (hash: string) => readonly TreeEntry[] | undefined;
  /** The tree of the commit that a submodule is pinned to. Where it is absent, submodules are refused. */
  readonly submodule?: (commit: string, path: string) => string;
}

/** The names of a path, none of which may leave it. `.`, `/` and "" are the root. Errors: `invalid` for `..`, an absolute path or an empty name. */
export const parsePath = (path: string): readonly string[] => {
  const names = path.replace(/^\.?\/+|\/+$/g, "").split("/");
  if (names.length === 1 && (names[0] === "" || names[0] === ".")) return [];
  const wrong = names.find((name) => name === "" || name === "." || name === ".." || name.includes("\0"));
  if (wrong === undefined) return names;
  throw new WindlassError({
    code: "invalid",
    message: `path ${JSON.stringify(path)} is not a plain path inside the repository`,
    remedy: "write the folder as it stands in the repository, without empty, `.` and `..` parts",
  });
};

/** The entry called `name`, of those that may be followed. */
export const findEntry = (entries: readonly TreeEntry[], name: string): TreeEntry | undefined =>
  entries.find((entry) => entry.name === name && entry.fault === undefined);

/**
 * The entry that a folder's next name leads to, which must be a folder too.
 *
 * Errors: `not_found` with what is there instead, `invalid` where the name is a file, a link or a submodule.
 */
export const getDirectory = (entries: readonly TreeEntry[], names: readonly string[], index: number): TreeEntry => {
  const entry = findEntry(entries, names[index] ?? "");
  const path = names.slice(0, index + 1).join("/");
  if (entry === undefined) {
    const there = entries.filter(({ mode, fault }) => mode === "directory" && fault === undefined).map(({ name }) => name);
    const parent = index === 0 ? "the repository's root" : names.slice(0, index).join("/");
    throw new WindlassError({
      code: "not_found",
      message: `path ${names.join("/")} does not exist: there is no ${path}`,
      remedy:
        there.length === 0
          ? `${parent} holds no folders`
          : `${parent} holds ${there.slice(0, 10).join(", ")}${there.length > 10 ? ", …" : ""}`,
      details: { path: names.join("/"), missing: path },
    });
  }
  if (entry.mode === "directory") return entry;
  throw new WindlassError({
    code: "invalid",
    message: `path ${path} is a ${nameOfMode[entry.mode]}, not a folder`,
    remedy: "name the folder that holds what is to be deployed",
  });
};

const nameOfMode: Readonly<Record<TreeMode, string>> = {
  directory: "folder",
  file: "file",
  executable: "file",
  symlink: "symbolic link",
  submodule: "submodule",
};

/**
 * Every file below a tree, in Git's order (by path, byte by byte, folders as if they ended in `/`).
 *
 * A submodule is a folder with the files of the commit that it is pinned to.
 * Errors: `invalid` for an entry that must not be followed, a missing tree, or more than the limits allow; those of `access.submodule`.
 */
export const listFiles = (root: string, access: WalkAccess, limits: WalkLimits = defaultWalkLimits): readonly FileEntry[] => {
  const files: FileEntry[] = [];
  // Folders count as well: a tree can hold more empty ones than anybody can visit.
  let visited = 0;
  const visit = (hash: string, prefix: string, depth: number): void => {
    if (depth > limits.depthMax) throw tooMuch(`folders nest deeper than ${limits.depthMax} at ${prefix}`);
    const entries = access.tree(hash);
    if (entries === undefined) throw malformed(`the tree of ${prefix === "" ? "the root" : prefix} is missing`, { hash });
    for (const entry of entries) {
      if (++visited > limits.filesMax) throw tooMuch(`there are more than ${limits.filesMax} files and folders`);
      const path = prefix + entry.name;
      if (entry.fault !== undefined) throw malformed(`${JSON.stringify(path)}: ${entry.fault}`, { path });
      const { mode } = entry;
      if (mode === "directory") visit(entry.hash, `${path}/`, depth + 1);
      else if (mode === "submodule") visit(getSubmodule(access, entry.hash, path), `${path}/`, depth + 1);
      else files.push({ path, mode, hash: entry.hash });
    }
  };
  visit(root, "", 0);
  return files;
};

const getSubmodule = ({ submodule }: WalkAccess, commit: string, path: string): string => {
  if (submodule !== undefined) return submodule(commit, path);
  throw new WindlassError({
    code: "invalid",
    message: `${path} is a Git submodule (at ${commit.slice(0, 12)}), which cannot be followed here`,
    remedy: "deploy the other repository as an application of its own, or copy its files into this one",
    details: { path },
  });
};

const tooMuch = (what: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `the folder is too large: ${what}`,
    remedy: "name a smaller folder, or raise the limit of the repository",
  });
