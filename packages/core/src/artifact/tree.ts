// A tree object: the entries of one folder.
import { concatBytes, decodeLatin1, decodeUtf8, toHex } from "./bytes.ts";
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
  let previous: Uint8Array | undefined;
  for (let at = 0; at < content.length;) {
    const { entry, sortKey, end } = parseEntry(content, at, hashLength[format] / 2);
    if (names.has(entry.name)) throw malformed(`a tree holds the name ${JSON.stringify(entry.name)} twice`);
    if (previous !== undefined && compareBytes(previous, sortKey) >= 0)
      throw malformed(`a tree holds ${JSON.stringify(entry.name)} out of order`);
    previous = sortKey;
    names.add(entry.name);
    entries.push(entry);
    at = end;
  }
  return entries;
};

interface ParsedEntry {
  readonly entry: TreeEntry;
  /** Git's order is by bytes, with folders as if their names ended in `/`. */
  readonly sortKey: Uint8Array;
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
  const sortKey = concatBytes([bytes, Uint8Array.of(...(mode === "directory" ? [0x2f] : []))]);
  return { entry: { name: name ?? decodeLatin1(bytes), mode, hash, ...(fault === undefined ? {} : { fault }) }, sortKey, end };
};

const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return (a[at] ?? 0) - (b[at] ?? 0);
  return a.length - b.length;
};

const parseMode = (text: string): TreeMode => {
  const mode = /^[0-7]{5,6}$/.test(text) ? modes[Number.parseInt(text, 8)] : undefined;
  if (mode === undefined) throw malformed(`a tree holds an entry of the unknown mode ${JSON.stringify(text)}`);
  return mode;
};
