// The proof that an artifact holds what a folder held at a commit: every hash is recomputed from the root down, and nothing else is in it.
import { decodeArtifact, malformedArtifact, type DecodedArtifact, type NamedObject } from "./artifact-format.ts";
import { decodeUtf8 } from "./bytes.ts";
import { parseCommit, parseTag, type GitCommit, type GitTag } from "./commit.ts";
import { defaultWalkLimits, getDirectory, listFiles, parsePath, type FileEntry, type WalkLimits } from "./file-list.ts";
import type { GitObjectType, HashFunction, ObjectFormat } from "./git-object.ts";
import { linkBytesMax, resolveLinks, type ResolvedFile } from "./links.ts";
import { parseTree } from "./tree.ts";

/** What the reader of an artifact asked for; an artifact of anything else is refused, however sound it is. */
export interface ArtifactExpectation {
  /** The commit, or the tag that leads to it. */
  readonly root: string;
  readonly path: string;
}

/** A file of the folder with its bytes. */
export interface ArtifactFile extends ResolvedFile {
  readonly content: Uint8Array;
}

/** An artifact whose every byte follows from its root's name. Whether to trust the root is another question: that of its signature. */
export interface VerifiedArtifact {
  readonly format: ObjectFormat;
  readonly root: string;
  /** The tags that lead to the commit, outermost first; none where the root is the commit. */
  readonly tags: readonly GitTag[];
  readonly commitHash: string;
  readonly commit: GitCommit;
  readonly path: string;
  readonly treeHash: string;
  /** In Git's order, symbolic links followed. */
  readonly files: readonly ArtifactFile[];
}

/**
 * The artifact that `bytes` are, checked from its root down to the last file.
 *
 * Pure: the hash function is an argument. Any altered, missing or additional byte is found.
 * Errors: `invalid`, saying what does not fit; `not_found` when the commit has no such folder.
 */
export const verifyArtifact = (
  bytes: Uint8Array,
  expected: ArtifactExpectation,
  hash: HashFunction,
  limits: WalkLimits = defaultWalkLimits,
): VerifiedArtifact => {
  const artifact = decodeArtifact(bytes, hash);
  const path = parsePath(expected.path).join("/");
  if (artifact.root !== expected.root) throw malformedArtifact(`it holds ${artifact.root}, not ${expected.root}`);
  if (artifact.path !== path) throw malformedArtifact(`it holds the folder ${JSON.stringify(artifact.path)}, not ${JSON.stringify(path)}`);
  const shelf = createShelf(artifact);
  const descent = descend(artifact, shelf);
  const entries = listFiles(descent.treeHash, { tree: shelf.tree, submodule: (commit) => shelf.commit(commit).tree }, limits);
  const blobs = new Map(entries.map((entry) => [entry.hash, shelf.take(entry.hash, "blob").content]));
  const extra = shelf.findUnused();
  if (extra !== undefined) throw malformedArtifact(`it holds ${extra.type} ${extra.hash}, which nothing in it leads to`);
  return { format: artifact.format, root: artifact.root, path, ...descent, files: toFiles(entries, blobs, limits) };
};

/** Hands out objects by name, and knows which of them nobody asked for. */
interface Shelf {
  readonly take: (hash: string, type: GitObjectType) => NamedObject;
  readonly tree: (hash: string) => ReturnType<typeof parseTree>;
  readonly commit: (hash: string) => GitCommit;
  readonly findUnused: () => NamedObject | undefined;
}

const createShelf = ({ objects, format }: DecodedArtifact): Shelf => {
  const byHash = new Map(objects.map((object) => [object.hash, object]));
  const used = new Set<string>();
  // A tree may be a part of a thousand folders: it is read once.
  const trees = new Map<string, ReturnType<typeof parseTree>>();
  const take = (hash: string, type: GitObjectType): NamedObject => {
    const object = byHash.get(hash);
    if (object === undefined) throw malformedArtifact(`${type} ${hash} is missing, or was altered and has another name now`);
    if (object.type !== type) throw malformedArtifact(`${hash} is a ${object.type} where a ${type} belongs`);
    used.add(hash);
    return object;
  };
  return {
    take,
    tree: (hash) => {
      const tree = trees.get(hash) ?? parseTree(take(hash, "tree").content, format);
      trees.set(hash, tree);
      return tree;
    },
    commit: (hash) => parseCommit(take(hash, "commit").content, format),
    findUnused: () => objects.find(({ hash }) => !used.has(hash)),
  };
};

type Descent = Pick<VerifiedArtifact, "tags" | "commitHash" | "commit" | "treeHash">;

const descend = ({ root, path, format, objects }: DecodedArtifact, shelf: Shelf): Descent => {
  const tags: GitTag[] = [];
  let commitHash = root;
  let type = objects.find(({ hash }) => hash === root)?.type;
  while (type === "tag") {
    const tag = parseTag(shelf.take(commitHash, "tag").content, format);
    tags.push(tag);
    ({ target: commitHash, targetType: type } = tag);
  }
  if (type !== undefined && type !== "commit") throw malformedArtifact(`its root leads to a ${type}, not to a commit`);
  const commit = shelf.commit(commitHash);
  const names = parsePath(path);
  const treeHash = names.reduce((tree, _, index) => getDirectory(shelf.tree(tree), names, index).hash, commit.tree);
  return { tags, commitHash, commit, treeHash };
};

const toFiles = (entries: readonly FileEntry[], blobs: ReadonlyMap<string, Uint8Array>, limits: WalkLimits): readonly ArtifactFile[] => {
  const contentOf = (hash: string): Uint8Array => blobs.get(hash) ?? new Uint8Array();
  const targetOf = (hash: string): string => {
    const content = contentOf(hash);
    const target = content.length > linkBytesMax ? undefined : decodeUtf8(content);
    if (target === undefined) throw malformedArtifact(`symbolic link ${hash} does not hold a path`);
    return target;
  };
  return resolveLinks(entries, targetOf, limits).map((file) => ({ ...file, content: contentOf(file.hash) }));
};
