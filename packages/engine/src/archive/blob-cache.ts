// Downloads on disk, each under the digest of its content. A file is trusted for its hash, never for its name.
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface BlobCache {
  /** The content of this digest, or `undefined` where it is not there whole. */
  find(digest: string): Promise<Buffer | undefined>;
  /** Keeps the content; what was not used for longest goes when the folder grows too large. A disk that fails costs the next download, no more. */
  put(content: Uint8Array): Promise<void>;
}

const bytesMaxDefault = 1024 ** 3;

/** The digest of a content: `sha256:…`. */
export const digestOf = (content: Uint8Array): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** A cache in a folder, which it makes when there is something to keep. Safe for several processes, and for one that is killed. */
export const createBlobCache = (folder: string, bytesMax = bytesMaxDefault): BlobCache => {
  const pathOf = (digest: string): string => join(folder, digest.replace(":", "-"));

  const put = async (content: Uint8Array): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, `draft-${randomUUID()}`);
    try {
      await writeFile(draft, content, { mode: 0o600 });
      await rename(draft, pathOf(digestOf(content)));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    await shrink(folder, bytesMax);
  };

  return {
    find: async (digest) => {
      const content = await readFile(pathOf(digest)).catch(() => undefined);
      if (content === undefined) return undefined;
      if (digestOf(content) !== digest) {
        await rm(pathOf(digest), { force: true });
        return undefined;
      }
      const now = new Date();
      await utimes(pathOf(digest), now, now).catch(() => undefined);
      return content;
    },
    put: (content) => put(content).catch(() => undefined),
  };
};

const shrink = async (folder: string, bytesMax: number): Promise<void> => {
  const files = (
    await Promise.all(
      (await readdir(folder)).map(async (name) => {
        const facts = await stat(join(folder, name)).catch(() => undefined);
        return facts === undefined ? [] : [{ name, size: facts.size, usedMs: facts.mtimeMs }];
      }),
    )
  ).flat();
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of files.toSorted((a, b) => a.usedMs - b.usedMs)) {
    if (total <= bytesMax) return;
    await rm(join(folder, name), { force: true });
    total -= size;
  }
};
