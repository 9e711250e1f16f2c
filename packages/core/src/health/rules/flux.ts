// Flux, and controllers built with its conditions.
// Sources: fluxcd/pkg, apis/meta/conditions.go; argo-cd, resource_customizations/{helm,kustomize,source,image,notification}.toolkit.fluxcd.io
import { assessStored } from "../common.ts";
import { conditionsOf, describeCondition, findCondition, isTrue } from "../conditions.ts";
import { isBlank, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing } from "../verdict.ts";
import { createConditionRule, createFailureRule, createPauseRule, firstOf } from "./shapes.ts";

/** Ready decides. `Reconciling` beside `Ready=False` means that it tries again, so that is no reason to wait calmly. */
const assessFlux: Rule = firstOf(createPauseRule("suspend"), createFailureRule("Stalled"), createConditionRule("Ready"));

/** An OCI repository of charts and, since v1beta3, providers and alerts are plain configuration: nothing reports on them. */
const assessStatic: Rule = (object) => (isBlank(object["status"]) ? assessStored(object) : assessFlux(object));

const assessHelmRepository: Rule = (object) =>
  textAt(object, "spec", "type") === "oci" ? (createPauseRule("suspend")(object) ?? assessStatic(object)) : assessFlux(object);

const isStaticVersion = (apiVersion: string): boolean => apiVersion.endsWith("/v1beta3") || apiVersion.endsWith("/v1");

const assessNotification: Rule = (object) =>
  isStaticVersion(object.apiVersion) ? (createPauseRule("suspend")(object) ?? assessStatic(object)) : assessFlux(object);

/** Canary phases of Flagger. */
const canaryWords: Readonly<Record<string, (message: string) => ReturnType<Rule>>> = {
  Initialized: healthy,
  Succeeded: healthy,
  Failed: degraded,
  Terminated: degraded,
};

const assessCanary: Rule = (canary) => {
  const phase = textAt(canary, "status", "phase");
  const promoted = describeCondition(findCondition(conditionsOf(canary), "Promoted"));
  const verdict = canaryWords[phase] ?? progressing;
  return verdict(promoted || phase || "Waits to be initialized");
};

/** Tofu-controller: a plan that waits for an approval is Ready=Unknown. */
const assessTerraform: Rule = (object) => {
  const plan = findCondition(conditionsOf(object), "Plan");
  return assessFlux(object) ?? (isTrue(plan) ? progressing(describeCondition(plan)) : undefined);
};

export const fluxRules: RuleTable = {
  "*.toolkit.fluxcd.io": { "*": assessFlux },
  "source.toolkit.fluxcd.io": { HelmRepository: assessHelmRepository, "*": assessFlux },
  "notification.toolkit.fluxcd.io": { Alert: assessNotification, Provider: assessNotification, "*": assessFlux },
  "fluxcd.controlplane.io": { "*": assessFlux },
  "infra.contrib.fluxcd.io": { Terraform: assessTerraform },
  "flagger.app": { Canary: assessCanary },
};
