// The objects that a command is given, wherever they come from.
import { basename, resolve } from "node:path";
import type { SourcedObject } from "@windlass/core";
import { loadFolder } from "@windlass/engine";

export interface SourceOptions {
  readonly source: string;
  readonly ref?: string;
  readonly path: string;
  readonly name?: string;
  readonly namespace?: string;
}

export interface OpenSource {
  readonly objects: readonly SourcedObject[];
  /** `main@sha1:<commit>` of a Git source, `sha256:<digest>` of files. */
  readonly revision: string;
}

/** Whether a source is a Git repository by its very form. */
export const isGitUrl = (source: string): boolean => /^(https?|ssh|git|file):\/\//.test(source) || /^[\w.-]+@[\w.-]+:/.test(source);

/** A name that Kubernetes takes, made from the last part of a path or URL. */
export const nameOfSource = ({ source, path, name }: SourceOptions): string => {
  if (name !== undefined) return name;
  const last = source === "-" ? "stdin" : basename(isGitUrl(source) ? path || source.replace(/\.git\/?$/, "") : resolve(source));
  const safe = last
    .toLowerCase()
    .replace(/\.(ya?ml|json)$/, "")
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return safe === "" ? "app" : safe.slice(0, 50);
};

/** Reads the source. Errors: as those of the folder or of Git. */
export const openSource = async (options: SourceOptions, signal: AbortSignal): Promise<OpenSource> => {
  if (isGitUrl(options.source)) {
    const { openGitSource } = await import("./open-git-source.ts");
    return openGitSource(options, signal);
  }
  const { objects, digest } = await loadFolder(options.source, { signal });
  return { objects, revision: digest };
};
