// Whether the signer of an SSH signature is one of those who are allowed, at that moment. The arithmetic of the signature comes before and elsewhere.
import type { AllowedSigner } from "./allowed-signers.ts";
import { toHex } from "./bytes.ts";
import type { SshPublicKey } from "./sshsig.ts";

/** Why a signature counts for nothing. */
export type DistrustReason =
  /** The signature was not made over these bytes by that key: something was altered. */
  | "broken"
  /** Nobody has told us whose key it is. */
  | "unknown-key"
  | "expired-key"
  | "not-yet-valid-key"
  | "revoked-key"
  /** A key that we know, for something else than Git, or of a kind too weak. */
  | "forbidden-key"
  /** A tag that was made, and signed, under another name than it is now found by. */
  | "other-name"
  /** A sort of signature that we cannot check. */
  | "unsupported";

/** Who signed: verified, or why it counts for nothing. `atSecondsUtc` is when, as the signer says it. */
export type SignatureVerdict =
  | { readonly status: "unsigned" }
  | {
      readonly status: "trusted";
      readonly kind: "ssh" | "openpgp";
      readonly signer: string;
      readonly key: string;
      readonly atSecondsUtc: number;
    }
  | {
      readonly status: "untrusted";
      readonly kind: "ssh" | "openpgp" | "x509";
      readonly reason: DistrustReason;
      /** One sentence without subject: `was made by …`. */
      readonly explanation: string;
      readonly key?: string;
    };

export interface SshTrust {
  readonly allowed: readonly AllowedSigner[];
  readonly revoked: readonly SshPublicKey[];
}

interface SshClaim {
  readonly key: SshPublicKey;
  readonly namespace: string;
  readonly atSecondsUtc: number;
}

type SignerDecision = { readonly signer: string } | { readonly reason: DistrustReason; readonly explanation: string };

/**
 * The name of the signer, or why it is none. A key that stands on several lines is allowed if one of them allows it.
 *
 * Git asks for validity at the committer's (or tagger's) own time, and so do we: see ADR 0034 for what that is worth.
 * Source: git, gpg-interface.c, verify_ssh_signed_buffer (`-Overify-time`) @v2.39.5.
 */
export const decideSigner = ({ key, namespace, atSecondsUtc }: SshClaim, { allowed, revoked }: SshTrust): SignerDecision => {
  if (revoked.some((other) => isSame(other, key))) return { reason: "revoked-key", explanation: "was made by a key that is revoked" };
  const faults: SignerDecision[] = [];
  for (const line of allowed.filter((line) => isSame(line.key, key))) {
    const fault = findFault(line, namespace, atSecondsUtc);
    if (fault === undefined) return { signer: line.principals.join(",") };
    faults.push(fault);
  }
  return faults[0] ?? { reason: "unknown-key", explanation: "was made by a key that is not in the allowed signers" };
};

const isSame = (a: SshPublicKey, b: SshPublicKey): boolean => toHex(a.blob) === toHex(b.blob);

const findFault = (line: AllowedSigner, namespace: string, at: number): SignerDecision | undefined => {
  const signer = line.principals.join(",");
  if (line.namespaces !== undefined && !line.namespaces.some((pattern) => matchesPattern(pattern, namespace)))
    return { reason: "forbidden-key", explanation: `was made by a key of ${signer} that may not sign for ${namespace}` };
  if (line.validAfterSeconds !== undefined && at < line.validAfterSeconds)
    return {
      reason: "not-yet-valid-key",
      explanation: `was made before ${toDay(line.validAfterSeconds)}, when the key of ${signer} became valid`,
    };
  if (line.validBeforeSeconds !== undefined && at > line.validBeforeSeconds)
    return { reason: "expired-key", explanation: `was made after ${toDay(line.validBeforeSeconds)}, when the key of ${signer} expired` };
  return undefined;
};

const toDay = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

/** `*` stands for any characters, `?` for one. In steps, not by a regular expression: patterns must not be able to take for ever. */
const matchesPattern = (pattern: string, text: string): boolean => {
  let [at, star, mark] = [0, -1, 0];
  let inText = 0;
  while (inText < text.length) {
    if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[inText]) && pattern[at] !== "*")
      [at, inText] = [at + 1, inText + 1];
    else if (pattern[at] === "*") [star, mark, at] = [at, inText, at + 1];
    else if (star >= 0) [at, mark, inText] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return pattern.slice(at).replaceAll("*", "") === "";
};
