// `windlass source verify`: what a folder of a repository holds at a ref, proven, and who signed it.
import { resolve } from "node:path";
import { type GitIdentity, type VerifiedArtifact, escapeControls, malformedArtifact, verifyArtifact } from "@windlass/core";
import {
  type Artifact,
  type FetchedRevision,
  type RevisionVerdict,
  type Trust,
  createArtifact,
  gitHash,
  parseTrust,
  verifyRevision,
} from "@windlass/engine";
import type { CommandContext } from "../command.ts";
import { withUserRepository } from "./open-git-source.ts";
import { isGitUrl } from "./open-source.ts";
import { type GitOptions, readGitOptions, readText, readUserFile } from "./source-git-options.ts";

export interface SourceVerifyOptions extends GitOptions {
  readonly source: string;
  readonly ref: string;
  readonly path: string;
  readonly allowedSigners?: string;
  readonly revokedKeys?: string;
  readonly gpgKeys?: string;
  readonly artifact?: string;
}

interface Verification {
  readonly source: string;
  readonly revision: FetchedRevision;
  readonly artifact: Artifact;
  readonly verified: VerifiedArtifact;
  readonly signature: RevisionVerdict;
}

/** Prints what was found. Exit status: 0 trusted, 1 not signed or not trusted. Errors: Git's, the files', and `invalid` for an artifact that does not fit. */
export const runSourceVerify = async (context: CommandContext, options: SourceVerifyOptions): Promise<void> => {
  const { signal, stdout, globals, setExitStatus } = context;
  const access = await readGitOptions(options);
  // Read before anything is fetched: a key file that cannot be read is not worth the wait.
  const trust = await readTrust(options);
  const given = options.artifact === undefined ? undefined : await readUserFile(options.artifact);
  const source = isGitUrl(options.source) ? options.source : resolve(options.source);
  const verification = await withUserRepository(source, access, async (repository): Promise<Verification> => {
    const revision = await repository.fetchRevision(options.ref, { signal });
    const artifact = await createArtifact(repository, revision, options.path, { signal });
    const verified = verifyArtifact(given ?? artifact.bytes, artifact, gitHash);
    if (given !== undefined && !Buffer.from(given).equals(artifact.bytes)) throw malformedArtifact("it is not the one of this revision");
    const tagName = revision.ref?.startsWith("refs/tags/") === true ? { tagName: revision.ref.slice("refs/tags/".length) } : {};
    return { source, revision, artifact, verified, signature: await verifyRevision({ ...verified, ...tagName }, trust) };
  });
  stdout.write(globals().output === "json" ? `${JSON.stringify(toJson(verification))}\n` : formatText(context, verification));
  setExitStatus(verification.signature.verdict.status === "trusted" ? 0 : 1);
};

const readTrust = async ({ allowedSigners, revokedKeys, gpgKeys }: SourceVerifyOptions): Promise<Trust> => {
  const read = async (path: string | undefined): Promise<string | undefined> => (path === undefined ? undefined : readText(path));
  const [signers, revoked, keys] = await Promise.all([read(allowedSigners), read(revokedKeys), read(gpgKeys)]);
  return parseTrust({
    ...(signers === undefined ? {} : { allowedSigners: signers }),
    ...(revoked === undefined ? {} : { revokedSshKeys: revoked }),
    ...(keys === undefined ? {} : { gpgKeys: keys }),
  });
};

const toTime = (secondsUtc: number): string => new Date(secondsUtc * 1000).toISOString().replace(".000Z", "Z");

const toPerson = ({ name, email, secondsUtc }: GitIdentity) => ({ name, email, at: toTime(secondsUtc) });

const toJson = ({ source, revision, artifact, verified, signature }: Verification) => ({
  source,
  revision: revision.revision,
  commit: verified.commitHash,
  ...(revision.tag === undefined ? {} : { tag: revision.tag }),
  author: toPerson(verified.commit.author),
  committer: toPerson(verified.commit.committer),
  message: verified.commit.message,
  signature: toSignatureJson(signature),
  path: artifact.path,
  tree: artifact.treeHash,
  artifact: { digest: artifact.digest, bytes: artifact.bytes.length, files: verified.files.length },
});

const toSignatureJson = ({ object, verdict }: RevisionVerdict) => {
  if (verdict.status !== "trusted") return { object, ...verdict };
  const { atSecondsUtc, ...rest } = verdict;
  return { object, ...rest, at: toTime(atSecondsUtc) };
};

const formatText = ({ colors }: CommandContext, { source, revision, artifact, verified, signature }: Verification): string => {
  const { author, message } = verified.commit;
  const rows: readonly (readonly [string, string])[] = [
    ["source", source],
    ["revision", revision.revision],
    ["commit", verified.commitHash],
    ["author", `${author.name} <${author.email}>, ${toTime(author.secondsUtc)}`],
    ["message", message.split("\n", 1)[0] ?? ""],
    ["path", artifact.path === "" ? "(the whole repository)" : artifact.path],
    ["tree", artifact.treeHash],
    ["artifact", `${artifact.digest} (${artifact.bytes.length} bytes, ${verified.files.length} files)`],
    ["signature", formatSignature(signature)],
  ];
  const paint = signature.verdict.status === "trusted" ? colors().green : colors().red;
  return rows
    .map(([name, value]) => `${name.padEnd(10)} ${escapeControls(value)}`)
    .map((line, index) => `${index === rows.length - 1 ? paint(line) : line}\n`)
    .join("");
};

const formatSignature = ({ object, verdict }: RevisionVerdict): string => {
  switch (verdict.status) {
    case "unsigned":
      return "none: neither the commit nor a tag is signed";
    case "trusted":
      return `trusted: the ${object} was signed by ${verdict.signer} (${verdict.kind} key ${verdict.key}), ${toTime(verdict.atSecondsUtc)}`;
    case "untrusted":
      return `not trusted: the ${object}'s signature ${verdict.explanation}${verdict.key === undefined ? "" : ` (${verdict.kind} key ${verdict.key})`}`;
  }
};
