// Metrics, dashboards, alerts.
// Sources: the status types of each operator, named at its group; argo-cd, resource_customizations of the same groups
import { conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { at, isBlank, isTrueAt, listAt, textAt, textOf } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, suspended } from "../verdict.ts";
import { createPhaseRule, forKinds } from "./shapes.ts";

/** Prometheus and its siblings: a few Pods missing is a rollout, none at all a failure. */
const assessPrometheus: Rule = (object) => {
  const conditions = conditionsOf(object);
  const [available, reconciled] = [findCondition(conditions, "Available"), findCondition(conditions, "Reconciled")];
  if (isFalse(reconciled)) return degraded(describeCondition(reconciled));
  if (!available) return progressing("Waits for its first report");
  if (isTrue(available)) return healthy(describeCondition(available));
  const isPartial = available.reason === "SomePodsNotReady" || available.status === "Unknown" || available.status === "Degraded";
  return (isPartial ? progressing : degraded)(describeCondition(available));
};

/** A metric nobody asks for is not active. */
const assessDatadogMetric: Rule = (object) => {
  const conditions = conditionsOf(object);
  const error = findCondition(conditions, "Error");
  if (isTrue(error)) return degraded(describeCondition(error));
  const active = findCondition(conditions, "Active");
  if (isFalse(active)) return suspended("Not active: no autoscaler asks for it");
  return isTrue(active) ? healthy("Active") : progressing("Waits for its first value");
};

const assessDatasource: Rule = (object) => {
  if (isTrueAt(object, "status", "NoMatchingInstances")) return degraded("No Grafana instance matches its selector");
  return undefined;
};

/** Stages run one after the other, each with a status of its own. */
const assessGrafana: Rule = (object) => {
  const [stage, result] = [textAt(object, "status", "stage"), textAt(object, "status", "stageStatus")];
  if (stage === "") return undefined;
  if (result === "failed") return degraded(`Failed at the stage ${stage}: ${textAt(object, "status", "lastMessage")}`);
  return stage === "complete" && result === "success" ? healthy("Complete") : progressing(`At the stage ${stage}`);
};

const assessAnalysis: Rule = (object) => {
  if (textAt(object, "status", "state") !== "Completed") return progressing(textAt(object, "status", "state") || "Waits to be run");
  const isWell = isTrueAt(object, "status", "pass") || isTrueAt(object, "status", "warning");
  return isWell
    ? healthy(isTrueAt(object, "status", "warning") ? "Passed with warnings" : "Passed")
    : degraded("The analysis did not pass");
};

const assessMetric: Rule = (object) => {
  const error = textAt(object, "status", "errMsg");
  if (error !== "") return degraded(error);
  return textAt(object, "status", "value") === "" ? progressing("Waits for its first value") : healthy("Has a value");
};

const assessServiceLevel: Rule = (object) => {
  if (isBlank(object["status"])) return progressing("Waits for its rules to be generated");
  return isTrueAt(object, "status", "promOpRulesGenerated") ? healthy("Rules generated") : degraded("Its rules could not be generated");
};

/** The collector keeps the counts of its workload as one text: `1/1`. */
const assessCollector: Rule = (object) => {
  const [ready = "", wanted = ""] = textAt(object, "status", "scale", "statusReplicas").split("/");
  if (textAt(object, "spec", "mode") === "sidecar") return healthy("Injected where Pods ask for it");
  if (at(object, "status") === undefined || ready === "" || wanted === "") return undefined;
  return Number(ready) < Number(wanted) ? progressing(`${ready} of ${wanted} ready`) : healthy(`${ready} of ${wanted} ready`);
};

/** Flows and outputs of the logging operator are active or have problems. */
const assessLogging: Rule = (object) => {
  const problems = listAt(object, "status", "problems").map(textOf);
  if (problems.length > 0) return degraded(problems.join("; "));
  return isTrueAt(object, "status", "active") ? healthy("Active") : progressing("Waits to be taken up");
};

const victoria = createPhaseRule("updateStatus", {
  Healthy: "operational",
  Progressing: "expanding",
  Degraded: "failed",
  Suspended: "paused",
});

export const observabilityRules: RuleTable = {
  // prometheus-operator, pkg/apis/monitoring/v1/types.go
  "monitoring.coreos.com": forKinds("Prometheus PrometheusAgent Alertmanager ThanosRuler", assessPrometheus),
  // DataDog/datadog-operator
  "datadoghq.com": { DatadogMetric: assessDatadogMetric },
  "grafana.integreatly.org": { Grafana: assessGrafana, GrafanaDatasource: assessDatasource },
  "metrics.keptn.sh": { Analysis: assessAnalysis, KeptnMetric: assessMetric },
  // slok/sloth, pkg/kubernetes/api/sloth/v1
  "sloth.slok.dev": { PrometheusServiceLevel: assessServiceLevel },
  // kube-logging/logging-operator, pkg/sdk/logging/api/v1beta1
  "logging.banzaicloud.io": forKinds("Flow ClusterFlow Output ClusterOutput", assessLogging),
  "opentelemetry.io": { OpenTelemetryCollector: assessCollector },
  "operator.victoriametrics.com": forKinds("VMAgent VMCluster VMSingle VMAlert VMAlertmanager VMAuth", victoria),
};
