// The order in which kinds are applied, and its reverse in which they are deleted.
import type { KubeObject, ObjectRef } from "../object/object.ts";
import { groupOf } from "../object/object.ts";

/**
 * Kinds in the order of their needs.
 *
 * Source: Helm's install order, helm/helm pkg/release/util/kind_sorter.go @v4.0.0; webhooks last is ours, since a webhook whose
 * backend is not up yet refuses everything that comes after it.
 */
const groups: readonly (readonly string[])[] = [
  [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "Service",
  ],
  ["DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment", "HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob"],
  ["IngressClass", "Ingress", "APIService"],
  ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
];

/** Custom resources and kinds that nobody listed go between the workloads that may serve them and the webhooks. */
const otherKinds = { group: 2, position: 1000 };

const positions: ReadonlyMap<string, { readonly group: number; readonly position: number }> = new Map(
  groups.flatMap((kinds, group) => kinds.map((kind, position) => [kind, { group, position }] as const)),
);

const isBuiltIn = (group: string): boolean => !group.includes(".") || group.endsWith(".k8s.io");

const rankOf = (ref: ObjectRef) => (isBuiltIn(ref.group) ? (positions.get(ref.kind) ?? otherKinds) : otherKinds);

/** The barrier group of an object: objects of a lower group are applied before those of a higher one. 0 to 3. */
export const rankGroup = (ref: ObjectRef): number => rankOf(ref).group;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Total order of objects inside a wave: by kind's rank, then kind, group, namespace and name. */
export const compareRefs = (a: ObjectRef, b: ObjectRef): number => {
  const left = rankOf(a);
  const right = rankOf(b);
  return (
    left.group - right.group ||
    left.position - right.position ||
    compareText(a.kind, b.kind) ||
    compareText(a.group, b.group) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.name, b.name)
  );
};

/** Whether other objects of a set may need this one before the API server takes them: CRDs, Namespaces, cluster roles. */
export const isDefinition = (object: KubeObject | ObjectRef): boolean => {
  const group = "apiVersion" in object ? groupOf(object.apiVersion) : object.group;
  return (
    (object.kind === "CustomResourceDefinition" && group === "apiextensions.k8s.io") ||
    (object.kind === "Namespace" && group === "") ||
    (object.kind === "ClusterRole" && group === "rbac.authorization.k8s.io")
  );
};
