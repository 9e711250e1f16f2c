// Git's objects as values. An object's name is the hash of its type, its length and its content, so whoever knows the name knows the content.
// Source: gitformat-pack(5) and git/Documentation/technical/hash-function-transition, git 2.39.
import { WindlassError } from "../error.ts";
import { concatBytes, encodeUtf8 } from "./bytes.ts";

/** The hash that a repository names its objects with. */
export type ObjectFormat = "sha1" | "sha256";

export type GitObjectType = "commit" | "tree" | "blob" | "tag";

/** An object without its name, which is `hashObject` of it. */
export interface GitObject {
  readonly type: GitObjectType;
  readonly content: Uint8Array;
}

/** A hash function, in hexadecimal digits: an argument, since `core` has none of its own. */
export type HashFunction = (format: ObjectFormat, bytes: Uint8Array) => string;

/** How many hexadecimal digits an object's name has. */
export const hashLength: Readonly<Record<ObjectFormat, number>> = { sha1: 40, sha256: 64 };

/** The format whose names look like `hash`, or `undefined` when it is no object's full name. */
export const findObjectFormat = (hash: string): ObjectFormat | undefined => {
  if (!/^[0-9a-f]+$/.test(hash)) return undefined;
  if (hash.length === hashLength.sha1) return "sha1";
  return hash.length === hashLength.sha256 ? "sha256" : undefined;
};

/** The name of an object. */
export const hashObject = (object: GitObject, format: ObjectFormat, hash: HashFunction): string =>
  hash(format, concatBytes([encodeUtf8(`${object.type} ${object.content.length}\0`), object.content]));

/** The failure to throw where an object is not what Git would have written: someone altered it, or a disk did. */
export const malformed = (what: string, details?: Readonly<Record<string, unknown>>): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `Git object cannot be used: ${what}`,
    remedy: "check the repository with `git fsck --strict`; if it is sound there, what arrived here was altered on the way",
    ...(details === undefined ? {} : { details }),
  });
