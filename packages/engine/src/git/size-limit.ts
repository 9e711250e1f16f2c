// A pack is watched while it grows: Git has no limit of its own for what a fetch brings.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { WindlassError } from "@windlass/core";

const lookEveryMs = 100;

/** How many bytes the files of a folder take. A folder or file that is gone takes none. */
export const measureFolder = async (folder: string): Promise<number> => {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((total, size) => total + size, 0);
};

export interface SizeLimit {
  readonly folder: string;
  readonly bytesMax: number;
  /** How the failure names what is too large. */
  readonly what: string;
}

/** What `work` returns, ended as soon as the folder holds too much. Errors: `invalid` with `details.tooLarge`, and what `work` throws. */
export const withSizeLimit = async <Result>(
  limit: SizeLimit,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const excess = new AbortController();
  const look = async (): Promise<void> => {
    if ((await measureFolder(limit.folder)) > limit.bytesMax) excess.abort(tooLarge(limit));
  };
  const timer = setInterval(() => void look(), lookEveryMs);
  try {
    const result = await work(AbortSignal.any([signal, excess.signal]));
    // A fast disk can be done between two looks.
    await look();
    excess.signal.throwIfAborted();
    return result;
  } finally {
    clearInterval(timer);
  }
};

const tooLarge = ({ what, bytesMax }: SizeLimit): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${what} is larger than the limit of ${formatBytes(bytesMax)}`,
    remedy: "raise the repository's limit, or move large files out of it",
    details: { tooLarge: true, bytesMax },
  });

const formatBytes = (bytes: number): string => {
  const power = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${["B", "KiB", "MiB", "GiB"][power] ?? ""}`;
};
