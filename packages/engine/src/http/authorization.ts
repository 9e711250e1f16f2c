import type { HttpCredential } from "./types.ts";

/** The `authorization` header of a credential. */
export const toAuthorization = (credential: HttpCredential): string =>
  credential.kind === "token"
    ? `Bearer ${credential.token}`
    : `Basic ${Buffer.from(`${credential.username}:${credential.password}`, "utf8").toString("base64")}`;
