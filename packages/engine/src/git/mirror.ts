// The local copy of one repository: bare, as small as the server lets it be, shared by processes, and made anew when it is broken or too large.
// Nothing in it is precious: whatever is lost is fetched again.
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { WindlassError, type ObjectFormat } from "@windlass/core";
import { withFileLock } from "./file-lock.ts";
import { discardMirror, forgetRevisions, makeFolder, placeOf, prepareMirror, repackMirror, type MirrorPlace } from "./mirror-folder.ts";
import { createObjectReader, type ObjectReader } from "./object-reader.ts";
import type { GitSettings } from "./options.ts";
import { measureFolder, withSizeLimit } from "./size-limit.ts";
import { closedEnvironment, type GitTransport } from "./transport.ts";

/** A mirror of the objects of one format. One fetch at a time, in this process and among all that share the folder. */
export interface Mirror {
  readonly settings: GitSettings;
  readonly format: ObjectFormat;
  readonly reader: ObjectReader;
  /**
   * Makes a commit or tag and every tree below it readable; `url` is another repository on the same host (a submodule's).
   * Errors: those of the transport; `invalid` when it is too large.
   */
  fetchCommit(hash: string, signal: AbortSignal, url?: string): Promise<void>;
  /** Makes blobs readable that a partial fetch left out. Those asked for while another fetch runs come together with the next one. */
  fetchBlobs(hashes: readonly string[], signal: AbortSignal, url?: string): Promise<void>;
  /** Throws all of it away, so that the next fetch starts from nothing. */
  discard(signal: AbortSignal): Promise<void>;
}

interface MirrorDeps {
  readonly settings: GitSettings;
  readonly transport: GitTransport;
  readonly format: ObjectFormat;
}

/** The mirror of a repository's objects of one format. Nothing is read or written before the first call. */
export const createMirror = (deps: MirrorDeps): Mirror => {
  const { settings, format } = deps;
  const place = placeOf(join(settings.cacheFolder, "git", keyOf(settings, format)), format, closedEnvironment(settings));
  const reader = createObjectReader({ gitDir: place.readerDir, objectFolder: join(place.gitDir, "objects"), format, env: place.env });
  const inTurn = createTurns();
  const wanted = new Map<string, Set<string>>();
  const missing = (hashes: readonly string[]): Promise<readonly string[]> => findMissing(reader, hashes);

  const exclusively = (signal: AbortSignal, work: () => Promise<void>): Promise<void> =>
    inTurn(async () => {
      await makeFolder(place);
      await withFileLock(place.lockPath, signal, async () => {
        await prepareMirror(place, signal);
        await work();
      });
    });

  return {
    settings,
    format,
    reader,
    fetchCommit: async (hash, signal, url = settings.url) =>
      exclusively(signal, async () => {
        if ((await missing([hash])).length === 0) return;
        await fetchBounded(deps, place, signal, (signal) => fetchHash({ ...deps, url }, place, hash, signal));
        // A reader that has met a broken pack does not look at a sound one of the same name: it starts anew before it is believed.
        if ((await missing([hash])).length > 0) reader.close();
        if ((await missing([hash])).length > 0) throw noCommit(url, hash);
      }),
    fetchBlobs: async (hashes, signal, url = settings.url) => {
      wanted.set(url, new Set([...(wanted.get(url) ?? []), ...hashes]));
      await exclusively(signal, async () => {
        const all = await missing([...new Set([...(wanted.get(url) ?? []), ...hashes])]);
        if (all.length > 0) await fetchBounded(deps, place, signal, (signal) => fetchBlobsOnly({ ...deps, url }, place, all, signal));
        wanted.delete(url);
      });
    },
    discard: (signal) =>
      exclusively(signal, async () => {
        await discardMirror(place);
        reader.close();
      }),
  };
};

const keyOf = (settings: GitSettings, format: ObjectFormat): string =>
  createHash("sha256")
    .update(JSON.stringify([settings.url, settings.partition, format]))
    .digest("hex")
    .slice(0, 32);

/** Runs works one after the other, in the order they came; one that fails does not stop the next. */
const createTurns = (): ((work: () => Promise<void>) => Promise<void>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };
};

