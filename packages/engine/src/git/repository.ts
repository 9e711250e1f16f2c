// A Git repository as the engine uses it: ask what a ref means (cheap), fetch a commit (once), read folders of it (from the mirror).
import { findObjectFormat, formatRevision, WindlassError, type GitObject, type ObjectFormat } from "@windlass/core";
import { describeRef, parseGitRef, parseRefList, resolveInList, type GitRef, type ResolvedRef } from "./git-ref.ts";
import { createMirror, type Mirror } from "./mirror.ts";
import { withDeadline, withRepair, type GitCallOptions } from "./guards.ts";
import { parseRepositoryOptions, type GitRepositoryOptions, type GitSettings } from "./options.ts";
import {
  ensureObject,
  readBlob,
  readClosure,
  readRoot,
  readTree,
  readTreeHash,
  readTreeHashes,
  type Closure,
  type SourceTree,
} from "./read-tree.ts";
import { createTransport, type GitTransport } from "./transport.ts";

/** A ref's commit, fetched. `revision` is its name for good: `main@sha1:<commit>`. */
export interface FetchedRevision extends ResolvedRef {
  readonly revision: string;
}

/**
 * One remote repository and its mirror. Calls may overlap.
 *
 * Errors of every call: `unauthorized`, `forbidden`, `not_found`, `unavailable`, `timeout` and `invalid` as the server's answer means them; the
 * signal's reason when it fires. A broken mirror is made anew unseen.
 */
export interface GitRepository {
  readonly url: string;
  /** The commit that a ref means now: one short exchange, nothing is fetched. Errors: `not_found` with the branches or tags that exist. */
  resolveRef(ref: GitRef, options?: GitCallOptions): Promise<ResolvedRef>;
  /** Resolves a ref (text as `parseGitRef` reads it) and makes its commit readable. */
  fetchRevision(ref: GitRef | string, options?: GitCallOptions): Promise<FetchedRevision>;
  /** The hash of a folder at a commit: the key of whatever is cached about it. Only trees are fetched, no file. */
  readTreeHash(commit: string, path: string, options?: GitCallOptions): Promise<string>;
  /** The hashes of many folders at once, `undefined` for one that is not there. Compared with those of another commit, they tell what it touched. */
  readTreeHashes(commit: string, paths: readonly string[], options?: GitCallOptions): Promise<ReadonlyMap<string, string | undefined>>;
  /** A folder at a commit with all files below. Errors: `not_found` with what is there instead; `invalid` for submodules, and links that leave the folder. */
  readTree(commit: string, path: string, options?: GitCallOptions): Promise<SourceTree>;
  /** Every object that proves what a folder held at a commit (or at the tag that leads to it), each once: what an artifact is made of. */
  readClosure(root: string, path: string, options?: GitCallOptions): Promise<Closure>;
  /** A commit or tag by its full name. */
  readRoot(hash: string, options?: GitCallOptions): Promise<GitObject>;
  close(): void;
}

const resolveTimeoutMs = 30_000;
const fetchTimeoutMs = 600_000;

/** A repository, ready to ask. Nothing is contacted or written yet. Errors: `invalid` as `parseRepositoryOptions`. */
export const openRepository = (options: GitRepositoryOptions): GitRepository => {
  const settings = parseRepositoryOptions(options);
  const transport = createTransport(settings);
  const mirrors = new Map<ObjectFormat, Mirror>();
  const mirrorOf = (hash: string): Mirror => {
    const format = getFormat(hash);
    const mirror = mirrors.get(format) ?? createMirror({ settings, transport, format });
    mirrors.set(format, mirror);
    return mirror;
  };
  const withMirror = <Result>(
    hash: string,
    call: GitCallOptions,
    work: (mirror: Mirror, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> =>
    withDeadline(call, { defaultMs: fetchTimeoutMs, url: settings.url }, (signal) => withRepair(mirrorOf(hash), signal, work));

  const repository: GitRepository = {
    url: settings.url,
    resolveRef: (ref, call = {}) =>
      withDeadline(call, { defaultMs: resolveTimeoutMs, url: settings.url }, (signal) => resolveRef(settings, transport, ref, signal)),
    fetchRevision: async (ref, call = {}) => {
      const resolved = await repository.resolveRef(typeof ref === "string" ? parseGitRef(ref) : ref, call);
      const { commit, tag, format, name } = resolved;
      await withMirror(commit, call, (mirror, signal) => ensureObject(mirror, tag ?? commit, signal));
      return { ...resolved, revision: formatRevision({ ...(name === undefined ? {} : { name }), format, commit }) };
    },
    readTreeHash: (commit, path, call = {}) =>
      withMirror(commit, call, (mirror, signal) => readTreeHash(mirror, { root: commit, path }, signal)),
    readTreeHashes: (commit, paths, call = {}) =>
      withMirror(commit, call, (mirror, signal) => readTreeHashes(mirror, { commit, paths }, signal)),
    readTree: (commit, path, call = {}) => {
      // A file that is read long after its list may find the mirror made anew: it brings itself back.
      const read = (hash: string, url: string): Promise<Uint8Array> =>
        withMirror(commit, {}, (mirror, signal) => readBlob(mirror, { hash, url }, signal));
      return withMirror(commit, call, (mirror, signal) => readTree(mirror, { root: commit, path }, { signal, read }));
    },
    readClosure: (root, path, call = {}) => withMirror(root, call, (mirror, signal) => readClosure(mirror, { root, path }, signal)),
    readRoot: (hash, call = {}) => withMirror(hash, call, (mirror, signal) => readRoot(mirror, hash, signal)),
    close: () => {
      for (const mirror of mirrors.values()) mirror.reader.close();
    },
  };
  return repository;
};

const getFormat = (hash: string): ObjectFormat => {
  const format = findObjectFormat(hash);
  if (format !== undefined) return format;
  throw new WindlassError({
    code: "invalid",
    message: `${JSON.stringify(hash)} is not a full commit`,
    remedy: "give all 40 (or, for SHA-256, 64) digits",
  });
};

const resolveRef = async (settings: GitSettings, transport: GitTransport, ref: GitRef, signal: AbortSignal): Promise<ResolvedRef> => {
  if (ref.kind === "commit") return { commit: ref.commit, format: getFormat(ref.commit) };
  const { stdout } = await transport.run({
    args: ["ls-remote", "--symref", ...narrowing[ref.kind], "--end-of-options", settings.url],
    action: `find ${describeRef(ref)} in`,
    signal,
  });
  return resolveInList(ref, parseRefList(stdout), settings.url);
};

/** What of its refs the server need not send. */
const narrowing: Readonly<Record<Exclude<GitRef["kind"], "commit">, readonly string[]>> = {
  default: [],
  ref: [],
  name: ["--heads", "--tags"],
  branch: ["--heads"],
  tag: ["--tags"],
  semver: ["--tags"],
};
