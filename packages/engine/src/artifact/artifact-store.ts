// Artifacts on disk, by digest. An entry appears by one rename, is checked whenever it is read, and can always be fetched again; so neither a kill,
// nor a disk that forgets, nor another process at the same folder can make anybody read something else than was asked for.
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { digestArtifact, WindlassError } from "@windlass/core";
import { artifactBytesMax } from "../git/limits.ts";
import { gitHash } from "../git/git-hash.ts";

export interface ArtifactStoreOptions {
  /** Several processes may share it. */
  readonly folder: string;
  /** What the entries may take on disk, compressed. Those used longest ago go first. Default: 1 GiB. */
  readonly bytesMax?: number;
  /** Entries that must stay, however full it is: what is deployed has to outlive Git. Default: none. */
  readonly isPinned?: (digest: string) => boolean;
}

/** Keeps artifacts. Calls may overlap, also from several processes. Errors: `unavailable` when the disk refuses. */
export interface ArtifactStore {
  /** Keeps the artifact (on disk for good when the promise ends); its digest. */
  put(bytes: Uint8Array): Promise<string>;
  /** The artifact, or `undefined` when it is not there. A damaged entry is dropped and counts as absent. */
  read(digest: string): Promise<Uint8Array | undefined>;
}

const bytesMaxDefault = 1024 ** 3;
/** Longer than any write takes: a draft so old belongs to a process that was killed. */
const draftAgeMaxMs = 3_600_000;

/** A store; the folder is made with the first entry. */
export const createArtifactStore = ({
  folder,
  bytesMax = bytesMaxDefault,
  isPinned = () => false,
}: ArtifactStoreOptions): ArtifactStore => {
  const store: ArtifactStore = {
    put: async (bytes) => {
      const digest = digestArtifact(bytes, gitHash);
      // Read and not only looked for: a damaged entry must not stand in the way of a sound one.
      if ((await store.read(digest)) !== undefined) return digest;
      await onDisk(folder, () => write(folder, digest, bytes));
      await onDisk(folder, () => evict(folder, bytesMax, (other) => other === digest || isPinned(other)));
      return digest;
    },
    read: async (digest) => {
      const path = join(folder, fileOf(digest));
      const packed = await onDisk(folder, () => readIfThere(path));
      if (packed === undefined) return undefined;
      const bytes = await unpack(packed);
      if (bytes !== undefined && digestArtifact(bytes, gitHash) === digest) {
        // Only the order of eviction hangs on it: an entry that another process has just taken away was read all the same.
        await utimes(path, new Date(), new Date()).catch(() => undefined);
        return bytes;
      }
      await onDisk(folder, () => rm(path, { force: true }));
      return undefined;
    },
  };
  return store;
};

const digestPattern = /^sha256:([0-9a-f]{64})$/;
const filePattern = /^([0-9a-f]{64})\.gz$/;

const fileOf = (digest: string): string => {
  const [, hex] = digestPattern.exec(digest) ?? [];
  if (hex !== undefined) return `${hex}.gz`;
  throw new WindlassError({
    code: "invalid",
    message: `${JSON.stringify(digest.slice(0, 100))} is not the digest of an artifact`,
    remedy: "write it as `sha256:` and 64 digits",
  });
};

const write = async (folder: string, digest: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `draft-${process.pid}-${Math.random().toString(36).slice(2)}`);
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(await promisify(gzip)(bytes));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(folder, fileOf(digest)));
    await syncFolder(folder);
  } finally {
    await rm(draft, { force: true });
  }
};

/** Makes the rename last. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

interface Entry {
  readonly path: string;
  readonly digest: string;
  readonly size: number;
  readonly usedAtMs: number;
}

const evict = async (folder: string, bytesMax: number, mustStay: (digest: string) => boolean): Promise<void> => {
  const names = await readdir(folder);
  await removeDrafts(folder, names);
  const entries = (await Promise.all(names.map((name) => toEntry(folder, name)))).flat().toSorted((a, b) => a.usedAtMs - b.usedAtMs);
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  for (const { path, digest, size } of entries) {
    if (total <= bytesMax) return;
    if (mustStay(digest)) continue;
    await rm(path, { force: true });
    total -= size;
  }
};

const toEntry = async (folder: string, name: string): Promise<readonly Entry[]> => {
  const [, hex] = filePattern.exec(name) ?? [];
  const path = join(folder, name);
  const found = hex === undefined ? undefined : await stat(path).catch(() => undefined);
  return found === undefined ? [] : [{ path, digest: `sha256:${hex}`, size: found.size, usedAtMs: found.mtimeMs }];
};

const removeDrafts = async (folder: string, names: readonly string[]): Promise<void> => {
  for (const name of names.filter((name) => name.startsWith("draft-"))) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > draftAgeMaxMs) await rm(path, { force: true });
  }
};

const readIfThere = (path: string): Promise<Buffer | undefined> =>
  readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });

/** The artifact, or `undefined` for what does not unpack, or to more than an artifact may have. */
const unpack = (packed: Buffer): Promise<Buffer | undefined> =>
  promisify(gunzip)(packed, { maxOutputLength: artifactBytesMax }).catch(() => undefined);

const onDisk = async <Result>(folder: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof WindlassError || !(cause instanceof Error)) throw cause;
    throw new WindlassError(
      {
        code: "unavailable",
        message: `the artifact store ${folder} cannot be used: ${cause.message}`,
        remedy: "check the disk: it may be full, read-only, or belong to another user",
      },
      { cause },
    );
  }
};
