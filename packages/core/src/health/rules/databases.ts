// Databases, caches, queues and storage.
// Sources: the status types of each operator, named at its group; argo-cd, resource_customizations of the same groups
import { type Condition, conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { at, countAt, fieldsAt, isTrueAt, listAt, numberAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, type Health, healthy, progressing, suspended, unknown } from "../verdict.ts";
import { createPhaseRule, forKinds } from "./shapes.ts";

/** ready of size: the counts that Percona's operators keep. */
const nodesOf = (object: unknown): string => `${countAt(object, "status", "ready")} of ${countAt(object, "status", "size")} nodes ready`;

/** Percona: the state in a word, explained by the counts. A word that nobody knows means Unknown, and so does a pause of XtraDB: nothing answers. */
const createPerconaRule = (words: Parameters<typeof createPhaseRule>[1]): Rule => {
  const byState = createPhaseRule("state", words, "Unknown");
  return (object) => {
    if (at(object, "status") === undefined) return undefined;
    const state = textAt(object, "status", "state");
    const verdict: Health | undefined = state === "" && at(object, "status", "state") !== undefined ? unknown("") : byState(object);
    const said = listAt(object, "status", "message").map(String).join("; ");
    return verdict && { status: verdict.status, message: [state, nodesOf(object), said].filter((part) => part !== "").join(", ") };
  };
};

/** CloudNativePG says in a sentence what it does; failing over is the one that is not calm. */
const assessCloudNative: Rule = (cluster) => {
  if (
    isTrueAt(cluster, "metadata", "annotations", "cnpg.io/hibernation") ||
    textAt(cluster, "metadata", "annotations", "cnpg.io/hibernation") === "on"
  )
    return isTrue(findCondition(conditionsOf(cluster), "cnpg.io/hibernation")) ? suspended("Hibernated") : progressing("Being hibernated");
  if (textAt(cluster, "metadata", "annotations", "cnpg.io/reconciliationLoop") === "disabled")
    return suspended("Reconciliation is switched off");
  const phase = textAt(cluster, "status", "phase");
  const message = textAt(cluster, "status", "phaseReason") || phase;
  if (phase === "Cluster in healthy state") return healthy(phase);
  if (
    /^(?:Failing over|Upgrade failed|Waiting for user action|Switchover.*fail|Unable|Not enough disk|Cluster.*unrecoverable|Cluster cannot|.*[Ee]rror)/.test(
      phase,
    )
  )
    return degraded(message);
  return progressing(message || "Waits to be set up");
};

const assessRabbit: Rule = (cluster) => {
  const conditions = conditionsOf(cluster);
  if (conditions.length === 0) return progressing("Waits for the cluster to be formed");
  const success = findCondition(conditions, "ReconcileSuccess");
  if (success && isFalse(success)) return degraded(describeCondition(success));
  const [available, all] = [findCondition(conditions, "ClusterAvailable"), findCondition(conditions, "AllReplicasReady")];
  const open = [available, all].find((condition) => !isTrue(condition));
  return open || !available
    ? progressing(describeCondition(open) || "Waits for the cluster to be formed")
    : healthy("All replicas are ready");
};

/** Crunchy Postgres counts the Pods of each set of instances. */
const assessCrunchy: Rule = (cluster) => {
  const sets = listAt(cluster, "status", "instances");
  if (isTrueAt(cluster, "spec", "shutdown")) return suspended("Shut down by .spec.shutdown");
  if (sets.length === 0) return progressing("Waits for its instances");
  const open = sets.find((set) => countAt(set, "readyReplicas") < countAt(set, "replicas"));
  return open
    ? progressing(`Instance set ${textAt(open, "name")}: ${countAt(open, "readyReplicas")} of ${countAt(open, "replicas")} ready`)
    : healthy("All instances are ready");
};

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

const assessMySql: Rule = (cluster) => {
  const status = textAt(cluster, "status", "cluster", "status");
  const message = `${status}: ${countAt(cluster, "status", "cluster", "onlineInstances")} of ${numberAt(cluster, "spec", "instances") ?? 1} online`;
  if (status === "ONLINE") return healthy(message);
  return /^(?:ONLINE_PARTIAL|ONLINE_UNCERTAIN|OFFLINE|NO_QUORUM|SPLIT_BRAIN|INVALID|UNKNOWN)$/.test(status)
    ? degraded(message)
    : progressing(status === "" ? "Waits to be set up" : message);
};

/** Trident: a back end that could not be set up has no phase, and a last operation that failed. */
const assessTrident: Rule = (object) => {
  if (textAt(object, "status", "lastOperationStatus") === "Failed")
    return degraded(textAt(object, "status", "message") || "The last operation failed");
  return undefined;
};

const isReadyAgain = ({ reason }: Condition): boolean =>
  /Not(?:Ready|Complete)$/.test(reason) || /^(?:Updat|Restor|Initializ|Pending|Stor|Resiz|Switch|Suspend)/.test(reason);

/** MariaDB: an instance that is not ready yet gives the reason that its StatefulSet is not. */
const assessMariaDb: Rule = (database) => {
  const ready = findCondition(conditionsOf(database), "Ready");
  if (!ready) return progressing("Waits for its first report");
  if (isTrue(ready)) return healthy(describeCondition(ready));
  return isReadyAgain(ready) ? progressing(describeCondition(ready)) : degraded(describeCondition(ready));
};

const ceph = createPhaseRule("phase", {
  Healthy: "Ready|Connected",
  Progressing: "Pending|Progressing|Connecting|Deleting",
  Degraded: "Failure|Error|ReconcileFailed",
});

export const databaseRules: RuleTable = {
  "pxc.percona.com": {
    PerconaXtraDBCluster: createPerconaRule({
      Healthy: "ready",
      Progressing: "initializing",
      Degraded: "error|stopping",
      Unknown: "paused",
    }),
  },
  "psmdb.percona.com": {
    PerconaServerMongoDB: createPerconaRule({
      Healthy: "ready",
      Progressing: "initializing|stopping",
      Degraded: "error",
      Suspended: "paused",
    }),
  },
  // zalando/postgres-operator, pkg/apis/acid.zalan.do/v1/const.go
  "acid.zalan.do": {
    postgresql: createPhaseRule("PostgresClusterStatus", { Healthy: "Running", Progressing: "Creating|Updating" }, "Degraded"),
  },
  // cloudnative-pg, api/v1/cluster_types.go
  "postgresql.cnpg.io": { Cluster: assessCloudNative },
  "postgresql.k8s.enterprisedb.io": { Cluster: assessCloudNative },
  // mongodb-kubernetes, api/v1/status/phase.go
  "mongodb.com": forKinds(
    "MongoDB MongoDBMultiCluster MongoDBOpsManager MongoDBUser",
    createPhaseRule("phase", {
      Healthy: "Running|Updated",
      Progressing: "Pending|Reconciling",
      Degraded: "Failed|Unsupported",
      Suspended: "Disabled",
    }),
  ),
  "mongodbcommunity.mongodb.com": {
    MongoDBCommunity: createPhaseRule("phase", { Healthy: "Running", Progressing: "Pending", Degraded: "Failed" }),
  },
  "rabbitmq.com": { RabbitmqCluster: assessRabbit },
  "postgres-operator.crunchydata.com": { PostgresCluster: assessCrunchy },
  "mysql.oracle.com": { InnoDBCluster: assessMySql },
  "k8s.mariadb.com": { MariaDB: assessMariaDb },
  "ceph.rook.io": {
    CephCluster: assessCeph,
    ...forKinds("CephObjectStore CephBlockPool CephFilesystem CephObjectStoreUser CephFilesystemSubVolumeGroup CephClient", ceph),
  },
  "minio.min.io": { Tenant: createPhaseRule("currentState", { Healthy: "Initialized", Degraded: minioFaults }, "Progressing") },
  "longhorn.io": { Volume: assessLonghornVolume },
  "trident.netapp.io": { TridentBackendConfig: assessTrident },
};
