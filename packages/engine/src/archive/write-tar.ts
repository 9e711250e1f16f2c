// Archives that come out the same, byte by byte, wherever and whenever they are written.
import { gzipSync } from "fflate";
import { blockBytes } from "./tar-header.ts";

const encode = (text: string): Buffer => Buffer.from(text, "utf8");

const padding = (size: number): Buffer => Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);

const writeHeader = (path: Buffer, size: number, kind: "0" | "x"): Buffer => {
  const block = Buffer.alloc(blockBytes);
  path.copy(block, 0, 0, 100);
  block.write("0000644\0", 100, "latin1");
  block.write("0000000\0", 108, "latin1");
  block.write("0000000\0", 116, "latin1");
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  block.write("00000000000\0", 136, "latin1");
  block.write(" ".repeat(8), 148, "latin1");
  block.write(kind, 156, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
};

/** A record that counts its own length. */
const paxRecord = (key: string, value: Buffer): Buffer => {
  const rest = value.length + key.length + 3;
  let length = rest + String(rest).length;
  length = rest + String(length).length;
  return Buffer.concat([encode(`${length} ${key}=`), value, encode("\n")]);
};

const writeEntry = (path: string, content: Uint8Array): readonly Uint8Array[] => {
  const name = encode(path);
  const file = [writeHeader(name, content.length, "0"), content, padding(content.length)];
  // The short field holds 100 bytes and is read as ASCII by some.
  if (name.length <= 100 && name.every((byte) => byte < 0x80)) return file;
  const record = paxRecord("path", name);
  return [writeHeader(encode("pax"), record.length, "x"), record, padding(record.length), ...file];
};

/** An archive of plain files in the order of their paths, without owner, time and rights. Errors: none (total). */
export const writeTar = (files: ReadonlyMap<string, Uint8Array>): Uint8Array => {
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([...sorted.flatMap(([path, content]) => writeEntry(path, content)), Buffer.alloc(2 * blockBytes)]);
};

/** As `writeTar`, packed. Not by zlib: what that writes depends on its version and the processor. */
export const packTarGz = (files: ReadonlyMap<string, Uint8Array>): Uint8Array => gzipSync(writeTar(files), { level: 9, mtime: 0 });
