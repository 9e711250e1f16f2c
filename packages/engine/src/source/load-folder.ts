// Sources on this machine: a folder, a file, standard input.
import { realpath, stat } from "node:fs/promises";
import { basename } from "node:path";
import { toFileError } from "./file-error.ts";
import { listFolder } from "./list-folder.ts";
import { loadFiles, loadManifests } from "./load-files.ts";
import { readRegularFile, readStream } from "./read-file.ts";
import type { LoadOptions, LoadedSource, SourceFile } from "./types.ts";

export interface LoadFolderOptions extends LoadOptions {
  /** What `-` reads. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/**
 * The objects of a folder and of the folders in it, of one file, or of standard input (`-`).
 *
 * Errors: `not_found` and `forbidden` for the path itself; all of `loadFiles` and `listFolder`.
 */
export const loadFolder = async (path: string, options: LoadFolderOptions = {}): Promise<LoadedSource> => {
  if (path === "-")
    return loadManifests([{ path: "stdin", read: (bytesMax) => readStream(options.stdin ?? process.stdin, "stdin", bytesMax) }], options);
  const file = await findFile(path);
  return file === undefined ? loadFiles(await listFolder(path, options), options) : loadManifests([file], options);
};

/** The file that a path names, or `undefined` where it names a folder. */
const findFile = async (path: string): Promise<SourceFile | undefined> => {
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return undefined;
    const name = basename(path);
    return {
      path: name,
      read: (bytesMax) => readRegularFile(real, name, bytesMax).catch((error: unknown) => Promise.reject(toFileError(error, path))),
    };
  } catch (error) {
    throw toFileError(error, path);
  }
};
