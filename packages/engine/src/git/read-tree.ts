// Folders out of a mirror: trees by name, files by hash, no work tree. What a partial fetch left out comes when it is read, all of a folder at once.
import {
  decodeUtf8,
  findEntry,
  getDirectory,
  linkBytesMax,
  parseCommit,
  parsePath,
  parseTag,
  parseTree,
  resolveLinks,
  WindlassError,
  type FileEntry,
  type GitObject,
  type ResolvedFile,
} from "@windlass/core";
import { loadFolder, loadTree, type LoadedFolder, type LoadedTree } from "./load-folder.ts";
import type { Mirror } from "./mirror.ts";
import { checkTotal, getObject, sizeOf } from "./read-object.ts";

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
  readonly rootTree: string;
  readonly path: string;
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
  const rootTree = parseCommit(passed.at(-1)?.content ?? new Uint8Array(), mirror.format).tree;
  let treeHash = rootTree;
  for (const index of names.keys()) {
    const tree = await getObject(mirror, treeHash);
    passed.push(tree);
    treeHash = getDirectory(parseTree(tree.content, mirror.format), names, index).hash;
  }
  return { commit, rootTree, path: names.join("/"), treeHash, passed };
};

interface TreeAccess {
  readonly signal: AbortSignal;
  /** A file's bytes, from the repository at `url` where the mirror lacks them. */
  readonly read: (hash: string, url: string) => Promise<Uint8Array>;
}

/** A folder with its files; those that the mirror lacks are fetched in one go. */
export const readTree = async (mirror: Mirror, folder: Folder, { signal, read }: TreeAccess): Promise<SourceTree> => {
  const descent = await descend(mirror, folder, signal);
  const loaded = await loadFolder(mirror, descent, signal);
  const files = await followLinks(mirror, loaded, signal);
  await ensureBlobs(mirror, { files, urlOf: loaded.urlOf }, signal);
  const toSource = async (file: ResolvedFile): Promise<SourceFile> => ({
    ...file,
    size: await sizeOf(mirror, file),
    read: () => read(file.hash, loaded.urlOf(file)),
  });
  return { commit: descent.commit, path: folder.path, treeHash: descent.treeHash, files: await Promise.all(files.map(toSource)) };
};

/** The objects that prove a folder's content. Links are checked as `readTree` does, so that what is packed can be opened. */
export const readClosure = async (mirror: Mirror, folder: Folder, signal: AbortSignal): Promise<Closure> => {
  const { commit, treeHash, passed, ...start } = await descend(mirror, folder, signal);
  const loaded = await loadFolder(mirror, { ...start, treeHash }, signal);
  await followLinks(mirror, loaded, signal);
  await ensureBlobs(mirror, loaded, signal);
  const hashes = [...new Set(loaded.files.map(({ hash }) => hash))];
  await checkTotal(mirror, hashes, folder.path);
  const blobs = await Promise.all(hashes.map((hash) => getObject(mirror, hash)));
  return { ...folder, commit, treeHash, objects: [...new Set(passed), ...loaded.objects, ...blobs] };
};

/** One file's bytes, fetched when the mirror lacks them. */
export const readBlob = async (
  mirror: Mirror,
  { hash, url }: { readonly hash: string; readonly url: string },
  signal: AbortSignal,
): Promise<Uint8Array> => {
  if ((await mirror.reader.findHead(hash)) === undefined) await mirror.fetchBlobs([hash], signal, url);
  return (await getObject(mirror, hash)).content;
};

const followLinks = async (mirror: Mirror, { files, urlOf }: Blobs<FileEntry>, signal: AbortSignal): Promise<readonly ResolvedFile[]> => {
  const links = files.filter(({ mode }) => mode === "symlink");
  await ensureBlobs(mirror, { files: links, urlOf }, signal);
  const targets = new Map(await Promise.all(links.map(async (link) => [link.hash, await readTarget(mirror, link)] as const)));
  return resolveLinks(files, (hash) => targets.get(hash) ?? "/");
};

const readTarget = async (mirror: Mirror, link: FileEntry): Promise<string> => {
  const { content } = await getObject(mirror, link.hash);
  const target = content.length > linkBytesMax ? undefined : decodeUtf8(content);
  if (target !== undefined) return target;
  throw new WindlassError({ code: "invalid", message: `symbolic link ${link.path} does not hold a path`, remedy: "make the link anew" });
};

interface Blobs<File> {
  readonly files: readonly File[];
  readonly urlOf: LoadedFolder["urlOf"];
}

/** Fetches what the mirror lacks: with one exchange for each repository that the files come from, which is one but for submodules. */
const ensureBlobs = async (
  mirror: Mirror,
  { files, urlOf }: Blobs<{ readonly hash: string; readonly path: string }>,
  signal: AbortSignal,
): Promise<void> => {
  const urls = new Map(files.map((file) => [file.hash, urlOf(file)]));
  const heads = await Promise.all([...urls].map(async ([hash, url]) => ({ hash, url, head: await mirror.reader.findHead(hash) })));
  const missing = Map.groupBy(
    heads.filter(({ head }) => head === undefined),
    ({ url }) => url,
  );
  for (const [url, blobs] of missing)
    await mirror.fetchBlobs(
      blobs.map(({ hash }) => hash),
      signal,
      url,
    );
};
