/** How a source becomes objects. `folder` ("" is the root) holds the file that tells so, nearest to the root. */
export type DetectedSource =
  | { readonly kind: "plain" }
  | { readonly kind: "kustomize" | "helm"; readonly folder: string; readonly file: string };

const markers: Readonly<Record<string, "kustomize" | "helm">> = {
  "kustomization.yaml": "kustomize",
  "kustomization.yml": "kustomize",
  Kustomization: "kustomize",
  "Chart.yaml": "helm",
};

const split = (path: string): { readonly folder: string; readonly name: string } => {
  const slash = path.lastIndexOf("/");
  return { folder: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) };
};

const markerOf = (path: string): "kustomize" | "helm" | undefined => {
  const { name } = split(path);
  return Object.hasOwn(markers, name) ? markers[name] : undefined;
};

/** Whether a file tells Kustomize or Helm what to do, and so is no manifest. */
export const isMarker = (path: string): boolean => markerOf(path) !== undefined;

/** Whether a file can hold manifests, by its name. */
export const isManifest = (path: string): boolean => /\.(ya?ml|json)$/.test(path);

const depthOf = (path: string): number => path.split("/").length;

/**
 * What the files of a source are meant for: the marker nearest to the root decides, a kustomization before a chart in one folder, since it may
 * render that chart. Errors: none (total).
 */
export const detectSource = (files: readonly { readonly path: string }[]): DetectedSource => {
  const [nearest] = files
    .map(({ path }) => path)
    .filter(isMarker)
    .toSorted((a, b) => depthOf(a) - depthOf(b) || (markerOf(b) ?? "").localeCompare(markerOf(a) ?? "") || (a < b ? -1 : 1));
  const kind = nearest === undefined ? undefined : markerOf(nearest);
  return nearest === undefined || kind === undefined ? { kind: "plain" } : { kind, folder: split(nearest).folder, file: nearest };
};
