// What extends or guards the API server: definitions, aggregated APIs, webhooks, disruption budgets, roles, classes.
// Sources: kubernetes, apiextensions/v1 and apiregistration/v1 types; argo-cd, health_apiservice.go and resource_customizations/{apiextensions.k8s.io,policy}
import { assessStored } from "../common.ts";
import { conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { countAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing } from "../verdict.ts";

const assessDefinition: Rule = (definition) => {
  const conditions = conditionsOf(definition);
  if (conditions.length === 0) return progressing("Waits to be taken up by the API server");
  const terminating = findCondition(conditions, "Terminating");
  if (isTrue(terminating)) return progressing(`Being deleted: ${describeCondition(terminating)}`);
  const names = findCondition(conditions, "NamesAccepted");
  if (isFalse(names)) return degraded(`Its names are not accepted: ${describeCondition(names)}`);
  const established = findCondition(conditions, "Established");
  if (!established) return progressing("Waits to be established");
  if (!isTrue(established)) {
    return established.reason === "Installing" ? progressing("Being installed") : degraded(`Not served: ${describeCondition(established)}`);
  }
  const loose = findCondition(conditions, "NonStructuralSchema");
  return isTrue(loose) ? degraded(`Its schema is not structural: ${describeCondition(loose)}`) : healthy("Served");
};

const assessApiService: Rule = (service) => {
  const available = findCondition(conditionsOf(service), "Available");
  if (!available) return progressing("Waits to be looked at");
  return isTrue(available) ? healthy("Available") : progressing(describeCondition(available));
};

const assessDisruptionBudget: Rule = (budget) => {
  const allowed = findCondition(conditionsOf(budget), "DisruptionAllowed");
  const [current, desired] = [countAt(budget, "status", "currentHealthy"), countAt(budget, "status", "desiredHealthy")];
  if (!allowed && countAt(budget, "status", "observedGeneration") === 0) return progressing("Waits to be looked at");
  if (allowed?.reason === "SyncFailed") return degraded(describeCondition(allowed));
  return healthy(`${countAt(budget, "status", "disruptionsAllowed")} disruptions allowed; ${current} of ${desired} needed Pods healthy`);
};

/** Configuration of the API server itself. */
const stored = { "*": assessStored };

export const clusterRules: RuleTable = {
  "apiextensions.k8s.io": { CustomResourceDefinition: assessDefinition },
  "apiregistration.k8s.io": { APIService: assessApiService },
  policy: { PodDisruptionBudget: assessDisruptionBudget },
  "admissionregistration.k8s.io": stored,
  "rbac.authorization.k8s.io": stored,
  "scheduling.k8s.io": stored,
  "node.k8s.io": stored,
  "storage.k8s.io": stored,
  "coordination.k8s.io": stored,
  "discovery.k8s.io": stored,
  "events.k8s.io": stored,
};
