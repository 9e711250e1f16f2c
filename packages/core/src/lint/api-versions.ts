// API versions that go or have gone.
// Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/ and the `lifecycle` tags of k8s.io/api v0.37.2
import type { KubeObject } from "../object/object.ts";
import type { Schemas } from "./schema.ts";
import type { Remark } from "./types.ts";

interface Lifecycle {
  readonly kinds: readonly string[];
  /** Minor versions of Kubernetes 1. */
  readonly deprecated: number;
  readonly removed?: number;
  /** What to write instead; "" where nothing took its place. */
  readonly instead: string;
}

/** By API version. */
const lifecycles: Readonly<Record<string, readonly Lifecycle[]>> = {
  "extensions/v1beta1": [
    { kinds: ["Deployment", "DaemonSet", "ReplicaSet"], deprecated: 9, removed: 16, instead: "apps/v1" },
    { kinds: ["NetworkPolicy"], deprecated: 9, removed: 16, instead: "networking.k8s.io/v1" },
    { kinds: ["PodSecurityPolicy"], deprecated: 11, removed: 16, instead: "" },
    { kinds: ["Ingress"], deprecated: 14, removed: 22, instead: "networking.k8s.io/v1" },
  ],
  "apps/v1beta1": [{ kinds: ["Deployment", "StatefulSet", "ControllerRevision"], deprecated: 9, removed: 16, instead: "apps/v1" }],
  "apps/v1beta2": [
    {
      kinds: ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ControllerRevision"],
      deprecated: 9,
      removed: 16,
      instead: "apps/v1",
    },
  ],
  "admissionregistration.k8s.io/v1beta1": [
    {
      kinds: ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"],
      deprecated: 16,
      removed: 22,
      instead: "admissionregistration.k8s.io/v1",
    },
    {
      kinds: ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
      deprecated: 31,
      removed: 34,
      instead: "admissionregistration.k8s.io/v1",
    },
  ],
  "apiextensions.k8s.io/v1beta1": [
    { kinds: ["CustomResourceDefinition"], deprecated: 16, removed: 22, instead: "apiextensions.k8s.io/v1" },
  ],
  "apiregistration.k8s.io/v1beta1": [{ kinds: ["APIService"], deprecated: 19, removed: 22, instead: "apiregistration.k8s.io/v1" }],
  "autoscaling/v2beta1": [{ kinds: ["HorizontalPodAutoscaler"], deprecated: 22, removed: 25, instead: "autoscaling/v2" }],
  "autoscaling/v2beta2": [{ kinds: ["HorizontalPodAutoscaler"], deprecated: 23, removed: 26, instead: "autoscaling/v2" }],
  "batch/v1beta1": [{ kinds: ["CronJob"], deprecated: 21, removed: 25, instead: "batch/v1" }],
  "certificates.k8s.io/v1beta1": [{ kinds: ["CertificateSigningRequest"], deprecated: 19, removed: 22, instead: "certificates.k8s.io/v1" }],
  "coordination.k8s.io/v1beta1": [{ kinds: ["Lease"], deprecated: 19, removed: 22, instead: "coordination.k8s.io/v1" }],
  "discovery.k8s.io/v1beta1": [{ kinds: ["EndpointSlice"], deprecated: 21, removed: 25, instead: "discovery.k8s.io/v1" }],
  "events.k8s.io/v1beta1": [{ kinds: ["Event"], deprecated: 19, removed: 25, instead: "events.k8s.io/v1" }],
  "flowcontrol.apiserver.k8s.io/v1beta1": [
    { kinds: ["FlowSchema", "PriorityLevelConfiguration"], deprecated: 23, removed: 26, instead: "flowcontrol.apiserver.k8s.io/v1" },
  ],
  "flowcontrol.apiserver.k8s.io/v1beta2": [
    { kinds: ["FlowSchema", "PriorityLevelConfiguration"], deprecated: 26, removed: 29, instead: "flowcontrol.apiserver.k8s.io/v1" },
  ],
  "flowcontrol.apiserver.k8s.io/v1beta3": [
    { kinds: ["FlowSchema", "PriorityLevelConfiguration"], deprecated: 29, removed: 32, instead: "flowcontrol.apiserver.k8s.io/v1" },
  ],
  "networking.k8s.io/v1beta1": [{ kinds: ["Ingress", "IngressClass"], deprecated: 19, removed: 22, instead: "networking.k8s.io/v1" }],
  "node.k8s.io/v1beta1": [{ kinds: ["RuntimeClass"], deprecated: 20, removed: 25, instead: "node.k8s.io/v1" }],
  "policy/v1beta1": [
    { kinds: ["PodDisruptionBudget"], deprecated: 21, removed: 25, instead: "policy/v1" },
    { kinds: ["PodSecurityPolicy"], deprecated: 21, removed: 25, instead: "" },
  ],
  "rbac.authorization.k8s.io/v1beta1": [
    {
      kinds: ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
      deprecated: 17,
      removed: 22,
      instead: "rbac.authorization.k8s.io/v1",
    },
  ],
  "scheduling.k8s.io/v1beta1": [{ kinds: ["PriorityClass"], deprecated: 14, removed: 22, instead: "scheduling.k8s.io/v1" }],
  "storage.k8s.io/v1beta1": [
    { kinds: ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], deprecated: 19, removed: 22, instead: "storage.k8s.io/v1" },
    { kinds: ["CSIStorageCapacity"], deprecated: 24, removed: 27, instead: "storage.k8s.io/v1" },
  ],
  v1: [
    { kinds: ["Endpoints"], deprecated: 33, instead: "discovery.k8s.io/v1 EndpointSlice" },
    { kinds: ["ComponentStatus"], deprecated: 19, instead: "" },
  ],
};

