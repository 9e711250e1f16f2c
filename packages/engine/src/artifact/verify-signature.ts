// Who signed a commit or tag, judged by keys that whoever deploys has chosen; nothing of the repository or of its server is believed.
import {
  decideSigner,
  formatFingerprint,
  parseAllowedSigners,
  parseRevokedKeys,
  type GitCommit,
  type GitSignature,
  type GitTag,
  type SignatureVerdict,
  type SshTrust,
} from "@windlass/core";
import type { PublicKey } from "openpgp";
import { gitHash } from "../git/git-hash.ts";
import { parseOpenPgpKeys, verifyOpenPgp } from "./verify-openpgp.ts";
import { checkSshSignature } from "./verify-ssh.ts";

/** Texts of files, as people keep them. */
export interface TrustFiles {
  /** ALLOWED SIGNERS of ssh-keygen(1). */
  readonly allowedSigners?: string;
  /** SSH keys that are believed no more, one a line, however they are listed above. */
  readonly revokedSshKeys?: string;
  /** Armored OpenPGP keys. */
  readonly gpgKeys?: string;
}

export interface Trust {
  readonly ssh: SshTrust;
  readonly openpgp: readonly PublicKey[];
}

/** The keys of the files. Errors: `invalid`, with the line. */
export const parseTrust = async ({ allowedSigners = "", revokedSshKeys = "", gpgKeys }: TrustFiles): Promise<Trust> => ({
  ssh: { allowed: parseAllowedSigners(allowedSigners), revoked: parseRevokedKeys(revokedSshKeys) },
  openpgp: gpgKeys === undefined ? [] : await parseOpenPgpKeys(gpgKeys),
});

/** What may carry a signature: a commit with the tags that lead to it, outermost first. */
export interface SignedRevision {
  readonly tags: readonly GitTag[];
  readonly commit: GitCommit;
  /** The tag that was asked for. One that was made under another name does not count: else an old release could be given out as a new one. */
  readonly tagName?: string;
}

/** The verdict that counts, and what it is about. */
export interface RevisionVerdict {
  readonly object: "tag" | "commit";
  readonly verdict: SignatureVerdict;
}

/**
 * Whether anybody who is trusted has signed the tag, or else the commit.
 *
 * Each names all of the content by its hash, so one trusted signature is enough. Where there is none, the outermost signature's verdict counts.
 */
export const verifyRevision = async ({ tags, commit, tagName }: SignedRevision, trust: Trust): Promise<RevisionVerdict> => {
  const verdicts: RevisionVerdict[] = [];
  for (const [index, tag] of tags.entries())
    verdicts.push({ object: "tag", verdict: await verifyTag(tag, index === 0 ? tagName : undefined, trust) });
  verdicts.push({ object: "commit", verdict: await verifySignature(commit.signature, commit.committer.secondsUtc, trust) });
  return (
    verdicts.find(({ verdict }) => verdict.status === "trusted") ??
    verdicts.find(({ verdict }) => verdict.status === "untrusted") ?? { object: "commit", verdict: { status: "unsigned" } }
  );
};

const verifyTag = async (tag: GitTag, tagName: string | undefined, trust: Trust): Promise<SignatureVerdict> => {
  const verdict = await verifySignature(tag.signature, tag.tagger?.secondsUtc ?? 0, trust);
  if (verdict.status !== "trusted" || tagName === undefined || tagName === tag.name) return verdict;
  const explanation = `is that of the tag ${JSON.stringify(tag.name)}, not of ${JSON.stringify(tagName)}`;
  return { status: "untrusted", kind: verdict.kind, reason: "other-name", explanation, key: verdict.key };
};

/** Whether anybody who is trusted made the signature. `atSecondsUtc` is when the commit or tag says that it was made. */
export const verifySignature = async (
  signature: GitSignature | undefined,
  atSecondsUtc: number,
  trust: Trust,
): Promise<SignatureVerdict> => {
  switch (signature?.kind) {
    case undefined:
      return { status: "unsigned" };
    case "ssh":
      return verifySsh(signature, atSecondsUtc, trust.ssh);
    case "openpgp":
      return verifyOpenPgp(signature.armored, signature.payload, trust.openpgp);
    case "x509":
      return { status: "untrusted", kind: "x509", reason: "unsupported", explanation: "is an X.509 signature, which is not supported" };
  }
};

const namespace = "git";

const verifySsh = ({ armored, payload }: GitSignature, atSecondsUtc: number, trust: SshTrust): SignatureVerdict => {
  const check = checkSshSignature(armored, payload);
  if (check.status !== "fits") {
    const key = check.key === undefined ? {} : { key: formatFingerprint(check.key.blob, gitHash) };
    return { status: "untrusted", kind: "ssh", reason: reasonOf[check.status], explanation: check.explanation, ...key };
  }
  const { signature } = check;
  const key = formatFingerprint(signature.key.blob, gitHash);
  if (signature.namespace !== namespace)
    return { status: "untrusted", kind: "ssh", reason: "broken", explanation: "was made for something else than Git", key };
  const decision = decideSigner({ key: signature.key, namespace, atSecondsUtc }, trust);
  return "signer" in decision
    ? { status: "trusted", kind: "ssh", signer: decision.signer, key, atSecondsUtc }
    : { status: "untrusted", kind: "ssh", ...decision, key };
};

const reasonOf = { broken: "broken", weak: "forbidden-key", unsupported: "unsupported" } as const;
