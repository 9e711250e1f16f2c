// Folders out of a mirror: trees by name, files by hash, no work tree. What a partial fetch left out comes when it is read, all of a folder at once.
import {
  decodeUtf8,
  findEntry,
  getDirectory,
  linkBytesMax,
  listFiles,
  parseCommit,
  parsePath,
  parseTag,
  parseTree,
  resolveLinks,
  WindlassError,
  type FileEntry,
  type GitObject,
  type ResolvedFile,
  type TreeEntry,
} from "@windlass/core";
import { artifactBytesMax, objectBytesMax } from "./limits.ts";
import type { Mirror } from "./mirror.ts";

/** A file of a folder at a commit, symbolic links followed. `read` gives its bytes, checked against `hash`. */
export interface SourceFile extends ResolvedFile {
  readonly size: number;
  readonly read: () => Promise<Uint8Array>;
}

/** A folder at a commit. `treeHash` stands for its whole content: the same hash, the same files. */
export interface SourceTree {
  readonly commit: string;
  readonly path: string;
  readonly treeHash: string;
  readonly files: readonly SourceFile[];
}

/** The objects from a commit or tag down to every file of a folder. */
export interface Closure {
  readonly root: string;
  readonly path: string;
  readonly commit: string;
  readonly treeHash: string;
  readonly objects: readonly GitObject[];
}

/** `root` is a commit, or a tag that leads to one. */
export interface Folder {
  readonly root: string;
  readonly path: string;
}

const treesMax = 100_000;

/** Fetches a commit or tag, unless the mirror has it. */
export const ensureObject = async (mirror: Mirror, hash: string, signal: AbortSignal): Promise<void> => {
  if ((await mirror.reader.findHead(hash).catch(() => undefined)) === undefined) await mirror.fetchCommit(hash, signal);
};

/** A commit or tag. */
export const readRoot = async (mirror: Mirror, hash: string, signal: AbortSignal): Promise<GitObject> => {
  await ensureObject(mirror, hash, signal);
  const object = await getObject(mirror, hash);
  if (object.type === "commit" || object.type === "tag") return object;
  throw new WindlassError({ code: "invalid", message: `${hash} is a ${object.type}, not a commit`, remedy: "name a commit" });
};

/** The hash of a folder's tree. */
export const readTreeHash = async (mirror: Mirror, folder: Folder, signal: AbortSignal): Promise<string> =>
  (await descend(mirror, folder, signal)).treeHash;

/**
 * The tree of each folder, `undefined` where the commit has no such folder: what tells which of a thousand applications a commit touched.
 *
 * Every tree on the way is read once, however many folders lie below it.
 */