const findMissing = async (reader: ObjectReader, hashes: readonly string[]): Promise<readonly string[]> => {
  const heads = await Promise.all(hashes.map((hash) => reader.findHead(hash)));
  return hashes.filter((_, index) => heads[index] === undefined);
};

/** A fetch within the size limit. What stands in the way of the limit may be old commits: then it starts from nothing, once. */
const fetchBounded = async (
  { settings }: MirrorDeps,
  place: MirrorPlace,
  signal: AbortSignal,
  fetch: (signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const folder = join(place.gitDir, "objects", "pack");
  const limit = { folder, bytesMax: settings.bytesMax, what: `repository ${settings.url}` };
  const hadObjects = (await measureFolder(folder)) > 0;
  try {
    await withSizeLimit(limit, signal, fetch);
  } catch (error) {
    if (!(error instanceof WindlassError) || error.details.tooLarge !== true) throw error;
    await discardMirror(place);
    if (!hadObjects) throw error;
    await prepareMirror(place, signal);
    await withSizeLimit(limit, signal, fetch).catch(async (again: unknown) => {
      await discardMirror(place);
      throw again;
    });
  }
  await forgetRevisions(place);
  await repackMirror(place, signal);
};

const fetchFlags = ["--progress", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules"];
/** What Git takes for "all of the history". */
const wholeHistory = "--depth=2147483647";

/** A fetch from one of the repositories whose objects the mirror holds. */
interface FetchDeps extends MirrorDeps {
  readonly url: string;
}

/** Every branch and tag, apart from those of other repositories. */
const everyRef = (url: string): readonly string[] => {
  const folder = `refs/fetched/${createHash("sha256").update(url).digest("hex").slice(0, 16)}`;
  return [`+refs/heads/*:${folder}/heads/*`, `+refs/tags/*:${folder}/tags/*`];
};

const fetchHash = async ({ url, transport }: FetchDeps, place: MirrorPlace, hash: string, signal: AbortSignal): Promise<void> => {
  const fetch = (...args: readonly string[]): Promise<unknown> =>
    transport.run({
      args: [...remote(url), "fetch", ...fetchFlags, "--filter=blob:none", ...args],
      action: "fetch from",
      url,
      signal,
      gitDir: place.gitDir,
    });
  try {
    await fetch("--depth=1", "--end-of-options", "origin", `+${hash}:refs/revisions/${hash}`);
  } catch (error) {
    if (!isUnadvertised(error)) throw error;
    // Servers without protocol 2 give out only what a branch or tag points to: older commits come with the whole history.
    await fetch(wholeHistory, "--end-of-options", "origin", ...everyRef(url));
  }
};

const fetchBlobsOnly = async (
  { url, transport }: FetchDeps,
  place: MirrorPlace,
  hashes: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const command = { action: "fetch files from", url, signal, gitDir: place.gitDir };
  try {
    // Nothing we have can help with a blob that we asked to leave out, so there is nothing to negotiate.
    const args = [
      ...remote(url),
      "-c",
      "fetch.negotiationAlgorithm=noop",
      "fetch",
      ...fetchFlags,
      "--filter=blob:none",
      "--stdin",
      "--end-of-options",
      "origin",
    ];
    await transport.run({ ...command, args, stdin: `${hashes.join("\n")}\n` });
  } catch (error) {
    if (!isUnadvertised(error)) throw error;
    // To a server of protocol 0, a commit at the edge of a shallow mirror is one whose files we have. It must not hear of any edge.
    await rm(join(place.gitDir, "shallow"), { force: true });
    const args = [...remote(url), "fetch", ...fetchFlags, "--refetch", "--no-filter", "--end-of-options", "origin", ...everyRef(url)];
    await transport.run({ ...command, args });
  }
};

const remote = (url: string): readonly string[] => ["-c", `remote.origin.url=${url}`];

const isUnadvertised = (error: unknown): boolean => error instanceof WindlassError && /unadvertised object/.test(String(error.details.git));

const noCommit = (url: string, hash: string): WindlassError =>
  new WindlassError({
    code: "not_found",
    message: `commit ${hash} does not exist in ${url}`,
    remedy: "it may have been left behind by a force-push; name a commit that a branch or tag leads to",
    // The server had nothing to send: it may believe a broken mirror that claims to have it. A fresh one claims nothing.
    details: { url, commit: hash, corrupt: true },
  });
