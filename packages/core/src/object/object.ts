// The shape of a Kubernetes object as the engine sees it: plain JSON, never a typed model, so that a field we do not know arrives untouched.

/** JSON as Kubernetes writes it. Integers beyond 2^53 are kept as `bigint`, so that they survive the way through us. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [field: string]: Json;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** Who set which fields. `fieldsV1` is the trie of structured-merge-diff: keys `f:NAME`, `k:{…}`, `v:…`, `i:N` and `.`. */
export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsType?: "FieldsV1";
  readonly fieldsV1?: JsonObject;
}

/** One Kubernetes object. Only identity is typed; everything else is JSON. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** What names an object for good: the API version is left out, since one object can be read in several. `namespace` is "" in cluster scope. */
export interface ObjectRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `ObjectRef` as a string that can be a map's key: `group/Kind/namespace/name`. */
export type ObjectKey = string;

/** Where in the source an object stands. `file` is relative to the source's root, `document` counts from 1, `line` from 1. */
export interface Origin {
  readonly file: string;
  readonly document: number;
  readonly line: number;
}

/** An object with the place it was read from. */
export interface SourcedObject {
  readonly object: KubeObject;
  readonly origin: Origin;
}

/** The group of an API version: `apps` of `apps/v1`, "" of `v1`. */
export const groupOf = (apiVersion: string): string => {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
};

/** The version of an API version: `v1` of `apps/v1` and of `v1`. */
export const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf("/") + 1);

/** The ref of an object. Its namespace is taken as written: normalise first. */
export const refOf = (object: KubeObject): ObjectRef => ({
  group: groupOf(object.apiVersion),
  kind: object.kind,
  namespace: object.metadata.namespace ?? "",
  name: object.metadata.name,
});

/** The key of a ref, unique among all objects of a cluster. */
export const keyOfRef = (ref: ObjectRef): ObjectKey => `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`;

/** The key of an object. */
export const keyOf = (object: KubeObject): ObjectKey => keyOfRef(refOf(object));

/** The ref that a key stands for; the inverse of `keyOfRef`. */
export const parseKey = (key: ObjectKey): ObjectRef => {
  const [group = "", kind = "", namespace = "", ...name] = key.split("/");
  return { group, kind, namespace, name: name.join("/") };
};

/** A ref as people read it: `Deployment shop/api`, `apps/Deployment` being said only where the group is not built in. */
export const formatRef = (ref: ObjectRef): string => {
  const kind = ref.group.includes(".") && !ref.group.endsWith(".k8s.io") ? `${ref.kind}.${ref.group}` : ref.kind;
  return ref.namespace === "" ? `${kind} ${ref.name}` : `${kind} ${ref.namespace}/${ref.name}`;
};
