// What one folder of a repository may be: beyond it nobody writes manifests, and all of it is held in memory.

/** A single object, in bytes. */
export const objectBytesMax = 32 * 1024 ** 2;
/** An artifact, in bytes, before it is compressed. */
export const artifactBytesMax = 64 * 1024 ** 2;
