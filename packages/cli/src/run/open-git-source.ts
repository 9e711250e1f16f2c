// Objects out of Git: one folder of one commit, read from a mirror in the user's cache.
import { homedir } from "node:os";
import { join } from "node:path";
import { type GitProtocol, type GitRepository, type GitRepositoryOptions, loadFiles, openRepository } from "@windlass/engine";
import type { OpenSource, SourceOptions } from "./open-source.ts";

const isLoopback = (url: string): boolean => /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url);

/** Plain HTTP is spoken to this machine only, and files are read where the user names them. */
const protocolsFor = (url: string): readonly GitProtocol[] => {
  if (isLoopback(url)) return ["http"];
  return url.startsWith("file://") || url.startsWith("/") ? ["file"] : ["https", "ssh"];
};

/** Lends the repository at a URL or an absolute path, with its mirror in the user's cache. */
export const withUserRepository = async <Result>(
  url: string,
  access: Partial<GitRepositoryOptions>,
  use: (repository: GitRepository) => Promise<Result>,
): Promise<Result> => {
  const repository = openRepository({ ...access, url, cacheFolder: join(homedir(), ".cache/windlass/git"), allow: protocolsFor(url) });
  try {
    return await use(repository);
  } finally {
    repository.close();
  }
};

/** Fetches the ref and reads the folder. Errors: Git's, and those of the files. */
export const openGitSource = ({ source, ref, path }: SourceOptions, signal: AbortSignal): Promise<OpenSource> =>
  withUserRepository(source, {}, async (repository) => {
    const { commit, revision } = await repository.fetchRevision(ref ?? "HEAD", { signal });
    const { files } = await repository.readTree(commit, path, { signal });
    const { objects } = await loadFiles(files, { signal });
    return { objects, revision };
  });
