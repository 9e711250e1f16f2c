// Symbolic links, followed on the list of files and never on a disk: what one leads to is a file of the same folder, or an error.
import { WindlassError } from "../error.ts";
import { defaultWalkLimits, type FileEntry, type WalkLimits } from "./file-list.ts";

/** A file with content of its own or, where `link` says so, of the file (by path) that a symbolic link at `path` leads to. */
export interface ResolvedFile {
  readonly path: string;
  readonly mode: "file" | "executable";
  readonly hash: string;
  readonly link?: string;
}

/** As many bytes as a path has on Linux (PATH_MAX). */
export const linkBytesMax = 4096;

/** As many as Linux follows before it answers ELOOP. */
const hopsMax = 40;

/**
 * The files with every symbolic link followed; a link to a folder stands for copies of what is in it.
 *
 * `files` are in the order of `listFiles`, and `targetOf` gives the text of a link by its hash.
 * Errors: `invalid` for a link that is absolute, leaves the folder, leads nowhere or in a circle, or for more files than the limits allow.
 */
export const resolveLinks = (
  files: readonly FileEntry[],
  targetOf: (hash: string) => string,
  limits: WalkLimits = defaultWalkLimits,
): readonly ResolvedFile[] => {
  if (files.every(({ mode }) => mode !== "symlink")) return files.flatMap((file) => toPlain(file));
  const folder = indexFolder(files, targetOf);
  const resolved: ResolvedFile[] = [];
  // Every step counts, not only files that come out: links to folders of links can go on for longer than anybody waits.
  let steps = 0;
  const place = (file: FileEntry, path: string, within: readonly string[]): void => {
    if (++steps > limits.filesMax) throw bad(file, `is one of those that lead to more than ${limits.filesMax} files`);
    const end = follow(folder, file);
    if (typeof end !== "string") return void resolved.push(toResolved(end, path));
    if (within.includes(end) || isInside(file.path, end)) throw bad(file, "leads to a folder that holds the link itself");
    if (within.length >= hopsMax) throw bad(file, `is the last of ${hopsMax} links that lead into each other`);
    for (const inner of filesBelow(folder, end)) place(inner, path + inner.path.slice(end.length), [...within, end]);
  };
  for (const file of files) place(file, file.path, []);
  return resolved;
};

const toPlain = ({ path, mode, hash }: FileEntry): readonly ResolvedFile[] => (mode === "symlink" ? [] : [{ path, mode, hash }]);

const toResolved = ({ path: link, mode, hash }: FileEntry, path: string): ResolvedFile => ({
  path,
  mode: mode === "executable" ? "executable" : "file",
  hash,
  ...(link === path ? {} : { link }),
});

interface Folder {
  readonly files: readonly FileEntry[];
  readonly byPath: ReadonlyMap<string, FileEntry>;
  /** The files below a folder, which stand together: from index to index. */
  readonly ranges: ReadonlyMap<string, readonly [from: number, to: number]>;
  readonly targetOf: (hash: string) => string;
}

const indexFolder = (files: readonly FileEntry[], targetOf: (hash: string) => string): Folder => {
  const ranges = new Map<string, readonly [number, number]>([["", [0, files.length]]]);
  for (const [index, { path }] of files.entries())
    for (const parent of parentsOf(path)) ranges.set(parent, [ranges.get(parent)?.[0] ?? index, index + 1]);
  return { files, byPath: new Map(files.map((file) => [file.path, file])), ranges, targetOf };
};

const parentsOf = (path: string): readonly string[] => {
  const parents: string[] = [];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) parents.push(path.slice(0, at));
  return parents;
};

const filesBelow = ({ files, ranges }: Folder, path: string): readonly FileEntry[] => files.slice(...(ranges.get(path) ?? [0, 0]));

const isInside = (path: string, folder: string): boolean => folder === "" || path.startsWith(`${folder}/`);

/** Where a file is read from: itself, the file that the link ends at, or the path of a folder. */
const follow = (folder: Folder, file: FileEntry): FileEntry | string => {
  if (file.mode !== "symlink") return file;
  const at = file.path.split("/").slice(0, -1);
  const ahead = readTarget(folder, file);
  for (let hops = 1; ahead.length > 0;) {
    const link = step(folder, file, at, ahead.shift() ?? "");
    if (link === undefined) continue;
    if (++hops > hopsMax) throw bad(file, "leads in a circle");
    at.pop();
    ahead.unshift(...readTarget(folder, link));
  }
  const end = at.join("/");
  return folder.byPath.get(end) ?? end;
};

/** Moves `at` by one name, and returns the link that now stands there, if one does. */
const step = (folder: Folder, origin: FileEntry, at: string[], name: string): FileEntry | undefined => {
  if (name === "" || name === ".") return undefined;
  if (name === "..") {
    if (at.pop() === undefined) throw bad(origin, "leads out of the folder that is deployed");
    return undefined;
  }
  at.push(name);
  const path = at.join("/");
  const found = folder.byPath.get(path);
  if (found === undefined && !folder.ranges.has(path)) throw bad(origin, `leads to ${path}, which does not exist`);
  return found?.mode === "symlink" ? found : undefined;
};

const readTarget = (folder: Folder, link: FileEntry): string[] => {
  const target = folder.targetOf(link.hash);
  if (target.startsWith("/")) throw bad(link, "leads to an absolute path");
  return target.split("/");
};

const bad = (link: FileEntry, why: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `symbolic link ${link.path} ${why}`,
    remedy: "let it lead to a file inside the folder, put a copy in its place, or deploy the folder above, which holds both",
    details: { path: link.path },
  });
