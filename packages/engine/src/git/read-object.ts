// Single objects of a mirror, within the limits.
import { WindlassError, type GitObject, type ResolvedFile } from "@windlass/core";
import { artifactBytesMax, objectBytesMax } from "./limits.ts";
import type { Mirror } from "./mirror.ts";

/** An object that the mirror must have. Errors: `invalid` when it is too large; `internal` with `details.corrupt` when it is not there. */
export const getObject = async (mirror: Mirror, hash: string): Promise<GitObject> => {
  const head = await mirror.reader.findHead(hash);
  if (head !== undefined && head.size > objectBytesMax) throw tooLarge(`object ${hash}`, head.size, objectBytesMax);
  const object = await mirror.reader.find(hash);
  if (object === undefined) throw lost(hash);
  return object;
};

/** How many bytes a file has. Errors: as `getObject`. */
export const sizeOf = async (mirror: Mirror, file: ResolvedFile): Promise<number> => {
  const head = await mirror.reader.findHead(file.hash);
  if (head === undefined) throw lost(file.hash);
  if (head.size > objectBytesMax) throw tooLarge(`file ${file.path}`, head.size, objectBytesMax);
  return head.size;
};

/** Refuses a folder before anything is read: a few kilobytes of pack can stand for more bytes than there is memory. */
export const checkTotal = async (mirror: Mirror, hashes: readonly string[], path: string): Promise<void> => {
  const heads = await Promise.all(hashes.map((hash) => mirror.reader.findHead(hash)));
  const total = heads.reduce((sum, head) => sum + (head?.size ?? 0), 0);
  if (total > artifactBytesMax) throw tooLarge(`folder ${path === "" ? "/" : path}`, total, artifactBytesMax);
};

/** The failure to throw for what is beyond `limits.ts`. */
export const tooLarge = (what: string, size: number, sizeMax: number): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${what} has ${size} bytes, more than the limit of ${sizeMax}`,
    remedy: "move what is large out of the folder that is deployed",
    details: { size, sizeMax },
  });

/** A commit that was fetched lacks a part: the disk, or somebody, took it. */
const lost = (hash: string): WindlassError =>
  new WindlassError({
    code: "internal",
    message: `the mirror lacks object ${hash}`,
    remedy: "nothing: the mirror is made anew by itself, and the fetch repeated",
    details: { corrupt: true },
  });
