// What is changed in an object before it is applied, because server-side apply would otherwise fail, fight or not see a drift. One rule, one
// function, one reason: when the upstream issue is closed and the oldest supported version has the fix, the rule goes.
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { isJsonObject } from "./guards.ts";
import { type Json, type JsonObject, type KubeObject, groupOf } from "./object.ts";
import { updateAt, withField, withoutFields } from "./update.ts";
import { findTemplatePath } from "./workload.ts";

export interface NormaliseOptions {
  /** Whether the object's kind lives in namespaces. */
  readonly namespaced: boolean;
  /** Filled in where a namespaced object names none. */
  readonly defaultNamespace: string;
  /** Set on the object, over labels of the same name. */
  readonly labels: Readonly<Record<string, string>>;
}

type Rule = (object: JsonObject, kind: Kind, options: NormaliseOptions) => JsonObject;
interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The object as it is applied.
 *
 * Shape: total and idempotent; the input is never mutated and what did not change is shared with it; fields that no rule names are kept, `null`
 * among them: under server-side apply a `null` takes a field away that defaulting has set, which is what it is written for.
 */
export const normalise = (object: KubeObject, options: NormaliseOptions): KubeObject => {
  const normalised = rules.reduce((current, rule) => rule(current, object, options), object as unknown as JsonObject);
  return normalised as unknown as KubeObject;
};

const is = ({ apiVersion, kind }: Kind, group: string, name: string): boolean => kind === name && groupOf(apiVersion) === group;

const change = (object: JsonObject, path: readonly string[], changeTo: (value: Json) => Json | undefined): JsonObject => {
  const changed = updateAt(object, path, changeTo);
  return isJsonObject(changed) ? changed : object;
};

/**
 * `stringData` is write-only: applied, it makes us own `f:stringData`, and a change of `data` from outside stays unseen.
 * Upstream: https://github.com/kubernetes/kubernetes/issues/108008
 */
const encodeStringData: Rule = (object, kind) => {
  const { stringData, data } = object;
  if (!is(kind, "", "Secret") || !isJsonObject(stringData)) return object;
  // What is no text is the API server's to refuse, with the path as it was written.
  if (!Object.values(stringData).every((value) => typeof value === "string" || value === null)) return object;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, encodeBase64(typeof value === "string" ? value : "")] as const);
  return { ...withoutFields(object, ["stringData"]), data: { ...(isJsonObject(data) ? data : {}), ...Object.fromEntries(encoded) } };
};

const withProtocol = (port: Json): Json => (isJsonObject(port) && (port["protocol"] ?? "") === "" ? { ...port, protocol: "TCP" } : port);

/**
 * `protocol` is part of the ports' merge key and has a default: left out, two ports of one number collide or the apply fails.
 * Upstream: https://github.com/kubernetes-sigs/structured-merge-diff/issues/130, https://github.com/kubernetes/kubernetes/issues/98576
 */
const fillProtocols: Rule = (object, kind) => {
  if (is(kind, "", "Service")) return change(object, ["spec", "ports", "*"], withProtocol);
  const template = findTemplatePath(kind);
  if (template === undefined) return object;
  return ["containers", "initContainers", "ephemeralContainers"].reduce(
    (current, containers) => change(current, [...template, "spec", containers, "*", "ports", "*"], withProtocol),
    object,
  );
};

/**
 * `status` is its controller's to write. A CRD keeps it: generators write it, and older schemas of apiextensions.k8s.io want it.
 * Upstream: none; this rule stays.
 */
const dropStatus: Rule = (object, kind) =>
  is(kind, "apiextensions.k8s.io", "CustomResourceDefinition") ? object : withoutFields(object, ["status"]);

const serverOwned = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/**
 * Manifests taken from a cluster (`kubectl get -o yaml`) carry what the API server wrote; applied, `managedFields` is refused and `uid` and
 * `resourceVersion` are conditions.
 * Upstream: none; this rule stays.
 */
const dropServerMetadata: Rule = (object) =>
  change(object, ["metadata"], (metadata) => (isJsonObject(metadata) ? withoutFields(metadata, serverOwned) : metadata));

/**
 * Go's generators write `creationTimestamp: null` into templates too, and applying it would make us own a field that nobody sets.
 * Upstream: https://github.com/kubernetes/kubernetes/issues/67610
 */
const dropNullTimestamps: Rule = (object, kind) => {
  const template = findTemplatePath(kind) ?? [];
  const holders = [...template.map((_, depth) => template.slice(0, depth + 1)), ["spec", "volumeClaimTemplates", "*"]];
  const dropNull = (value: Json): Json | undefined => (value === null ? undefined : value);
  return holders.reduce((current, holder) => change(current, [...holder, "metadata", "creationTimestamp"], dropNull), object);
};

/**
 * A label or annotation without a value is an empty text. The API server makes that of it too, after giving us a field that is `null`.
 * Upstream: none; this rule stays.
 */
const fillEmptyTexts: Rule = (object) =>
  ["labels", "annotations"].reduce((current, field) => change(current, ["metadata", field], fillNulls), object);

const fillNulls = (texts: Json): Json | undefined => {
  if (texts === null) return undefined;
  if (!isJsonObject(texts) || !Object.values(texts).includes(null)) return texts;
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text ?? ""]));
};

/** The namespace that the request will name must be the one that the object names. Upstream: none; this rule stays. */
const fitNamespace: Rule = (object, _kind, { namespaced, defaultNamespace }) =>
  change(object, ["metadata"], (metadata) => {
    if (!isJsonObject(metadata)) return metadata;
    if (!namespaced) return withoutFields(metadata, ["namespace"]);
    return (metadata["namespace"] ?? "") === "" ? withField(metadata, "namespace", defaultNamespace) : metadata;
  });

const addLabels: Rule = (object, _kind, { labels }) =>
  change(object, ["metadata"], (metadata) => {
    if (!isJsonObject(metadata) || Object.keys(labels).length === 0) return metadata;
    const own = isJsonObject(metadata["labels"]) ? metadata["labels"] : {};
    const missing = Object.entries(labels).some(([key, value]) => own[key] !== value);
    return missing ? withField(metadata, "labels", { ...own, ...labels }) : metadata;
  });

/**
 * A CRD with a `caBundle` that is no certificate (`Cg==`, put there by generators for an injector to replace) is refused, and with it every kind
 * that it defines.
 * Upstream: https://github.com/kubernetes/kubernetes/pull/124061
 */
const dropInvalidCaBundle: Rule = (object, kind) => {
  if (!is(kind, "apiextensions.k8s.io", "CustomResourceDefinition")) return object;
  return change(object, ["spec", "conversion", "webhook", "clientConfig", "caBundle"], (bundle) =>
    isCaBundle(bundle) ? bundle : undefined,
  );
};

/** Whether a value can be certificates in PEM form, in base64. The DER inside begins with a SEQUENCE, which is M in base64. */
const isCaBundle = (bundle: Json): boolean =>
  typeof bundle === "string" &&
  /-----BEGIN CERTIFICATE-----\s+M[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/.test(decodeBase64(bundle) ?? "");

const rules: readonly Rule[] = [
  encodeStringData,
  fillProtocols,
  dropStatus,
  dropServerMetadata,
  dropNullTimestamps,
  fillEmptyTexts,
  fitNamespace,
  addLabels,
  dropInvalidCaBundle,
];
