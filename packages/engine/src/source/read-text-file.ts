// One file, or standard input, as text.
import { realpath } from "node:fs/promises";
import { type YamlLimits, defaultYamlLimits } from "@windlass/core";
import { decodeText } from "./decode-text.ts";
import { toFileError } from "./file-error.ts";
import { readRegularFile, readStream } from "./read-file.ts";

export interface ReadTextOptions {
  /** What `-` reads. Default: the process's own. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

const bytesMax = 256 * 1024 * 1024;

/** What bounds a text of live objects: a whole cluster's worth, where a source is bounded to what people write. */
export const liveLimits: YamlLimits = { ...defaultYamlLimits, charactersMax: bytesMax, documentsMax: 1_000_000, nodesMax: 20_000_000 };

/**
 * The text of a file, or of standard input (`-`).
 *
 * Errors: `not_found`, `forbidden`, `invalid` (too long, not UTF-8, no regular file); the signal's reason.
 */
export const readTextFile = async (path: string, { stdin = process.stdin, signal }: ReadTextOptions = {}): Promise<string> => {
  signal?.throwIfAborted();
  if (path === "-") return decodeText(await readStream(stdin, "stdin", bytesMax), "stdin");
  try {
    return decodeText(await readRegularFile(await realpath(path), path, bytesMax), path);
  } catch (error) {
    throw toFileError(error, path);
  }
};