export const readTreeHashes = async (
  mirror: Mirror,
  { commit, paths }: { readonly commit: string; readonly paths: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string | undefined>> => {
  const { treeHash: root } = await descend(mirror, { root: commit, path: "" }, signal);
  const trees = new Map<string, Promise<LoadedTree>>();
  const load = (hash: string): Promise<LoadedTree> => {
    const tree = trees.get(hash) ?? loadTree(mirror, hash);
    trees.set(hash, tree);
    return tree;
  };
  const find = async (path: string): Promise<string | undefined> => {
    let hash = root;
    for (const name of parsePath(path)) {
      const entry = findEntry((await load(hash)).entries, name);
      if (entry?.mode !== "directory") return undefined;
      ({ hash } = entry);
    }
    return hash;
  };
  return new Map(await Promise.all(paths.map(async (path) => [path, await find(path)] as const)));
};

interface Descent {
  readonly commit: string;
  readonly treeHash: string;
  /** From the root down to the folder's parent. */
  readonly passed: readonly GitObject[];
}

const descend = async (mirror: Mirror, { root, path }: Folder, signal: AbortSignal): Promise<Descent> => {
  const names = parsePath(path);
  const passed: GitObject[] = [await readRoot(mirror, root, signal)];
  let commit = root;
  for (let top = passed[0]; top?.type === "tag"; top = passed.at(-1)) {
    commit = parseTag(top.content, mirror.format).target;
    passed.push(await readRoot(mirror, commit, signal));
  }
  let treeHash = parseCommit(passed.at(-1)?.content ?? new Uint8Array(), mirror.format).tree;
  for (const index of names.keys()) {
    const tree = await getObject(mirror, treeHash);
    passed.push(tree);
    treeHash = getDirectory(parseTree(tree.content, mirror.format), names, index).hash;
  }
  return { commit, treeHash, passed };
};

interface TreeAccess {
  readonly signal: AbortSignal;
  readonly read: (hash: string) => Promise<Uint8Array>;
}

/** A folder with its files; those that the mirror lacks are fetched in one go. */
export const readTree = async (mirror: Mirror, folder: Folder, { signal, read }: TreeAccess): Promise<SourceTree> => {
  const { commit, treeHash } = await descend(mirror, folder, signal);
  const trees = await loadTrees(mirror, treeHash, signal);
  const files = await followLinks(mirror, listOf(treeHash, trees), signal);
  await ensureBlobs(mirror, files, signal);
  const sized = await Promise.all(files.map(async (file) => ({ ...file, size: await sizeOf(mirror, file), read: () => read(file.hash) })));
  return { commit, path: folder.path, treeHash, files: sized };
};

/** The objects that prove a folder's content. Links are checked as `readTree` does, so that what is packed can be opened. */
export const readClosure = async (mirror: Mirror, folder: Folder, signal: AbortSignal): Promise<Closure> => {
  const { commit, treeHash, passed } = await descend(mirror, folder, signal);
  const trees = await loadTrees(mirror, treeHash, signal);
  const files = listOf(treeHash, trees);
  await followLinks(mirror, files, signal);
  await ensureBlobs(mirror, files, signal);
  const hashes = [...new Set(files.map(({ hash }) => hash))];
  await checkTotal(mirror, hashes, folder.path);
  const blobs = await Promise.all(hashes.map((hash) => getObject(mirror, hash)));
  const onTheWay = new Set(passed);
  return { ...folder, commit, treeHash, objects: [...onTheWay, ...[...trees.values()].map(({ object }) => object), ...blobs] };
};

/** One file's bytes, fetched when the mirror lacks them. */
export const readBlob = async (mirror: Mirror, hash: string, signal: AbortSignal): Promise<Uint8Array> => {
  if ((await mirror.reader.findHead(hash)) === undefined) await mirror.fetchBlobs([hash], signal);
  return (await getObject(mirror, hash)).content;
};

interface LoadedTree {
  readonly object: GitObject;
  readonly entries: readonly TreeEntry[];
}

const listOf = (treeHash: string, trees: ReadonlyMap<string, LoadedTree>): readonly FileEntry[] =>
  listFiles(treeHash, { tree: (hash) => trees.get(hash)?.entries });

/** Every tree below one, level by level, each once. */
const loadTrees = async (mirror: Mirror, root: string, signal: AbortSignal): Promise<ReadonlyMap<string, LoadedTree>> => {
  const trees = new Map<string, LoadedTree>();
  let level: readonly string[] = [root];
  while (level.length > 0 && trees.size < treesMax) {
    signal.throwIfAborted();
    const loaded = await Promise.all(level.map(async (hash) => [hash, await loadTree(mirror, hash)] as const));
    for (const [hash, tree] of loaded) trees.set(hash, tree);
    const below = loaded.flatMap(([, { entries }]) => entries.filter(({ mode }) => mode === "directory").map(({ hash }) => hash));
    level = [...new Set(below)].filter((hash) => !trees.has(hash));
  }
  return trees;
};

const loadTree = async (mirror: Mirror, hash: string): Promise<LoadedTree> => {
  const object = await getObject(mirror, hash);
  return { object, entries: parseTree(object.content, mirror.format) };
};

const followLinks = async (mirror: Mirror, files: readonly FileEntry[], signal: AbortSignal): Promise<readonly ResolvedFile[]> => {
  const links = files.filter(({ mode }) => mode === "symlink");
  await ensureBlobs(mirror, links, signal);
  const targets = new Map(await Promise.all(links.map(async (link) => [link.hash, await readTarget(mirror, link)] as const)));
  return resolveLinks(files, (hash) => targets.get(hash) ?? "/");
};

const readTarget = async (mirror: Mirror, link: FileEntry): Promise<string> => {
  const { content } = await getObject(mirror, link.hash);
  const target = content.length > linkBytesMax ? undefined : decodeUtf8(content);
  if (target !== undefined) return target;
  throw new WindlassError({ code: "invalid", message: `symbolic link ${link.path} does not hold a path`, remedy: "make the link anew" });
};

const ensureBlobs = async (mirror: Mirror, files: readonly { readonly hash: string }[], signal: AbortSignal): Promise<void> => {
  const hashes = [...new Set(files.map(({ hash }) => hash))];
  const heads = await Promise.all(hashes.map((hash) => mirror.reader.findHead(hash)));
  const missing = hashes.filter((_, index) => heads[index] === undefined);
  if (missing.length > 0) await mirror.fetchBlobs(missing, signal);
};

const sizeOf = async (mirror: Mirror, file: ResolvedFile): Promise<number> => {
  const head = await mirror.reader.findHead(file.hash);
  if (head === undefined) throw lost(file.hash);
  if (head.size > objectBytesMax) throw tooLarge(`file ${file.path}`, head.size, objectBytesMax);
  return head.size;
};

/** Before anything is read: a few kilobytes of pack can stand for more bytes than there is memory. */
const checkTotal = async (mirror: Mirror, hashes: readonly string[], path: string): Promise<void> => {
  const heads = await Promise.all(hashes.map((hash) => mirror.reader.findHead(hash)));
  const total = heads.reduce((sum, head) => sum + (head?.size ?? 0), 0);
  if (total > artifactBytesMax) throw tooLarge(`folder ${path === "" ? "/" : path}`, total, artifactBytesMax);
};

const tooLarge = (what: string, size: number, sizeMax: number): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${what} has ${size} bytes, more than the limit of ${sizeMax}`,
    remedy: "move what is large out of the folder that is deployed",
    details: { size, sizeMax },
  });

const getObject = async (mirror: Mirror, hash: string): Promise<GitObject> => {
  const head = await mirror.reader.findHead(hash);
  if (head !== undefined && head.size > objectBytesMax) throw tooLarge(`object ${hash}`, head.size, objectBytesMax);
  const object = await mirror.reader.find(hash);
  if (object === undefined) throw lost(hash);
  return object;
};

/** A commit that was fetched lacks a part: the disk, or somebody, took it. */
const lost = (hash: string): WindlassError =>
  new WindlassError({
    code: "internal",
    message: `the mirror lacks object ${hash}`,
    remedy: "nothing: the mirror is made anew by itself, and the fetch repeated",
    details: { corrupt: true },
  });
