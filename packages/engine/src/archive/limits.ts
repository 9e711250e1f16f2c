/** What bounds the unpacking of one archive. */
export interface ArchiveLimits {
  /** Size of the archive as it arrives, in bytes. */
  readonly packedBytesMax: number;
  /** Size of what it unpacks to, in bytes: headers, padding and content. */
  readonly unpackedBytesMax: number;
  /** Files, folders and everything else that has a header. */
  readonly entriesMax: number;
  /** Length of one path in bytes. */
  readonly pathBytesMax: number;
}

const mebibyte = 1024 * 1024;

/** Far beyond any chart: Helm itself stops at 20 MiB packed and 100 MiB unpacked. */
export const defaultArchiveLimits: ArchiveLimits = {
  packedBytesMax: 32 * mebibyte,
  unpackedBytesMax: 128 * mebibyte,
  entriesMax: 20_000,
  pathBytesMax: 1024,
};
