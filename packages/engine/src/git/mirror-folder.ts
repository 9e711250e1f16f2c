// The folders of a mirror on disk. Everything here runs under the mirror's lock, and appears or vanishes by one rename.
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectFormat } from "@windlass/core";
import { toGitError } from "./git-error.ts";
import { runGit } from "./run-git.ts";

export interface MirrorPlace {
  readonly folder: string;
  /** The bare repository that fetches. */
  readonly gitDir: string;
  /** An empty one beside it that reads the mirror's objects, without any remote to fetch a missing one from unasked. */
  readonly readerDir: string;
  readonly lockPath: string;
  readonly format: ObjectFormat;
  readonly env: Readonly<Record<string, string>>;
}

/** Where the mirror in `folder` has its parts. */
export const placeOf = (folder: string, format: ObjectFormat, env: MirrorPlace["env"]): MirrorPlace => ({
  folder,
  gitDir: join(folder, "mirror.git"),
  readerDir: join(folder, "reader.git"),
  lockPath: join(folder, "lock"),
  format,
  env,
});

/** Makes the two repositories where they are missing, and clears away what a process that was killed has left. */
export const prepareMirror = async (place: MirrorPlace, signal: AbortSignal): Promise<void> => {
  await removeLeftovers(place);
  await createRepository(place, place.readerDir, signal);
  await createRepository(place, place.gitDir, signal);
};

const createRepository = async (place: MirrorPlace, gitDir: string, signal: AbortSignal): Promise<void> => {
  if (await exists(join(gitDir, "HEAD"))) return;
  const draft = join(place.folder, `draft-${process.pid}-${Math.random().toString(36).slice(2)}`);
  const argv = ["git", "init", "--quiet", "--bare", "--template=", `--object-format=${place.format}`, "--end-of-options", draft] as const;
  const { exitCode, stderr } = await runGit({ argv, env: place.env, signal });
  if (exitCode !== 0) throw toGitError({ url: place.folder, action: "make a mirror in", stderr, secrets: [] });
  await rm(gitDir, { recursive: true, force: true });
  await rename(draft, gitDir);
};

/** Takes the mirror away. A reader that has its packs open can go on with them. */
export const discardMirror = async (place: MirrorPlace): Promise<void> => {
  for (const gitDir of [place.gitDir, place.readerDir]) {
    const trash = join(place.folder, `trash-${process.pid}-${Math.random().toString(36).slice(2)}`);
    if (await exists(gitDir)) await rename(gitDir, trash);
    await rm(trash, { recursive: true, force: true });
  }
};

/** Whoever holds the lock is the only one at work: locks and half packs that lie around have no owner any more. */
const removeLeftovers = async (place: MirrorPlace): Promise<void> => {
  const beside = (await names(place.folder)).filter((name) => /^(draft|trash)-/.test(name)).map((name) => join(place.folder, name));
  const locks = (await names(place.gitDir)).filter((name) => name.endsWith(".lock")).map((name) => join(place.gitDir, name));
  const refs = join(place.gitDir, "refs", "revisions");
  const refLocks = (await names(refs)).filter((name) => name.endsWith(".lock")).map((name) => join(refs, name));
  const packs = join(place.gitDir, "objects", "pack");
  const halfPacks = (await names(packs))
    .filter((name) => name.startsWith("tmp_") || name.startsWith(".tmp"))
    .map((name) => join(packs, name));
  await Promise.all([...beside, ...locks, ...refLocks, ...halfPacks].map((path) => rm(path, { recursive: true, force: true })));
};

const packsMax = 50;

const revisionsMax = 200;
const revisionsKept = 100;

/** Forgets the commits fetched longest ago: each is one file, and Git looks at all of them with every fetch. What is needed again is fetched again. */
export const forgetRevisions = async (place: MirrorPlace): Promise<void> => {
  const folder = join(place.gitDir, "refs", "revisions");
  const refs = (await names(folder)).map((name) => join(folder, name));
  if (refs.length <= revisionsMax) return;
  const aged = await Promise.all(refs.map(async (path) => ({ path, at: (await stat(path)).mtimeMs })));
  const old = aged.toSorted((a, b) => b.at - a.at).slice(revisionsKept);
  await Promise.all(old.map(({ path }) => rm(path, { force: true })));
};

/** Joins the packs that many fetches have left into one. Optional work: when it fails, nothing is lost but the time. */
export const repackMirror = async (place: MirrorPlace, signal: AbortSignal): Promise<void> => {
  const packs = (await names(join(place.gitDir, "objects", "pack"))).filter((name) => name.endsWith(".pack"));
  if (packs.length < packsMax) return;
  await runGit({
    argv: ["git", `--git-dir=${place.gitDir}`, "-c", "core.hooksPath=/dev/null", "repack", "-a", "-d", "-q"],
    env: place.env,
    signal,
  });
};

const names = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The folder of a mirror, with its lock file's parent. */
export const makeFolder = async (place: MirrorPlace): Promise<void> => {
  await mkdir(place.folder, { recursive: true, mode: 0o700 });
};
