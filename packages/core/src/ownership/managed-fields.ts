// What `metadata.managedFields` tells: which fields are ours, and to whom an object belongs.
import type { JsonObject, KubeObject, ManagedFieldsEntry, ObjectMeta } from "../object/object.ts";

/** Our field manager, on every object of every placement. */
export const fieldManager = "windlass";

/** The entry that server-side apply keeps for a manager; undefined when it has none on this object. */
export const findApplyEntry = (meta: ObjectMeta, manager: string = fieldManager): ManagedFieldsEntry | undefined =>
  meta.managedFields?.find((entry) => entry.manager === manager && entry.operation === "Apply" && (entry.subresource ?? "") === "");

const segmentOf = (key: string): string => {
  if (key.startsWith("f:")) return `.${key.slice(2)}`;
  if (key.startsWith("k:") || key.startsWith("v:")) return `[${key.slice(2)}]`;
  return key.startsWith("i:") ? `[${key.slice(2)}]` : "";
};

/** The paths of a field set, leaves only, written as the API server writes them in conflicts: `.spec.replicas`, `.data.a`. */
export const listFieldPaths = (fields: JsonObject, prefix = ""): readonly string[] =>
  Object.entries(fields).flatMap(([key, value]) => {
    if (key === ".") return [];
    const path = prefix + segmentOf(key);
    const inner = typeof value === "object" && value !== null ? Object.keys(value).filter((name) => name !== ".") : [];
    return inner.length === 0 ? [path] : listFieldPaths(value as JsonObject, path);
  });

/** Whether a path such as `spec.replicas` (names only) stands in a field set. */
export const hasFieldPath = (fields: JsonObject | undefined, path: string): boolean => {
  let node: unknown = fields;
  for (const name of path.split(".")) {
    if (typeof node !== "object" || node === null) return false;
    node = (node as Record<string, unknown>)[`f:${name}`];
  }
  return node !== undefined;
};

/** Managers other than us that own a path, newest first. */
export const otherManagersOf = (meta: ObjectMeta, path: string): readonly ManagedFieldsEntry[] =>
  (meta.managedFields ?? [])
    .filter((entry) => entry.manager !== fieldManager && hasFieldPath(entry.fieldsV1, path))
    .toSorted((a, b) => ((a.time ?? "") < (b.time ?? "") ? 1 : -1));

/** Who an existing object belongs to, when it is not one of the set's own. */
export interface Owner {
  readonly kind: "placement" | "applyset" | "helm" | "argocd" | "flux" | "controller" | "kubectl";
  /** Who it is, for people: `Helm release shop/web`. */
  readonly name: string;
  /** The ApplySet it is a member of, where it is one. */
  readonly setId?: string;
}

const partOfLabel = "applyset.kubernetes.io/part-of";

const ownerByMark = (meta: ObjectMeta): Owner | undefined => {
  const labels = meta.labels ?? {};
  const annotations = meta.annotations ?? {};
  if (annotations["meta.helm.sh/release-name"] !== undefined)
    return {
      kind: "helm",
      name: `Helm release ${annotations["meta.helm.sh/release-namespace"] ?? ""}/${annotations["meta.helm.sh/release-name"]}`,
    };
  if (annotations["argocd.argoproj.io/tracking-id"] !== undefined)
    return { kind: "argocd", name: `Argo CD application ${annotations["argocd.argoproj.io/tracking-id"].split(":")[0]}` };
  for (const tool of ["kustomize", "helm"]) {
    const name = labels[`${tool}.toolkit.fluxcd.io/name`];
    if (name !== undefined)
      return {
        kind: "flux",
        name: `Flux ${tool === "helm" ? "HelmRelease" : "Kustomization"} ${labels[`${tool}.toolkit.fluxcd.io/namespace`] ?? ""}/${name}`,
      };
  }
  return undefined;
};

/**
 * The owner of an object that a placement is about to apply for the first time; undefined when nobody claims it or it is the placement's own.
 *
 * Order: a set's label, a tool's own marks, a controller's owner reference, `kubectl apply`'s annotation.
 */
export const findOwner = (object: Pick<KubeObject, "metadata">, setId: string): Owner | undefined => {
  const meta = object.metadata;
  const partOf = meta.labels?.[partOfLabel] ?? "";
  if (partOf === setId) return undefined;
  if (partOf !== "") {
    const kind = findApplyEntry(meta) === undefined ? "applyset" : "placement";
    return { kind, name: `${kind === "placement" ? "another placement" : "another tool's set"} (ApplySet ${partOf})`, setId: partOf };
  }
  const marked = ownerByMark(meta);
  if (marked) return marked;
  const controller = meta.ownerReferences?.find((reference) => reference.controller === true);
  if (controller) return { kind: "controller", name: `${controller.kind} ${controller.name}` };
  const byKubectl =
    meta.annotations?.["kubectl.kubernetes.io/last-applied-configuration"] !== undefined ||
    (meta.managedFields ?? []).some(({ manager, operation }) => manager === "kubectl" && operation === "Apply");
  return byKubectl ? { kind: "kubectl", name: "kubectl apply" } : undefined;
};
