// Hashes that name content: 128 bits of SHA-256, enough against accident and attack on equality of two things we made ourselves.
import { createHash } from "node:crypto";

/** A short, stable name of a text: 22 characters of base64url. */
export const hashText = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 22);
