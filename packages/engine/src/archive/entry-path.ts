import { archiveFault, quotePath, repackRemedy } from "./archive-fault.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};

/** Why a path must not be written anywhere, in words; `undefined` for a good one. Both kinds of slash count, since both are one somewhere. */
const findPathFault = (path: string): string | undefined => {
  if (/^[/\\]|^[A-Za-z]:/.test(path)) return "leads to an absolute path";
  if (path.split(/[/\\]/).includes("..")) return "leads out of the archive";
  if (path.includes("\\")) return "holds a backslash";
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u001f\u007f]/.test(path) ? "holds a control character" : undefined;
};

/**
 * The path of an entry inside the archive's root, `./` and doubled slashes taken out; "" for the root itself.
 *
 * Errors: `invalid` for a path that leaves the root, that cannot be told on another system, or that is too long.
 */
export const toEntryPath = (bytes: Uint8Array, name: string, pathBytesMax: number): string => {
  if (bytes.length > pathBytesMax) throw archiveFault(name, `a path is longer than ${pathBytesMax} bytes`, repackRemedy);
  const path = decode(bytes);
  if (path === undefined)
    throw archiveFault(name, `the path ${quotePath(Buffer.from(bytes).toString("latin1"))} is not UTF-8`, repackRemedy);
  const fault = findPathFault(path);
  if (fault !== undefined) throw archiveFault(name, `the path ${quotePath(path)} ${fault}`, repackRemedy);
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
};
