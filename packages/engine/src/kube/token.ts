// What a bearer token says about itself, read without trust and for messages only.

/** When a JWT expires, ISO 8601; `undefined` for any other token. */
export const expiryOf = (token: string): Date | undefined => {
  const payload = token.split(".")[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    const expires = typeof claims === "object" && claims !== null && "exp" in claims ? claims.exp : undefined;
    return typeof expires === "number" ? new Date(expires * 1_000) : undefined;
  } catch {
    return undefined;
  }
};
