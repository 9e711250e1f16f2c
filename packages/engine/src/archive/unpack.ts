import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { WindlassError } from "@windlass/core";
import { archiveFault, repackRemedy } from "./archive-fault.ts";
import { type ArchiveLimits, defaultArchiveLimits } from "./limits.ts";
import { readTar } from "./read-tar.ts";

export interface UnpackOptions {
  /** What messages call the archive. */
  readonly name: string;
  readonly limits?: ArchiveLimits;
  readonly signal?: AbortSignal;
}

const unzip = promisify(gunzip);

/** Text packs to a tenth, the same lines again and again to a hundredth; a bomb reaches a thousandth. Small archives may do what they like. */
const ratioMax = 200;
const alwaysAllowedBytes = 16 * 1024 * 1024;

/**
 * The plain files of a `.tar.gz`, by path.
 *
 * Errors: `invalid` for what is no such archive, for entries that are no plain files in their place, and beyond the limits; the signal's reason.
 */
export const unpackTarGz = async (packed: Uint8Array, options: UnpackOptions): Promise<ReadonlyMap<string, Uint8Array>> => {
  const { name, limits = defaultArchiveLimits, signal } = options;
  signal?.throwIfAborted();
  if (packed.length > limits.packedBytesMax)
    throw archiveFault(name, `it is larger than ${limits.packedBytesMax} bytes`, "take large files out of it, or raise the limit");
  const bytesMax = Math.min(limits.unpackedBytesMax, Math.max(alwaysAllowedBytes, packed.length * ratioMax));
  const archive = await unzip(packed, { maxOutputLength: bytesMax }).catch((error: unknown) => {
    throw toUnzipFault(error, name, bytesMax);
  });
  signal?.throwIfAborted();
  return readTar(archive, name, limits);
};

const toUnzipFault = (error: unknown, name: string, bytesMax: number): WindlassError => {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "ERR_BUFFER_TOO_LARGE"
    ? archiveFault(
        name,
        `it unpacks to more than ${bytesMax} bytes`,
        "take large files out of it; what packs this small is a bomb as a rule",
      )
    : archiveFault(name, "it is no gzip archive, or it is damaged", repackRemedy);
};
