// From a repository to the bytes that prove what one folder of it held.
import { digestArtifact, encodeArtifact, findObjectFormat, parsePath } from "@windlass/core";
import type { GitCallOptions } from "../git/guards.ts";
import { gitHash } from "../git/git-hash.ts";
import type { ResolvedRef } from "../git/git-ref.ts";
import { artifactBytesMax } from "../git/limits.ts";
import { tooLarge } from "../git/read-object.ts";
import type { GitRepository } from "../git/repository.ts";

/** An artifact and what is in it. Its bytes are the same whoever makes it. */
export interface Artifact {
  readonly digest: string;
  readonly bytes: Uint8Array;
  /** The tag that was followed, where there is one, since it may carry the signature; else the commit. */
  readonly root: string;
  readonly path: string;
  readonly treeHash: string;
}

/**
 * The artifact of a folder at a revision.
 *
 * Errors: as `GitRepository.readClosure`, so that nothing is packed which `verifyArtifact` would refuse.
 */
export const createArtifact = async (
  repository: Pick<GitRepository, "readClosure">,
  revision: Pick<ResolvedRef, "commit" | "tag">,
  path: string,
  options: GitCallOptions = {},
): Promise<Artifact> => {
  const root = revision.tag ?? revision.commit;
  const plainPath = parsePath(path).join("/");
  const { objects, treeHash } = await repository.readClosure(root, plainPath, options);
  const bytes = encodeArtifact({ format: findObjectFormat(root) ?? "sha1", root, path: plainPath }, objects, gitHash);
  // Whoever reads it stops there: an artifact that nobody can read must not be made.
  if (bytes.length > artifactBytesMax)
    throw tooLarge(`the artifact of ${plainPath === "" ? "/" : plainPath}`, bytes.length, artifactBytesMax);
  return { digest: digestArtifact(bytes, gitHash), bytes, root, path: plainPath, treeHash };
};
