// An archive becomes files in memory, never on a disk. Anybody may have written it: what is not a plain file in its place is refused, not skipped,
// since two readers that skip different things see different archives.
import { archiveFault, quotePath, repackRemedy } from "./archive-fault.ts";
import { toEntryPath } from "./entry-path.ts";
import type { ArchiveLimits } from "./limits.ts";
import { type TarHeader, blockBytes, parseTarHeader } from "./tar-header.ts";

/** What the headers before an entry have said about it. */
interface Overrides {
  readonly path?: Uint8Array;
  readonly size?: number;
}

interface Reading {
  readonly name: string;
  readonly limits: ArchiveLimits;
  readonly files: Map<string, Uint8Array>;
  readonly folders: Set<string>;
  overrides: Overrides;
}

/** The plain files of an uncompressed archive, in its order. `name` is what messages call it. Errors: `invalid`. */
export const readTar = (archive: Uint8Array, name: string, limits: ArchiveLimits): ReadonlyMap<string, Uint8Array> => {
  const reading: Reading = { name, limits, files: new Map(), folders: new Set(), overrides: {} };
  let entries = 0;
  for (let at = 0; at < archive.length;) {
    if (at + blockBytes > archive.length) throw cutShort(name);
    const header = parseTarHeader(archive.subarray(at, at + blockBytes), name);
    if (header === undefined) break;
    if (++entries > limits.entriesMax) throw archiveFault(name, `it holds more than ${limits.entriesMax} entries`, "pack fewer files");
    const size = isMeta(header) ? header.size : (reading.overrides.size ?? header.size);
    const start = at + blockBytes;
    if (start + size > archive.length) throw cutShort(name);
    takeEntry(reading, header, archive.subarray(start, start + size));
    at = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  return reading.files;
};

const isMeta = ({ kind }: TarHeader): boolean => kind === "pax" || kind === "pax-global" || kind === "gnu-name" || kind === "gnu-link";

const takeEntry = (reading: Reading, header: TarHeader, content: Uint8Array): void => {
  if (isMeta(header)) {
    reading.overrides = { ...reading.overrides, ...readMeta(reading, header, content) };
    return;
  }
  const path = toEntryPath(reading.overrides.path ?? header.path, reading.name, reading.limits.pathBytesMax);
  reading.overrides = {};
  if (header.kind === "folder") {
    addFolder(reading, path);
    return;
  }
  if (header.kind !== "file")
    throw archiveFault(
      reading.name,
      header.kind === "unknown" ? `${quotePath(path)} is of an unknown kind` : `${quotePath(path)} is a ${header.kind}`,
      repackRemedy,
    );
  addFile(reading, path, content);
};

const addFile = (reading: Reading, path: string, content: Uint8Array): void => {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  if (path === "" || reading.files.has(path) || reading.folders.has(path))
    throw archiveFault(reading.name, `${quotePath(path)} stands in it twice`, repackRemedy);
  addFolder(reading, parent);
  reading.files.set(path, content);
};

const addFolder = (reading: Reading, path: string): void => {
  for (let folder = path; folder !== "" && !reading.folders.has(folder); folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))) {
    if (reading.files.has(folder)) throw archiveFault(reading.name, `${quotePath(folder)} is a file and a folder`, repackRemedy);
    reading.folders.add(folder);
  }
};

const readMeta = (reading: Reading, { kind }: TarHeader, content: Uint8Array): Overrides => {
  if (kind === "gnu-name") return { path: content.at(-1) === 0 ? content.subarray(0, content.indexOf(0)) : content };
  // The name of a link's target: the link itself is refused.
  if (kind === "gnu-link") return {};
  const overrides = readPax(content, reading.name);
  if (kind === "pax") return overrides;
  // For all entries; Git writes its commit there. What would change every entry is refused.
  if (Object.keys(overrides).length > 0)
    throw archiveFault(reading.name, "one header changes the path or size of every entry", repackRemedy);
  return {};
};

/** Records of the form `LENGTH KEY=VALUE\n`. */
const readPax = (content: Uint8Array, name: string): Overrides => {
  const overrides: Overrides = {};
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const digits = Buffer.from(content.subarray(at, Math.max(at, space))).toString("latin1");
    const end = at + Number(digits);
    const equals = content.indexOf(0x3d, space);
    if (!/^[1-9]\d{0,9}$/.test(digits) || end > content.length || equals < 0 || equals >= end || content[end - 1] !== 0x0a)
      throw archiveFault(name, "an extended header cannot be read", repackRemedy);
    const key = Buffer.from(content.subarray(space + 1, equals)).toString("latin1");
    Object.assign(overrides, overrideOf(key, content.subarray(equals + 1, end - 1), name));
    at = end;
  }
  return overrides;
};

const overrideOf = (key: string, value: Uint8Array, name: string): Overrides => {
  if (key === "path") return { path: value };
  if (key.startsWith("GNU.sparse")) throw archiveFault(name, "it holds a sparse file", repackRemedy);
  if (key !== "size") return {};
  const text = Buffer.from(value).toString("latin1");
  if (!/^\d{1,15}$/.test(text)) throw archiveFault(name, "an extended header holds a size that is no number", repackRemedy);
  return { size: Number(text) };
};

const cutShort = (name: string) => archiveFault(name, "it ends in the middle of an entry", "fetch or pack it again");
