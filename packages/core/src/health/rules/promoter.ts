// The GitOps Promoter: which commit runs in which environment.
// Sources: gitops-promoter.readthedocs.io/en/latest/crd-specs; argo-cd, resource_customizations/promoter.argoproj.io
import { conditionsOf } from "../conditions.ts";
import { at, countAt, listAt, textAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, type Health, healthy, type HealthStatus, progressing, worstHealth } from "../verdict.ts";
import { createConditionRule, forKinds } from "./shapes.ts";

const promoterReady = createConditionRule("Ready");

/** What stands once a promoter kind is Ready: the rule of `next`, which looks into its own part of the status. */
const afterReady =
  (next: Rule): Rule =>
  (object) => {
    const ready = promoterReady(object);
    const stale = conditionsOf(object).some(
      (condition) => (condition.observedGeneration ?? Infinity) < countAt(object, "metadata", "generation"),
    );
    if (stale) return progressing("The latest change has not been seen by the controller yet");
    return ready?.status === "Healthy" ? (next(object) ?? ready) : ready;
  };

const shaOf = (side: unknown): string => textAt(side, "dry", "sha");

/** One environment: the commit that runs (`active`) against the one that is to run (`proposed`). */
const assessEnvironment = (environment: unknown, name: string): Health => {
  const [active, proposed] = [shaOf(at(environment, "active")), shaOf(at(environment, "proposed"))];
  if (active === "" || proposed === "") return progressing(`${name}: the ${active === "" ? "active" : "proposed"} commit is not known yet`);
  if (active === proposed) return healthy(`${name}: up to date on ${active.slice(0, 7)}`);
  return progressing(`${name}: promotion from ${active.slice(0, 7)} to ${proposed.slice(0, 7)} under way`);
};

const assessStrategy: Rule = (strategy) => {
  const environments = listAt(strategy, "status", "environments");
  if (environments.length === 0) return degraded("The strategy has no environments");
  const proposed = new Set(environments.map((environment) => shaOf(at(environment, "proposed"))));
  const worst = worstHealth(environments.map((environment) => assessEnvironment(environment, textAt(environment, "branch"))));
  if (worst.status === "Healthy" && proposed.size > 1)
    return progressing("The environments are on different commits; the hydrator has not run for all of them");
  return worst;
};

const phaseStatus: Readonly<Record<string, HealthStatus>> = { success: "Healthy", pending: "Progressing", failure: "Degraded" };

/** Checks per branch: one that failed outweighs one that is pending. */
const assessChecks: Rule = (object) => {
  const checks = listAt(object, "status", "environments").map((check) => {
    const phase = textAt(check, "phase");
    return { status: phaseStatus[phase] ?? "Progressing", message: `${textAt(check, "branch")}: ${phase}` };
  });
  return checks.length === 0 ? undefined : worstHealth(checks);
};

const assessSelected: Rule = (object) =>
  listAt(object, "status", "applicationsSelected").length === 0 ? degraded("No Application is selected") : undefined;

export const promoterRules: RuleTable = {
  "promoter.argoproj.io": {
    ...forKinds(
      "GitRepository ScmProvider ClusterScmProvider PullRequest CommitStatus",
      afterReady(() => undefined),
    ),
    PromotionStrategy: afterReady(assessStrategy),
    ChangeTransferPolicy: afterReady((policy) =>
      assessEnvironment(at(policy, "status"), textAt(policy, "spec", "activeBranch") || "branch"),
    ),
    ArgoCDCommitStatus: afterReady(assessSelected),
    ...forKinds("GitCommitStatus TimedCommitStatus WebRequestCommitStatus", afterReady(assessChecks)),
  },
};
