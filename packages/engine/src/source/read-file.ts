import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { fileFault } from "./file-fault.ts";

/** A number of bytes with its unit: `50.0 MiB`. */
const formatBytes = (bytes: number): string => (bytes < 1024 * 1024 ? `${bytes} bytes` : `${(bytes / (1024 * 1024)).toFixed(1)} MiB`);

/** A file that is too long. `size` is absent where the end was never seen. */
const tooLong = (path: string, bytesMax: number, size?: number): Error => {
  const message = `the file is ${size === undefined ? "" : `${formatBytes(size)}, `}larger than ${formatBytes(bytesMax)}`;
  return fileFault(path, message, "split the file, or leave it out of the folder");
};

/**
 * The content of a regular file; one that is too long is refused by its size, unread.
 *
 * `path` is how people know the file. Errors: `invalid` for a file too long and for a device, a pipe, a socket or a folder; the file system's own.
 */
export const readRegularFile = async (realPath: string, path: string, bytesMax: number): Promise<Uint8Array> => {
  // Without O_NONBLOCK the opening of a pipe would wait for somebody to write into it.
  const handle = await open(realPath, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw fileFault(path, "this is a device, a pipe, a socket or a folder, not a file", "leave it out of the folder");
    if (stats.size > bytesMax) throw tooLong(path, bytesMax, stats.size);
    // To the end, wherever it is by now: a file in /proc says 0 bytes, and one that is written to grows.
    return await readStream(handle.createReadStream({ autoClose: false }), path, bytesMax);
  } finally {
    await handle.close();
  }
};

/** What a stream holds, to its end. `path` is how people know it. Errors: `invalid` once it is longer than `bytesMax`. */
export const readStream = async (stream: AsyncIterable<Uint8Array>, path: string, bytesMax: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > bytesMax) throw tooLong(path, bytesMax);
  }
  return Buffer.concat(chunks);
};
