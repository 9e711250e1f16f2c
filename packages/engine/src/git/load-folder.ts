// A folder's trees out of a mirror, with those of its submodules where they are followed: every object lies in the same mirror, wherever it came from.
import {
  listFiles,
  malformed,
  parseCommit,
  parseTree,
  WindlassError,
  type FileEntry,
  type GitObject,
  type ResolvedFile,
  type TreeEntry,
} from "@windlass/core";
import type { Mirror } from "./mirror.ts";
import { getObject } from "./read-object.ts";
import { parseGitmodules, resolveSubmoduleUrl } from "./submodule-url.ts";

export interface LoadedTree {
  readonly object: GitObject;
  readonly entries: readonly TreeEntry[];
}

/** The repository that a part of the folder comes from. `prefix` is where that part begins, "" or ending in `/`. */
interface Part {
  readonly prefix: string;
  readonly url: string;
  /** The tree of the whole repository, which holds `.gitmodules`. */
  readonly rootTree: string;
  /** Where the part begins inside its own repository, like `prefix`. */
  readonly inside: string;
}

interface Submodule extends Part {
  readonly commit: GitObject;
}

export interface LoadedFolder {
  readonly files: readonly FileEntry[];
  /** Every tree and every submodule's commit, each once. */
  readonly objects: readonly GitObject[];
  /** The URL that a file's content comes from. */
  readonly urlOf: (file: Pick<ResolvedFile, "path" | "link">) => string;
}

export interface FolderStart {
  readonly rootTree: string;
  readonly path: string;
  readonly treeHash: string;
}

const treesMax = 100_000;
const submodulesMax = 50;

/** Everything below a folder but the content of its files. Errors: those of the fetch; `invalid` as `listFiles` and `resolveSubmoduleUrl`. */
export const loadFolder = async (mirror: Mirror, start: FolderStart, signal: AbortSignal): Promise<LoadedFolder> => {
  const trees = new Map<string, LoadedTree>();
  await loadTrees(mirror, { root: start.treeHash, trees }, signal);
  const top: Part = { prefix: "", url: mirror.settings.url, rootTree: start.rootTree, inside: start.path === "" ? "" : `${start.path}/` };
  const submodules = new Map<string, Submodule>();
  // A submodule may hold others: each round goes one deeper.
  for (;;) {
    const { files, missing } = walk(mirror, start.treeHash, { trees, submodules });
    const parts = [top, ...submodules.values()];
    if (missing.length === 0)
      return { files, objects: objectsOf(trees, submodules), urlOf: ({ path, link }) => partOf(parts, link ?? path).url };
    if (submodules.size + missing.length > submodulesMax) throw malformed(`it has more than ${submodulesMax} submodules`);
    for (const { path, commit } of missing) {
      const submodule = await loadSubmodule(mirror, { path, commit, owner: partOf(parts, path) }, signal);
      await loadTrees(mirror, { root: submodule.rootTree, trees }, signal);
      submodules.set(path, submodule);
    }
  }
};

interface Loaded {
  readonly trees: ReadonlyMap<string, LoadedTree>;
  readonly submodules: ReadonlyMap<string, Submodule>;
}

interface MissingSubmodule {
  readonly path: string;
  readonly commit: string;
}

/** The files as far as they are known, and the submodules that are not loaded yet, which count as empty. */
const walk = (
  mirror: Mirror,
  root: string,
  { trees, submodules }: Loaded,
): { readonly files: readonly FileEntry[]; readonly missing: readonly MissingSubmodule[] } => {
  const missing: MissingSubmodule[] = [];
  const empty = "";
  const submodule = (commit: string, path: string): string => {
    const found = submodules.get(path);
    if (found === undefined) missing.push({ path, commit });
    return found?.rootTree ?? empty;
  };
  const tree = (hash: string): readonly TreeEntry[] | undefined => (hash === empty ? [] : trees.get(hash)?.entries);
  return { files: listFiles(root, { tree, ...(mirror.settings.followSubmodules ? { submodule } : {}) }), missing };
};

const objectsOf = (trees: ReadonlyMap<string, LoadedTree>, submodules: ReadonlyMap<string, Submodule>): readonly GitObject[] => [
  ...[...trees.values()].map(({ object }) => object),
  ...[...submodules.values()].map(({ commit }) => commit),
];

/** The innermost part that a path lies in. */
const partOf = (parts: readonly Part[], path: string): Part =>
  parts.filter(({ prefix }) => path.startsWith(prefix)).reduce((inner, part) => (part.prefix.length >= inner.prefix.length ? part : inner));

const loadSubmodule = async (
  mirror: Mirror,
  { path, commit, owner }: MissingSubmodule & { readonly owner: Part },
  signal: AbortSignal,
): Promise<Submodule> => {
  const pathInOwner = owner.inside + path.slice(owner.prefix.length);
  const declared = (await readGitmodules(mirror, owner, signal)).get(pathInOwner);
  if (declared === undefined)
    throw new WindlassError({
      code: "invalid",
      message: `${path} is a Git submodule, and .gitmodules does not say where it comes from`,
      remedy: "add it again with `git submodule add`, or remove it",
      details: { path },
    });
  const url = resolveSubmoduleUrl(declared, owner.url, mirror.settings);
  if ((await mirror.reader.findHead(commit)) === undefined) await mirror.fetchCommit(commit, signal, url);
  const object = await getObject(mirror, commit);
  return { prefix: `${path}/`, inside: "", url, commit: object, rootTree: parseCommit(object.content, mirror.format).tree };
};

const readGitmodules = async (mirror: Mirror, { rootTree, url }: Part, signal: AbortSignal): Promise<ReadonlyMap<string, string>> => {
  const { entries } = await loadTree(mirror, rootTree);
  const entry = entries.find(({ name, mode }) => name === ".gitmodules" && mode === "file");
  if (entry === undefined) return new Map();
  if ((await mirror.reader.findHead(entry.hash)) === undefined) await mirror.fetchBlobs([entry.hash], signal, url);
  return parseGitmodules((await getObject(mirror, entry.hash)).content, mirror.settings, signal);
};

/** Every tree below one, level by level, each once, into `trees`. */
const loadTrees = async (
  mirror: Mirror,
  { root, trees }: { readonly root: string; readonly trees: Map<string, LoadedTree> },
  signal: AbortSignal,
): Promise<void> => {
  let level: readonly string[] = trees.has(root) ? [] : [root];
  while (level.length > 0) {
    if (trees.size > treesMax) throw malformed(`it has more than ${treesMax} folders`);
    signal.throwIfAborted();
    const loaded = await Promise.all(level.map(async (hash) => [hash, await loadTree(mirror, hash)] as const));
    for (const [hash, tree] of loaded) trees.set(hash, tree);
    const below = loaded.flatMap(([, { entries }]) => entries.filter(({ mode }) => mode === "directory").map(({ hash }) => hash));
    level = [...new Set(below)].filter((hash) => !trees.has(hash));
  }
};

/** A tree and its entries. */
export const loadTree = async (mirror: Mirror, hash: string): Promise<LoadedTree> => {
  const object = await getObject(mirror, hash);
  return { object, entries: parseTree(object.content, mirror.format) };
};
