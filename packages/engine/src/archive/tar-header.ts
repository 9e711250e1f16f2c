// The 512 bytes before each entry. Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html and GNU tar's manual, "Basic Tar Format"
import { archiveFault, repackRemedy } from "./archive-fault.ts";

export const blockBytes = 512;

/** What an entry is, by the letters that tar gives them. */
type EntryKind =
  | "file"
  | "folder"
  | "pax"
  | "pax-global"
  | "gnu-name"
  | "gnu-link"
  | "hard link"
  | "symbolic link"
  | "character device"
  | "block device"
  | "named pipe"
  | "unknown";

export interface TarHeader {
  readonly kind: EntryKind;
  /** As written, still untrusted. */
  readonly path: Uint8Array;
  readonly size: number;
}

const kinds: Readonly<Record<string, EntryKind>> = {
  "\0": "file",
  "0": "file",
  "7": "file",
  "1": "hard link",
  "2": "symbolic link",
  "3": "character device",
  "4": "block device",
  "5": "folder",
  "6": "named pipe",
  x: "pax",
  g: "pax-global",
  L: "gnu-name",
  K: "gnu-link",
};

/** Bytes up to the first NUL. */
const untilNul = (bytes: Uint8Array): Uint8Array => {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
};

const joinPath = (prefix: Uint8Array, name: Uint8Array): Uint8Array =>
  prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from("/"), name]);

/** The header in a block, or `undefined` for a block of zeros, which ends an archive. Errors: `invalid`. */
export const parseTarHeader = (block: Uint8Array, name: string): TarHeader | undefined => {
  if (block.every((byte) => byte === 0)) return undefined;
  if (!hasGoodSum(block)) throw archiveFault(name, "it is damaged: the check sum of a header is wrong", "fetch or pack it again");
  // GNU's own format has a blank there, and other things where the prefix would be.
  const isPosix = Buffer.from(block.subarray(257, 263)).toString("latin1") === "ustar\0";
  return {
    kind: kinds[String.fromCharCode(block[156] ?? 0)] ?? "unknown",
    path: joinPath(isPosix ? untilNul(block.subarray(345, 500)) : new Uint8Array(), untilNul(block.subarray(0, 100))),
    size: parseNumber(block.subarray(124, 136), name),
  };
};

const hasGoodSum = (block: Uint8Array): boolean => {
  let sum = 0;
  for (let at = 0; at < blockBytes; at++) sum += at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
  const text = Buffer.from(untilNul(block.subarray(148, 156)))
    .toString("latin1")
    .trim();
  return /^[0-7]+$/.test(text) && Number.parseInt(text, 8) === sum;
};

/** Octal digits, or a big-endian number behind a byte of 0x80. */
const parseNumber = (field: Uint8Array, name: string): number => {
  const text = Buffer.from(untilNul(field)).toString("latin1").trim();
  const value =
    field[0] === 0x80
      ? Number(BigInt(`0x${Buffer.from(field.subarray(1)).toString("hex")}`))
      : /^[0-7]*$/.test(text)
        ? Number.parseInt(text || "0", 8)
        : -1;
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw archiveFault(name, "a header holds a size that is no number", repackRemedy);
};
