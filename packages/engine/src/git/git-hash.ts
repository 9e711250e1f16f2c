import { createHash } from "node:crypto";
import type { HashFunction } from "@windlass/core";

/** The hash function of Git's two formats. */
export const gitHash: HashFunction = (format, bytes) => createHash(format).update(bytes).digest("hex");
