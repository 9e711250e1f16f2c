import { sign } from "node:crypto";
import { tokenIssuer } from "./control-plane.ts";

/** Whom a token is for, and until when. `validMs` may be negative: the token has then expired already. */
export interface TokenClaims {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly validMs: number;
}

const toPart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * A ServiceAccount token as the API server itself would sign it, but for any lifetime: TokenRequest gives none under ten minutes.
 *
 * Shape: a JWT signed ES256 with `key` (PEM).
 */
export const signServiceAccountToken = (key: string, { namespace, name, uid, validMs }: TokenClaims): string => {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: tokenIssuer,
    aud: [tokenIssuer],
    sub: `system:serviceaccount:${namespace}:${name}`,
    iat: now - 3600,
    nbf: now - 3600,
    exp: now + Math.floor(validMs / 1000),
    "kubernetes.io": { namespace, serviceaccount: { name, uid } },
  };
  const unsigned = `${toPart({ alg: "ES256", typ: "JWT" })}.${toPart(claims)}`;
  return `${unsigned}.${sign("sha256", Buffer.from(unsigned), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
};