/** The minor version of `1.37`, `v1.37.2` or `1.37.2-eks`; `undefined` for what is no version of Kubernetes 1. */
export const findMinor = (kubeVersion: string): number | undefined => {
  const [, minor] = /^v?1\.(\d+)(?:[.+-].*)?$/.exec(kubeVersion) ?? [];
  return minor === undefined ? undefined : Number(minor);
};

/** Whether an object's API version is served by a version of Kubernetes, and will be. Errors: none (total). */
export const checkApiVersion = ({ apiVersion, kind }: KubeObject, kubeVersion: string, schemas: Schemas): readonly Remark[] => {
  const minor = findMinor(kubeVersion) ?? Number.POSITIVE_INFINITY;
  const lifecycle = Object.hasOwn(lifecycles, apiVersion) ? lifecycles[apiVersion]?.find(({ kinds }) => kinds.includes(kind)) : undefined;
  if (lifecycle === undefined) return checkKnown(apiVersion, kind, schemas);
  const { deprecated, removed, instead } = lifecycle;
  const remedy =
    instead === ""
      ? "nothing took its place: remove the object"
      : `write ${instead}, and check the fields that changed in the migration guide`;
  const path = ["apiVersion"];
  if (removed !== undefined && minor >= removed)
    return [
      { rule: "removed-api", severity: "error", path, message: `${kind} in ${apiVersion} is gone since Kubernetes 1.${removed}`, remedy },
    ];
  if (minor < deprecated) return [];
  const end = removed === undefined ? "" : ` and goes in 1.${removed}`;
  return [
    {
      rule: "deprecated-api",
      severity: "warning",
      path,
      message: `${kind} in ${apiVersion} is deprecated since Kubernetes 1.${deprecated}${end}`,
      remedy,
    },
  ];
};

const checkKnown = (apiVersion: string, kind: string, { kinds }: Schemas): readonly Remark[] => {
  if (Object.hasOwn(kinds, `${apiVersion}/${kind}`)) return [];
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/") + 1) : "";
  const ofGroup = Object.keys(kinds).filter((key) => (group === "" ? key.split("/").length === 2 : key.startsWith(group)));
  // Not a group of Kubernetes: a custom kind, which only its cluster knows.
  if (ofGroup.length === 0) return [];
  const others = Object.keys(kinds)
    .filter((key) => key.endsWith(`/${kind}`))
    .map((key) => key.slice(0, -kind.length - 1));
  const remedy =
    others.length > 0
      ? `write ${others.join(" or ")}`
      : "correct apiVersion and kind; an alpha or beta API has to be switched on in the cluster";
  // Alpha and beta versions may be switched on, so nobody can say for sure.
  const isOpen = /v\d+(?:alpha|beta)\d+$/.test(apiVersion);
  return [
    {
      rule: "unknown-kind",
      severity: isOpen ? "warning" : "error",
      path: ["apiVersion"],
      message: `Kubernetes has no kind ${kind} in ${apiVersion}`,
      remedy,
    },
  ];
};
