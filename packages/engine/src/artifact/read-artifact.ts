// An artifact for whoever deploys it: from the store where it is sound, fetched where it is not, and proven either way.
import { digestArtifact, malformedArtifact, verifyArtifact, type VerifiedArtifact } from "@windlass/core";
import { gitHash } from "../git/git-hash.ts";
import type { ArtifactStore } from "./artifact-store.ts";

/** The artifact that is wanted. `root` and `path` say what it must hold, whoever made the digest. */
export interface WantedArtifact {
  readonly digest: string;
  readonly root: string;
  readonly path: string;
}

/**
 * The artifact, proven from its root down.
 *
 * `fetch` is asked for its bytes only where the store has none that are sound; what it brings is checked before it is kept.
 * Errors: `invalid` for bytes that are not what is wanted; those of `fetch` and of the store.
 */
export const readArtifact = async (
  store: ArtifactStore,
  wanted: WantedArtifact,
  fetch: () => Promise<Uint8Array>,
): Promise<VerifiedArtifact> => {
  const kept = await store.read(wanted.digest);
  const bytes = kept ?? (await fetchChecked(wanted, fetch));
  const artifact = verifyArtifact(bytes, wanted, gitHash);
  if (kept === undefined) await store.put(bytes);
  return artifact;
};

const fetchChecked = async ({ digest }: WantedArtifact, fetch: () => Promise<Uint8Array>): Promise<Uint8Array> => {
  const bytes = await fetch();
  const actual = digestArtifact(bytes, gitHash);
  if (actual !== digest) throw malformedArtifact(`what was fetched is ${actual}, not ${digest}`);
  return bytes;
};
