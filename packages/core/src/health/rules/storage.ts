// Storage.
// Sources: rook, pkg/apis/ceph.rook.io/v1/types.go; minio/operator, pkg/controller; longhorn, k8s/pkg/apis/longhorn/v1beta2; trident, persistent_store/crd;
//   argo-cd, resource_customizations/{ceph.rook.io,minio.min.io}
import { fieldsAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing } from "../verdict.ts";
import { createPhaseRule, forKinds } from "./shapes.ts";

const assessCeph: Rule = (cluster) => {
  const ceph = textAt(cluster, "status", "ceph", "health");
  const state = textAt(cluster, "status", "state") || textAt(cluster, "status", "phase");
  const causes = Object.values(fieldsAt(cluster, "status", "ceph", "details"))
    .map((detail) => textAt(detail, "message"))
    .join("; ");
  const message = [ceph === "" ? state : ceph, causes, textAt(cluster, "status", "message")].filter((part) => part !== "").join(": ");
  if (ceph === "HEALTH_ERR" || ceph === "HEALTH_WARN" || state === "Error") return degraded(message);
  return ceph === "HEALTH_OK" && (state === "Created" || state === "Connected" || state === "Ready")
    ? healthy(message)
    : progressing(message || "Waits for its first report");
};

/** MinIO speaks in sentences; these are the ones it cannot leave by itself. */
const minioFaults =
  "Statefulset not controlled by operator|Another MinIO Tenant already exists in the namespace|Tenant credentials are not set properly|Different versions across MinIO Pools|Pool Decommissioning Not Allowed";

/** Longhorn: a volume that nobody has mounted is detached, and says nothing about its robustness. */
const assessLonghornVolume: Rule = (volume) => {
  const [state, robustness] = [textAt(volume, "status", "state"), textAt(volume, "status", "robustness")];
  if (robustness === "degraded" || robustness === "faulted") return degraded(`The volume is ${state} and ${robustness}`);
  if (state === "attached" && robustness === "healthy") return healthy("Attached and healthy");
  return state === "detached" ? healthy("Detached") : progressing(state || "Waits to be created");
};

/** Trident: a back end that could not be set up has no phase, and a last operation that failed. */
const assessTrident: Rule = (object) => {
  if (textAt(object, "status", "lastOperationStatus") === "Failed")
    return degraded(textAt(object, "status", "message") || "The last operation failed");
  return undefined;
};

const ceph = createPhaseRule("phase", {
  Healthy: "Ready|Connected",
  Progressing: "Pending|Progressing|Connecting|Deleting",
  Degraded: "Failure|Error|ReconcileFailed",
});

export const storageRules: RuleTable = {
  "ceph.rook.io": {
    CephCluster: assessCeph,
    ...forKinds("CephObjectStore CephBlockPool CephFilesystem CephObjectStoreUser CephFilesystemSubVolumeGroup CephClient", ceph),
  },
  "minio.min.io": { Tenant: createPhaseRule("currentState", { Healthy: "Initialized", Degraded: minioFaults }, "Progressing") },
  "longhorn.io": { Volume: assessLonghornVolume },
  "trident.netapp.io": { TridentBackendConfig: assessTrident },
};
