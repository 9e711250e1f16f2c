// A tree object: the entries of one folder.
import { decodeLatin1, decodeUtf8, toHex } from "./bytes.ts";
import { findNameFault } from "./entry-name.ts";
import { hashLength, malformed, type ObjectFormat } from "./git-object.ts";

export type TreeMode = "directory" | "file" | "executable" | "symlink" | "submodule";

/** One entry. `fault` says why nobody may follow it: a name that leaves its folder, or one that is not text. */
export interface TreeEntry {
  readonly name: string;
  readonly mode: TreeMode;
  readonly hash: string;
  readonly fault?: string;
}

// 100664 was written by early versions of Git and still stands in old histories.
const modes: Readonly<Record<number, TreeMode>> = {
  0o040000: "directory",
  0o100644: "file",
  0o100664: "file",
  0o100755: "executable",
  0o120000: "symlink",
  0o160000: "submodule",
};

/**
 * The entries of a tree object, in its order.
 *
 * An entry that must not be followed is kept with its `fault`, so that it spoils only those who need it: a folder elsewhere in a repository of a
 * thousand applications harms nobody.
 * Errors: `invalid` when the bytes are no tree, or readers would disagree about what counts: a name stands twice, or out of Git's order.
 */
export const parseTree = (content: Uint8Array, format: ObjectFormat): readonly TreeEntry[] => {
  const entries: TreeEntry[] = [];
  const names = new Set<string>();
  let previous: ParsedEntry | undefined;
  for (let at = 0; at < content.length;) {
    const parsed = parseEntry(content, at, hashLength[format] / 2);
    const { entry } = parsed;
    if (names.has(entry.name)) throw malformed(`a tree holds the name ${JSON.stringify(entry.name)} twice`);
    if (previous !== undefined && compareNames(previous, parsed) >= 0)
      throw malformed(`a tree holds ${JSON.stringify(entry.name)} out of order`);
    previous = parsed;
    names.add(entry.name);
    entries.push(entry);
    at = parsed.end;
  }
  return entries;
};

interface ParsedEntry {
  readonly entry: TreeEntry;
  readonly nameBytes: Uint8Array;
  readonly end: number;
}

const parseEntry = (content: Uint8Array, at: number, hashBytes: number): ParsedEntry => {
  const space = content.indexOf(0x20, at);
  const zero = content.indexOf(0, space);
  const end = zero + 1 + hashBytes;
  if (space < 0 || zero < 0 || end > content.length) throw malformed("a tree ends in the middle of an entry");
  const mode = parseMode(decodeLatin1(content.subarray(at, space)));
  const bytes = content.subarray(space + 1, zero);
  const name = decodeUtf8(bytes);
  const fault = findNameFault(name, bytes.length);
  const hash = toHex(content.subarray(zero + 1, end));
  return { entry: { name: name ?? decodeLatin1(bytes), mode, hash, ...(fault === undefined ? {} : { fault }) }, nameBytes: bytes, end };
};

const slash = 0x2f;

/** Git's order is by bytes, with folders as if their names ended in `/`. */
const compareNames = (a: ParsedEntry, b: ParsedEntry): number => {
  const length = Math.max(a.nameBytes.length, b.nameBytes.length) + 1;
  const byteOf = ({ entry, nameBytes }: ParsedEntry, at: number): number =>
    nameBytes[at] ?? (at === nameBytes.length && entry.mode === "directory" ? slash : -1);
  for (let at = 0; at < length; at++) {
    const order = byteOf(a, at) - byteOf(b, at);
    if (order !== 0) return order;
  }
  return 0;
};

const parseMode = (text: string): TreeMode => {
  const mode = /^[0-7]{5,6}$/.test(text) ? modes[Number.parseInt(text, 8)] : undefined;
  if (mode === undefined) throw malformed(`a tree holds an entry of the unknown mode ${JSON.stringify(text)}`);
  return mode;
};
