// What a source is to its readers: a list of files, wherever they come from (a folder, Git, standard input).
import { type SourcedObject, type YamlLimits, defaultYamlLimits } from "@windlass/core";

/** One file of a source. `path` is relative to the source's root, with `/` between names. */
export interface SourceFile {
  readonly path: string;
  /**
   * The content, of which no more than `bytesMax` is ever read.
   *
   * Errors: `invalid` for a file that is longer or no file at all, `forbidden` for one that may not be read, `unavailable` for a disk that fails.
   */
  read(bytesMax: number): Promise<Uint8Array>;
}

export interface SourceLimits {
  /** Size of one file in bytes. */
  readonly fileBytesMax: number;
  /** Size of all files in bytes. */
  readonly totalBytesMax: number;
  readonly filesMax: number;
  /** Folders in folders. */
  readonly depthMax: number;
  readonly yaml: YamlLimits;
}

const mebibyte = 1024 * 1024;

export const defaultSourceLimits: SourceLimits = {
  fileBytesMax: 10 * mebibyte,
  totalBytesMax: 200 * mebibyte,
  filesMax: 20_000,
  depthMax: 32,
  yaml: defaultYamlLimits,
};

export interface LoadOptions {
  readonly limits?: SourceLimits;
  readonly signal?: AbortSignal;
  /** Read a folder that is meant for Kustomize or Helm as plain files too, `kustomization.yaml` and `Chart.yaml` left out. Default: false. */
  readonly asPlainFiles?: boolean;
}

/** The objects of a source, and what names their content. */
export interface LoadedSource {
  readonly objects: readonly SourcedObject[];
  /** `sha256:…` over the paths and contents of the files, in the order of their paths. */
  readonly digest: string;
  /** The paths that were read, in order. */
  readonly files: readonly string[];
}
