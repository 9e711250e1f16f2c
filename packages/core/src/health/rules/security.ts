// Secrets, certificates, policies.
// Sources: the status types of each operator, named at its group; argo-cd, resource_customizations of the same groups
import { type Condition, conditionsOf, describeCondition, findCondition, isFalse, isTrue } from "../conditions.ts";
import { isTrueAt, listAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, suspended } from "../verdict.ts";
import { assessNoStatus, createConditionRule, createPauseRule, createPhaseRule, firstOf, forKinds } from "./shapes.ts";

/** SopsSecret has no conditions: its message is "Healthy", or what is wrong. */
const assessSops: Rule = firstOf(createPauseRule("suspend"), (object) => {
  const message = textAt(object, "status", "message");
  if (message === "") return progressing("Waits to be decrypted");
  return message === "Healthy" ? healthy("Decrypted") : degraded(message);
});

/** A template is in force when every Pod of Gatekeeper has compiled it. */
const assessTemplate: Rule = (template) => {
  const errors = listAt(template, "status", "byPod").flatMap((pod) => listAt(pod, "errors"));
  if (errors.length > 0) return degraded(textAt(errors[0], "message") || "A Pod of Gatekeeper cannot compile it");
  return isTrueAt(template, "status", "created") ? healthy("Compiled") : progressing("Waits to be compiled");
};

const assessConstraint: Rule = (constraint) => {
  const pods = listAt(constraint, "status", "byPod");
  const failed = pods.find((pod) => listAt(pod, "errors").length > 0);
  if (failed) return degraded(textAt(listAt(failed, "errors")[0], "message") || "A Pod of Gatekeeper cannot enforce it");
  if (pods.length === 0) return progressing("Waits to be enforced");
  const violations = textAt(constraint, "status", "totalViolations");
  return violations === "" || violations === "0" ? healthy("Enforced") : degraded(`${violations} objects violate it`);
};

/** Kyverno's newer policies: ready when webhook, permissions and cache are. */
const assessKyverno: Rule = (policy) => {
  const conditions = conditionsOf(policy, "status", "conditionStatus", "conditions");
  const failed = conditions.find(isFalse);
  if (failed) return degraded(describeCondition(failed));
  if (isTrueAt(policy, "status", "conditionStatus", "ready")) return healthy("Ready");
  return conditions.length === 0 ? undefined : progressing(textAt(policy, "status", "conditionStatus", "message") || "Waits to be ready");
};

/** One condition that succeeds and one that fails; the one that is True speaks. */
const assessPair: Rule = (object) => {
  const conditions = conditionsOf(object);
  const find = (pattern: RegExp): Condition | undefined =>
    conditions.find((condition) => pattern.test(condition.type) && isTrue(condition));
  const failed = find(/^Reconcile(?:Error|Failed)$/);
  if (failed) return degraded(describeCondition(failed));
  const done = find(/^Reconcile(?:Success|Successful)$/);
  if (done) return healthy(describeCondition(done));
  return conditions.some(isFalse) || conditions.length === 0 ? progressing("Waits to be reconciled") : undefined;
};

/** HashiCorp's Vault operator: most kinds say whether they are valid, and why not. */
const assessVault: Rule = (object) => {
  const error = textAt(object, "status", "error");
  const valid = textAt(object, "status", "valid");
  if (error !== "" || valid === "false") return degraded(error || "Not valid");
  return valid === "true" ? healthy("Valid") : undefined;
};

/** Both conditions may be True together where a secret reached some namespaces and then all. */
const assessClusterExternalSecret: Rule = (object) => {
  const conditions = conditionsOf(object);
  if (conditions.length === 0) return progressing("Waits to be looked at");
  const ready = findCondition(conditions, "Ready");
  if (isTrue(ready)) return healthy(ready?.message || "In every namespace");
  const failed = conditions.find(
    (condition) => isTrue(condition) && (condition.type === "NotReady" || condition.type === "PartiallyReady"),
  );
  return degraded(describeCondition(failed ?? ready));
};

const assessKeycloak: Rule = (object) => {
  const conditions = conditionsOf(object);
  const errors = findCondition(conditions, "HasErrors");
  if (isTrue(errors)) return degraded(describeCondition(errors));
  const done = findCondition(conditions, "Ready") ?? findCondition(conditions, "Done");
  return isTrue(done) ? healthy(describeCondition(done)) : progressing(describeCondition(done) || "Waits for its first report");
};

/** The first operator for Keycloak says "reconciling" for good once it has begun; `ready` is what changes. */
const assessOldKeycloak: Rule = (object) => {
  if (textAt(object, "status", "phase") === "failing") return degraded(textAt(object, "status", "message") || "It cannot be reconciled");
  return isTrueAt(object, "status", "ready") ? healthy("Ready") : progressing(textAt(object, "status", "message") || "Waits to be ready");
};

/** EDP's operators: a word, and a count of failures beside it. */
const assessEdp: Rule = (object) => {
  const value = textAt(object, "status", "value") || textAt(object, "status", "status");
  if (value === "") return undefined;
  if (/^(?:OK|success\w*|created|active|reconciled)$/i.test(value)) return healthy(value);
  return /^(?:initialized|in_?progress|pending|creating)$/i.test(value)
    ? progressing(value)
    : degraded(textAt(object, "status", "detailedMessage") || value);
};

export const securityRules: RuleTable = {
  // bitnami-labs/sealed-secrets, pkg/apis/sealedsecrets/v1alpha1
  "bitnami.com": { SealedSecret: createConditionRule("Synced") },
  // isindir/sops-secrets-operator
  "isindir.github.com": { SopsSecret: assessSops },
  "external-secrets.io": { ClusterExternalSecret: assessClusterExternalSecret },
  // open-policy-agent/frameworks, constraint/pkg/apis/templates/v1
  "templates.gatekeeper.sh": { ConstraintTemplate: assessTemplate },
  "constraints.gatekeeper.sh": { "*": assessConstraint },
  // kyverno, api/policies.kyverno.io
  "policies.kyverno.io": { "*": assessKyverno },
  // redhat-cop/vault-config-operator, redhat-cop/namespace-configuration-operator
  "redhatcop.redhat.io": { "*": assessPair },
  // hashicorp/vault-secrets-operator, api/v1beta1
  "secrets.hashicorp.com": { "*": assessVault },
  // keycloak/keycloak, operator
  "k8s.keycloak.org": { "*": assessKeycloak },
  "keycloak.org": { "*": assessOldKeycloak },
  "v1.edp.epam.com": { "*": firstOf(assessNoStatus, assessEdp) },
  // cert-manager, pkg/apis/acme/v1
  "acme.cert-manager.io": forKinds(
    "Order Challenge",
    createPhaseRule("state", { Healthy: "valid|ready", Progressing: "pending|processing|unknown", Degraded: "invalid|expired|errored" }),
  ),
  "trust.cert-manager.io": { Bundle: createConditionRule("Synced") },
  // 3scale, pkg/apis/capabilities: an account or a user that waits for a person
  "capabilities.3scale.net": {
    "*": (object) => {
      const waiting = findCondition(conditionsOf(object), "Waiting");
      return isTrue(waiting) ? suspended(describeCondition(waiting)) : undefined;
    },
  },
};
