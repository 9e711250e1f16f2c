// OpenShift and Open Cluster Management.
// Sources: openshift/api (apps, route, operator, operators types); open-cluster-management.io/docs; argo-cd, resource_customizations/{apps,route,operator}.openshift.io, operators.coreos.com, policy.open-cluster-management.io
import { type Condition, conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { at, countAt, isTrueAt, listAt, numberAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, suspended, worstHealth } from "../verdict.ts";
import { createPhaseRule } from "./shapes.ts";

const assessDeploymentConfig: Rule = (object) => {
  const conditions = conditionsOf(object);
  if (conditions.length === 0) return progressing("Waits for its first rollout");
  const progress = findCondition(conditions, "Progressing");
  const available = findCondition(conditions, "Available");
  const isRolledOut = isTrue(progress) && progress?.reason === "NewReplicationControllerAvailable";
  if (countAt(object, "status", "replicas") === 0 || (isRolledOut && isTrue(available))) return healthy("Rolled out");
  if (isRolledOut || isTrue(available)) return progressing("Waits for Pods to run");
  return degraded(describeCondition(progress) || describeCondition(available));
};

/** A Route is judged by each router that serves it. */
const assessRoute: Rule = (route) => {
  const verdicts = listAt(route, "status", "ingress").map((ingress) => {
    const admitted = findCondition(conditionsOf(ingress, "conditions"), "Admitted");
    if (isTrue(admitted)) return healthy(`Admitted as ${textAt(ingress, "host")}`);
    return isFalse(admitted) ? degraded(describeCondition(admitted)) : progressing("Waits to be admitted");
  });
  return verdicts.length === 0 ? progressing("Waits for a router") : worstHealth(verdicts);
};

const assessIngressController: Rule = (object) => {
  const conditions = conditionsOf(object);
  const [bad, available] = [findCondition(conditions, "Degraded"), findCondition(conditions, "Available")];
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const have = countAt(object, "status", "availableReplicas");
  if (isTrue(bad)) return degraded(describeCondition(bad));
  if (!available || !bad) return progressing("Waits for a report on its availability");
  if (isFalse(available)) return degraded(describeCondition(available));
  return have < wanted ? progressing(`${have} of ${wanted} replicas available`) : healthy(`${have} of ${wanted} replicas available`);
};

/** An upgrade that waits for a person's approval is what was asked for. A vanished install plan matters to nobody once it is done. */
const assessSubscription: Rule = (object) => {
  const conditions = conditionsOf(object);
  const found = (...types: readonly string[]): Condition | undefined =>
    conditions.find((condition) => types.includes(condition.type) && isTrue(condition));
  const failed = found("InstallPlanFailed", "CatalogSourcesUnhealthy", "ResolutionFailed");
  if (failed) return degraded(describeCondition(failed));
  const state = textAt(object, "status", "state");
  const [unpacking, pending] = [found("BundleUnpacking"), found("InstallPlanPending")];
  if (unpacking) return progressing(describeCondition(unpacking));
  const isManual = textAt(object, "spec", "installPlanApproval") === "Manual" || pending?.reason === "RequiresApproval";
  if (isManual && (state === "UpgradePending" || state === "UpgradeAvailable")) return healthy("An upgrade waits for an approval");
  if (pending) return progressing(describeCondition(pending));
  return state === "AtLatestKnown" ? healthy("At the latest version") : progressing(state || "Waits to be looked at");
};

/** Policies: what was evaluated may be an older spec. */
const assessCompliance: Rule = (policy) => {
  if (isTrueAt(policy, "spec", "disabled")) return suspended("The policy is disabled");
  const evaluated = numberAt(policy, "status", "lastEvaluatedGeneration");
  if (evaluated !== undefined && evaluated !== countAt(policy, "metadata", "generation"))
    return progressing("The latest change has not been evaluated yet");
  const compliant = textAt(policy, "status", "compliant");
  // A policy that is placed, and finds nobody there, reports on nobody.
  const isPlaced = listAt(policy, "status", "placement").length > 0;
  if (compliant === "" && isPlaced && at(policy, "status", "status") === undefined) return healthy("No cluster matches it");
  if (compliant === "") return progressing("Waits to be evaluated");
  if (compliant === "Compliant") return healthy("Compliant");
  if (compliant === "Pending") return progressing("Waits for what it depends on");
  const clusters = listAt(policy, "status", "status")
    .filter((cluster) => textAt(cluster, "compliant") === "NonCompliant")
    .map((cluster) => textAt(cluster, "clustername"));
  return degraded(clusters.length > 0 ? `Not compliant on ${clusters.join(", ")}` : compliant);
};

const assessClusterDeployment: Rule = (object) => {
  const failed = conditionsOf(object).find((condition) => isTrue(condition) && /(?:Failed|Failure|Failing|NotFound)$/.test(condition.type));
  if (failed) return degraded(describeCondition(failed));
  if (textAt(object, "spec", "powerState") === "Hibernating") return suspended("The cluster hibernates");
  return at(object, "spec", "installed") === true ? healthy("Installed") : progressing("Being installed");
};

export const openshiftRules: RuleTable = {
  "apps.openshift.io": { DeploymentConfig: assessDeploymentConfig },
  "route.openshift.io": { Route: assessRoute },
  "operator.openshift.io": { IngressController: assessIngressController },
  "operators.coreos.com": { Subscription: assessSubscription },
  "policy.open-cluster-management.io": {
    Policy: assessCompliance,
    PolicySet: assessCompliance,
    ConfigurationPolicy: assessCompliance,
    CertificatePolicy: assessCompliance,
    OperatorPolicy: assessCompliance,
    IamPolicy: assessCompliance,
  },
  "hive.openshift.io": { ClusterDeployment: assessClusterDeployment },
  "build.openshift.io": {
    Build: createPhaseRule("phase", { Healthy: "Complete", Progressing: "New|Pending|Running", Degraded: "Failed|Error|Cancelled" }),
  },
};
