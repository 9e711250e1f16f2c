// Databases and queues.
// Sources: the status types of each operator, named at its group; argo-cd, resource_customizations of the same groups
import { type Condition, conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { at, countAt, isTrueAt, listAt, numberAt, textAt } from "../read.ts";
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
  // "CouldNotGetStatefulSet" and its like: not unknown yet, but not to be known.
  const lost = [available, all].find((condition) => condition?.status === "Unknown" && condition.reason.startsWith("CouldNot"));
  if (lost) return degraded(describeCondition(lost));
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

const assessMySql: Rule = (cluster) => {
  const status = textAt(cluster, "status", "cluster", "status");
  const message = `${status}: ${countAt(cluster, "status", "cluster", "onlineInstances")} of ${numberAt(cluster, "spec", "instances") ?? 1} online`;
  if (status === "ONLINE") return healthy(message);
  return /^(?:ONLINE_PARTIAL|ONLINE_UNCERTAIN|OFFLINE|NO_QUORUM|SPLIT_BRAIN|INVALID|UNKNOWN)$/.test(status)
    ? degraded(message)
    : progressing(status === "" ? "Waits to be set up" : message);
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
};
