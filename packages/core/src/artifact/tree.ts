// A tree object: the entries of one folder.
import { decodeLatin1, decodeUtf8, toHex } from "./bytes.ts";
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
 * Errors: `invalid` when the bytes are no tree, or a name stands in it twice (readers would disagree about which one counts).
 */
export const parseTree = (content: Uint8Array, format: ObjectFormat): readonly TreeEntry[] => {
  const entries: TreeEntry[] = [];
  const names = new Set<string>();
  for (let at = 0; at < content.length;) {
    const { entry, end } = parseEntry(content, at, hashLength[format] / 2);
    if (names.has(entry.name)) throw malformed(`a tree holds the name ${JSON.stringify(entry.name)} twice`);
    names.add(entry.name);
    entries.push(entry);
    at = end;
  }
  return entries;
};

const parseEntry = (content: Uint8Array, at: number, hashBytes: number): { readonly entry: TreeEntry; readonly end: number } => {
  const space = content.indexOf(0x20, at);
  const zero = content.indexOf(0, space);
  const end = zero + 1 + hashBytes;
  if (space < 0 || zero < 0 || end > content.length) throw malformed("a tree ends in the middle of an entry");
  const mode = parseMode(decodeLatin1(content.subarray(at, space)));
  const bytes = content.subarray(space + 1, zero);
  const name = decodeUtf8(bytes);
  const fault = faultOf(name);
  const hash = toHex(content.subarray(zero + 1, end));
  return { entry: { name: name ?? decodeLatin1(bytes), mode, hash, ...(fault === undefined ? {} : { fault }) }, end };
};

const parseMode = (text: string): TreeMode => {
  const mode = /^[0-7]{5,6}$/.test(text) ? modes[Number.parseInt(text, 8)] : undefined;
  if (mode === undefined) throw malformed(`a tree holds an entry of the unknown mode ${JSON.stringify(text)}`);
  return mode;
};

const faultOf = (name: string | undefined): string | undefined => {
  if (name === undefined) return "its name is not UTF-8";
  if (name === "") return "its name is empty";
  if (name.includes("/")) return "its name holds a slash";
  if (name === "." || name === "..") return "its name leaves its folder";
  return name.toLowerCase() === ".git" ? "its name is kept for Git itself" : undefined;
};
