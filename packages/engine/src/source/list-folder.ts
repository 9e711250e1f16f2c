// The files of a folder, none outside of it: links are followed only to what the folder itself holds.
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { WindlassError } from "@windlass/core";
import { toFaultInFolder, toFileError } from "./file-error.ts";
import { fileFault } from "./file-fault.ts";
import { readRegularFile } from "./read-file.ts";
import { type LoadOptions, type SourceFile, defaultSourceLimits } from "./types.ts";

/** A folder being walked. `real` is where it is once every link is followed. */
interface Walk {
  readonly root: string;
  readonly real: string;
  readonly options: LoadOptions;
  readonly files: SourceFile[];
}

/**
 * The files below a folder, in the order of their paths; files and folders whose name begins with a dot are left out.
 *
 * Links that lead out of the folder or to nothing, devices and the like are in the list where a manifest could be meant, and throw when they are
 * read: so that each is reported, and only if somebody wants it.
 * Errors: `not_found`, `forbidden`, `invalid` for more files or deeper folders than the limits allow, `unavailable` for a disk that fails.
 */
export const listFolder = async (path: string, options: LoadOptions = {}): Promise<readonly SourceFile[]> => {
  const real = await realpath(path).catch((error: unknown) => {
    throw toFileError(error, path);
  });
  const walk: Walk = { root: path, real, options, files: [] };
  await visit(walk, "", []);
  return walk.files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

const visit = async (walk: Walk, folder: string, ancestors: readonly string[]): Promise<void> => {
  const { signal, limits = defaultSourceLimits } = walk.options;
  signal?.throwIfAborted();
  if (ancestors.length > limits.depthMax) throw tooLarge(`${join(walk.root, folder)} lies deeper than ${limits.depthMax} folders`);
  const here = await realpath(join(walk.root, folder));
  // A link to a folder above itself: the files are in the list already.
  if (ancestors.includes(here)) return;
  const names = await readdir(here).catch((error: unknown) => {
    throw toFileError(error, join(walk.root, folder));
  });
  for (const name of names.filter((name) => !name.startsWith(".")))
    await visitEntry(walk, folder === "" ? name : `${folder}/${name}`, [...ancestors, here]);
};

const visitEntry = async (walk: Walk, path: string, ancestors: readonly string[]): Promise<void> => {
  const { limits = defaultSourceLimits } = walk.options;
  const real = await realpath(join(walk.root, path)).catch(() => undefined);
  if (real !== undefined && isInside(walk.real, real) && (await stat(real)).isDirectory()) {
    await visit(walk, path, ancestors);
    return;
  }
  if (walk.files.push({ path, read: (bytesMax) => readInside(walk, path, bytesMax) }) > limits.filesMax) {
    throw tooLarge(`${walk.root} holds more than ${limits.filesMax} files`);
  }
};

const isInside = (root: string, path: string): boolean => {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
};

const readInside = async (walk: Walk, path: string, bytesMax: number): Promise<Uint8Array> => {
  try {
    const real = await realpath(join(walk.root, path));
    if (!isInside(walk.real, real)) throw fileFault(path, "the link leads out of the folder", "copy what it leads to into the folder");
    return await readRegularFile(real, path, bytesMax);
  } catch (error) {
    throw toFaultInFolder(error, path);
  }
};

const tooLarge = (message: string): WindlassError => new WindlassError({ code: "invalid", message, remedy: "name a smaller folder" });
