// OpenPGP signatures, by openpgp.js: no keyring of a user, no agent, no program. The library is loaded with the first such signature.
import { WindlassError, type SignatureVerdict } from "@windlass/core";
import type { PublicKey, verify } from "openpgp";

type VerificationResult = Awaited<ReturnType<typeof verify>>["signatures"][number];

/** The keys of a file: one armored block or several. Errors: `invalid`. */
export const parseOpenPgpKeys = async (text: string): Promise<readonly PublicKey[]> => {
  const blocks = text.match(/-----BEGIN PGP PUBLIC KEY BLOCK-----[^]*?-----END PGP PUBLIC KEY BLOCK-----/g) ?? [];
  if (blocks.length === 0) throw unreadable("there is no PUBLIC KEY BLOCK in it");
  const { readKeys } = await import("openpgp");
  try {
    const keys = await Promise.all(blocks.map((armoredKeys) => readKeys({ armoredKeys })));
    return keys.flat().map((key) => key.toPublic());
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : String(cause));
  }
};

const unreadable = (why: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `the GPG keys cannot be read: ${why}`,
    remedy: "write them by `gpg --export --armor KEY…`",
  });

/**
 * Whether one of `keys` made the signature over `payload`, and was valid when it did.
 *
 * A key that was retired, or expired, after the signature leaves it good; one that was revoked as compromised, or without a reason, does not.
 * Hashes and keys that are too weak (SHA-1, RSA below 2048 bits) count as broken, as the library's own defaults have it.
 */
export const verifyOpenPgp = async (armored: string, payload: Uint8Array, keys: readonly PublicKey[]): Promise<SignatureVerdict> => {
  const { createMessage, readSignature, verify } = await import("openpgp");
  let results: readonly VerificationResult[];
  try {
    const signature = await readSignature({ armoredSignature: armored });
    const message = await createMessage({ binary: payload });
    results = (await verify({ message, signature, verificationKeys: [...keys], format: "binary" })).signatures;
  } catch (error) {
    return untrusted("broken", `cannot be read: ${messageOf(error)}`);
  }
  const verdicts = await Promise.all(results.map((result) => judge(result, keys)));
  return verdicts.find(({ status }) => status === "trusted") ?? verdicts[0] ?? untrusted("broken", "holds nothing that was signed");
};

const judge = async (result: VerificationResult, keys: readonly PublicKey[]): Promise<SignatureVerdict> => {
  const id = result.keyID.toHex();
  const owner = keys.find((key) => key.getKeys(result.keyID).length > 0);
  if (owner === undefined) return untrusted("unknown-key", "was made by a key that is not among the GPG keys", id.toUpperCase());
  const key = owner.getFingerprint().toUpperCase();
  try {
    await result.verified;
    const created = (await result.signature).packets[0]?.created;
    return {
      status: "trusted",
      kind: "openpgp",
      signer: await nameOf(owner),
      key,
      atSecondsUtc: Math.floor((created?.getTime() ?? 0) / 1000),
    };
  } catch (error) {
    return explain(messageOf(error), key);
  }
};

const explain = (message: string, key: string): SignatureVerdict => {
  if (/revoked/i.test(message)) return untrusted("revoked-key", "was made by a key that is revoked", key);
  if (/expired/i.test(message)) return untrusted("expired-key", "was made by a key, or is itself, past its time", key);
  return untrusted("broken", `does not fit the content, or is too weak: ${message}`, key);
};

const nameOf = async (key: PublicKey): Promise<string> => {
  try {
    return (await key.getPrimaryUser()).user.userID?.userID ?? "";
  } catch {
    // Nobody is primary among names that have all expired: the key is known by its fingerprint all the same.
    return key.getUserIDs()[0] ?? "";
  }
};

const untrusted = (
  reason: "broken" | "unknown-key" | "expired-key" | "revoked-key",
  explanation: string,
  key?: string,
): SignatureVerdict => ({
  status: "untrusted",
  kind: "openpgp",
  reason,
  explanation,
  ...(key === undefined ? {} : { key }),
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.replaceAll(/\s+/g, " ").slice(0, 200) : "unknown");
