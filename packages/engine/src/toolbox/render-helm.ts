import { toWireFiles, type SourceFiles } from "./source-files.ts";
import type { CallToolboxOptions, Toolbox } from "./toolbox.ts";

/**
 * One layer of values, merged in the order given. `yaml` is the text of a values file (JSON is YAML too); the others are Helm's
 * `--set`, `--set-string`, `--set-literal` and `--set-json`. `name` is for errors.
 */
export interface ValuesLayer {
  readonly kind: "yaml" | "set" | "setString" | "setLiteral" | "setJson";
  readonly name?: string;
  readonly text: string;
}

export interface HelmRequest {
  /** The chart's folder; subcharts in `charts/` as folders or `.tgz`. */
  readonly files: SourceFiles;
  readonly releaseName: string;
  readonly namespace: string;
  readonly values?: readonly ValuesLayer[];
  /** Default: false, the release is being installed. */
  readonly isUpgrade?: boolean;
  /** Default: that of Helm's own libraries. */
  readonly kubeVersion?: string;
  /** What `.Capabilities.APIVersions` has beside Helm's built-in set. */
  readonly apiVersions?: readonly string[];
  /** `apiVersions` is all there is, as told by a cluster. Default: false. */
  readonly onlyTheseApiVersions?: boolean;
  /** Default: false, CRDs of `crds/` are included. */
  readonly skipCrds?: boolean;
  readonly skipSchemaValidation?: boolean;
}

/** One YAML document, and the file of the chart that it comes from: `web/templates/service.yaml`. */
export interface HelmDocument {
  readonly source: string;
  readonly text: string;
}

/** A hook; its annotations are still in the text. */
export interface HelmHook extends HelmDocument {
  readonly kind: string;
  readonly name: string;
  readonly events: readonly string[];
  readonly weight: number;
  readonly deletePolicies: readonly string[];
}

/** What the render asked of a cluster. It got an empty answer, as with `helm template`. */
export interface HelmLookup {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A call that gives another result each time. `file` is "" (and `line` 0) when it stands in a value that went through `tpl`. */
export interface UnstableCall {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export interface HelmRender {
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion: string; readonly deprecated: boolean };
  readonly crds: readonly HelmDocument[];
  /** In Helm's install order. */
  readonly manifests: readonly HelmDocument[];
  /** In Helm's install order, as `helm template` prints them; when they run, their weight comes first. Tests are left out. */
  readonly hooks: readonly HelmHook[];
  readonly lookups: readonly HelmLookup[];
  /** Empty: the same input renders to the same bytes, always and everywhere. */
  readonly unstable: readonly UnstableCall[];
  readonly warnings: readonly string[];
}

/**
 * A chart's objects, as `helm template` gives them.
 *
 * Errors: `invalid` (chart, values or templates, with Helm's own words), and those of `Toolbox`.
 * Source: https://github.com/helm/helm/blob/v4.3.1/pkg/cmd/template.go
 */
export const renderHelm = async (toolbox: Toolbox, request: HelmRequest, options?: CallToolboxOptions): Promise<HelmRender> => {
  const { result, warnings } = await toolbox.call(
    "helm",
    { ...request, ...toWireFiles(request.files), values: request.values ?? [] },
    options,
  );
  // The shape is the Go program's: toolbox/render/helm.go, helmResult.
  return { ...(result as Omit<HelmRender, "warnings">), warnings };
};

/** The render as one text, in the form and order in which `helm template --include-crds --skip-tests` prints it. */
export const formatHelmRender = ({ crds, manifests, hooks }: Pick<HelmRender, "crds" | "manifests" | "hooks">): string => {
  const print = (documents: readonly HelmDocument[]): string =>
    documents.map(({ source, text }) => `---\n# Source: ${source}\n${text}\n`).join("");
  return `${print([...crds, ...manifests]).trim()}\n${print(hooks)}`;
};
