// Identity: what an object must say about itself before anything can be done with it. All else is the API server's to judge.
import type { Json, JsonObject, KubeObject } from "./object.ts";
import { groupOf } from "./object.ts";
import { describeType, isJsonObject } from "./guards.ts";
import { findNameFault, findNamespaceFault, isApiVersion, isKind } from "./names.ts";

/** What is wrong with a value, and at which path of it. */
interface IdentityFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly remedy: string;
}

export type Identification = { readonly object: KubeObject } | { readonly faults: readonly IdentityFault[] };

/**
 * The object that a value is, or everything that keeps it from being one.
 *
 * Shape: unknown fields are left alone. A hook that has `generateName` only gets the name "", for the planner to fill.
 * Errors: none (total).
 */
export const identify = (value: Json): Identification => {
  if (!isJsonObject(value)) return { faults: [notAnObject(value)] };
  const faults = [...checkApiVersion(value), ...checkKind(value), ...checkMetadata(value)];
  if (faults.length > 0) return { faults };
  const metadata = isJsonObject(value["metadata"]) ? value["metadata"] : {};
  const object = isFilled(metadata["name"]) ? value : { ...value, metadata: { ...metadata, name: "" } };
  // Checked field by field just above: the one place where JSON becomes a KubeObject.
  return { object: object as unknown as KubeObject };
};

const isFilled = (value: unknown): value is string => typeof value === "string" && value !== "";
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === "";

const notAnObject = (value: Json): IdentityFault => ({
  path: [],
  message: `the document is ${describeType(value)}, not a Kubernetes object`,
  remedy: "give it apiVersion, kind and metadata.name, or leave the file out of the folder",
});

const checkApiVersion = ({ apiVersion }: JsonObject): readonly IdentityFault[] => {
  const fault = (message: string, remedy: string): readonly IdentityFault[] => [{ path: ["apiVersion"], message, remedy }];
  const remedy = "write apiVersion: GROUP/VERSION, for example apps/v1, or v1 for the core group";
  if (isAbsent(apiVersion)) return fault("apiVersion is missing", remedy);
  if (typeof apiVersion !== "string") return fault(`apiVersion is ${describeType(apiVersion)}, not a text`, remedy);
  return isApiVersion(apiVersion) ? [] : fault(`apiVersion ${JSON.stringify(apiVersion)} is not of the form GROUP/VERSION`, remedy);
};

const checkKind = ({ kind }: JsonObject): readonly IdentityFault[] => {
  const fault = (message: string): readonly IdentityFault[] => [
    { path: ["kind"], message, remedy: "write the kind, for example kind: Deployment" },
  ];
  if (isAbsent(kind)) return fault("kind is missing");
  if (typeof kind !== "string") return fault(`kind is ${describeType(kind)}, not a text`);
  return isKind(kind) ? [] : fault(`kind ${JSON.stringify(kind)} cannot be a kind: letters and digits only`);
};

const checkMetadata = ({ apiVersion, metadata }: JsonObject): readonly IdentityFault[] => {
  if (!isJsonObject(metadata)) {
    const message =
      metadata === undefined || metadata === null ? "metadata is missing" : `metadata is ${describeType(metadata)}, not a mapping`;
    return [{ path: ["metadata"], message, remedy: "write metadata with at least a name" }];
  }
  const group = typeof apiVersion === "string" ? groupOf(apiVersion) : "";
  return [
    ...checkName(metadata, group),
    ...checkNamespace(metadata),
    ...checkTexts(metadata, "labels"),
    ...checkTexts(metadata, "annotations"),
  ];
};

const checkName = (metadata: JsonObject, group: string): readonly IdentityFault[] => {
  const { name, generateName } = metadata;
  const fault = (field: string, message: string, remedy: string): readonly IdentityFault[] => [
    { path: ["metadata", field], message, remedy },
  ];
  if (isFilled(name)) {
    const wrong = findNameFault(group, name);
    return wrong === undefined ? [] : fault("name", `metadata.name ${wrong}`, "rename the object");
  }
  if (!isAbsent(name)) return fault("name", `metadata.name is ${describeType(name)}, not a text`, "put the name in quotes");
  if (!isFilled(generateName)) return fault("name", "metadata.name is missing", "give the object a name");
  if (isHook(metadata)) return [];
  const message = "metadata.generateName would create another object at each sync";
  return fault("generateName", message, "write metadata.name instead; only hooks may have generateName");
};

const hookAnnotations = ["windlass.dev/hook", "argocd.argoproj.io/hook", "helm.sh/hook"];

const isHook = ({ annotations }: JsonObject): boolean =>
  isJsonObject(annotations) && hookAnnotations.some((annotation) => isFilled(annotations[annotation]));

const checkNamespace = ({ namespace }: JsonObject): readonly IdentityFault[] => {
  const fault = (message: string, remedy: string): readonly IdentityFault[] => [{ path: ["metadata", "namespace"], message, remedy }];
  if (isAbsent(namespace)) return [];
  if (typeof namespace !== "string") return fault(`metadata.namespace is ${describeType(namespace)}, not a text`, "put it in quotes");
  const wrong = findNamespaceFault(namespace);
  return wrong === undefined ? [] : fault(`metadata.namespace ${wrong}`, "correct the namespace, or leave it out");
};

const shownMax = 10;

/** `null` passes: the API server reads it as "", and so does `normalise`. */
const checkTexts = (metadata: JsonObject, field: "labels" | "annotations"): readonly IdentityFault[] => {
  const texts = metadata[field];
  if (texts === undefined || texts === null) return [];
  if (!isJsonObject(texts)) {
    return [
      {
        path: ["metadata", field],
        message: `metadata.${field} is ${describeType(texts)}, not a mapping`,
        remedy: `write metadata.${field} as a mapping`,
      },
    ];
  }
  return Object.entries(texts)
    .filter(([, text]) => typeof text !== "string" && text !== null)
    .slice(0, shownMax)
    .map(([key, text]) => ({
      path: ["metadata", field, key],
      message: `metadata.${field}[${JSON.stringify(key)}] is ${describeType(text)}, not a text`,
      remedy: "put the value in quotes",
    }));
};
