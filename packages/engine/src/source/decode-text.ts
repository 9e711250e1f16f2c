import { fileFault } from "./file-fault.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

const startsWith = (bytes: Uint8Array, first: number, second: number): boolean => bytes[0] === first && bytes[1] === second;

/** The text of a file, a byte order mark left out. Errors: `invalid` for UTF-16, for binary content and for what is not UTF-8. */
export const decodeText = (bytes: Uint8Array, path: string): string => {
  const remedy = "save the file as UTF-8, or leave it out of the folder";
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff))
    throw fileFault(path, "the file is UTF-16, and manifests are read as UTF-8", remedy);
  if (bytes.includes(0)) throw fileFault(path, "the file holds NUL bytes: it is binary, or UTF-16", remedy);
  try {
    return utf8.decode(bytes);
  } catch {
    throw fileFault(path, "the file is not UTF-8", remedy);
  }
};
