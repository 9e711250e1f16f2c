import { toWireFiles, type SourceFiles } from "./source-files.ts";
import type { CallToolboxOptions, Toolbox } from "./toolbox.ts";

export interface KustomizeRequest {
  /** The whole tree that the kustomization may read: bases beside it, too. */
  readonly files: SourceFiles;
  /** The folder to build, relative to the tree's root. Default: the root. */
  readonly path?: string;
}

export interface KustomizeBuild {
  /** YAML documents, in kustomize's order. */
  readonly text: string;
  readonly warnings: readonly string[];
}

/**
 * What `kustomize build` prints.
 *
 * Shape: remote bases, `helmCharts` and plugins that are programs or containers are refused before anything is read from them.
 * Errors: `invalid` (with kustomize's own words), and those of `Toolbox`.
 */
export const buildKustomize = async (
  toolbox: Toolbox,
  request: KustomizeRequest,
  options?: CallToolboxOptions,
): Promise<KustomizeBuild> => {
  const { result, warnings } = await toolbox.call("kustomize", { ...toWireFiles(request.files), path: request.path ?? "." }, options);
  // The shape is the Go program's: toolbox/render/kustomize.go, kustomizeResult.
  return { text: (result as { readonly text: string }).text, warnings };
};
