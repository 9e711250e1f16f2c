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

/** As many as Linux follows before it answers ELOOP. */
const hopsMax = 40;

/**
 * The files with every symbolic link followed; a link to a folder stands for copies of what is in it.
 *
 * `targetOf` gives the text of a link by its hash.
 * Errors: `invalid` for a link that is absolute, leaves the folder, leads nowhere or in a circle, or for more files than the limits allow.
 */
export const resolveLinks = (
  files: readonly FileEntry[],
  targetOf: (hash: string) => string,
  limits: WalkLimits = defaultWalkLimits,
): readonly ResolvedFile[] => {
  if (files.every(({ mode }) => mode !== "symlink"))
    return files.flatMap((file) => (file.mode === "symlink" ? [] : [{ path: file.path, mode: file.mode, hash: file.hash }]));
  const folder = indexFolder(files, targetOf);
  const resolved: ResolvedFile[] = [];
  const place = (file: FileEntry, path: string, within: readonly string[]): void => {
    const end = follow(folder, file);
    if (typeof end !== "string") {
      const link = end.path === path ? {} : { link: end.path };
      if (resolved.push({ path, mode: end.mode === "executable" ? "executable" : "file", hash: end.hash, ...link }) > limits.filesMax)
        throw bad(file, `leads to more than ${limits.filesMax} files`);
      return;
    }
    if (within.includes(end) || isInside(file.path, end)) throw bad(file, "leads to a folder that holds the link itself");
    for (const inner of files) if (isInside(inner.path, end)) place(inner, path + inner.path.slice(end.length), [...within, end]);
  };
  for (const file of files) place(file, file.path, []);
  return resolved;
};

interface Folder {
  readonly files: ReadonlyMap<string, FileEntry>;
  readonly folders: ReadonlySet<string>;
  readonly targetOf: (hash: string) => string;
}

const indexFolder = (files: readonly FileEntry[], targetOf: (hash: string) => string): Folder => ({
  files: new Map(files.map((file) => [file.path, file])),
  folders: new Set(["", ...files.flatMap(({ path }) => parentsOf(path))]),
  targetOf,
});

const parentsOf = (path: string): readonly string[] => {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
};

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
  return folder.files.get(end) ?? end;
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
  const found = folder.files.get(path);
  if (found === undefined && !folder.folders.has(path)) throw bad(origin, `leads to ${path}, which does not exist`);
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
