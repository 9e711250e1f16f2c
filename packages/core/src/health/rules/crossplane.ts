// Crossplane and the controllers of cloud vendors, whose many kinds share one set of conditions each.
// Sources: docs.crossplane.io/latest/guides/crossplane-with-argo-cd; crossplane-runtime, apis/common/v1/condition.go;
//   cloud.google.com/config-connector/docs/how-to/monitoring-your-resources; aws-controllers-k8s.github.io, ADR of conditions;
//   azure.github.io/azure-service-operator/design/conditions; argo-cd, resource_customizations/_.{crossplane,upbound}.io, _.cnrm.cloud.google.com
import { type Condition, conditionsOf, describeCondition, isFalse, isTrue } from "../conditions.ts";
import { countAt } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { degraded, healthy, progressing, suspended } from "../verdict.ts";
import { assessNoStatus, firstOf, forKinds } from "./shapes.ts";

const readyTypes = new Set(["Ready", "Healthy", "Offered", "Established", "ValidPipeline", "RevisionHealthy"]);

/** Synced=False is a failure (but a pause), Ready=False a matter of time: the provider creates and tries again. */
const assessManaged: Rule = (object) => {
  // Stacks, which are older than the runtime, keep them one level down.
  const conditions = [...conditionsOf(object), ...conditionsOf(object, "status", "conditionedStatus", "conditions")];
  const failed = conditions.find(
    (condition) => isFalse(condition) && ["Synced", "LastAsyncOperation", "AsyncOperation"].includes(condition.type),
  );
  if (failed?.reason === "ReconcilePaused") return suspended(describeCondition(failed));
  if (failed && failed.reason !== "Ongoing") return degraded(describeCondition(failed));
  const ready = conditions.filter(({ type }) => readyTypes.has(type));
  const open = ready.find((condition) => !isTrue(condition));
  if (open) return progressing(describeCondition(open));
  return ready.length > 0 ? healthy(describeCondition(ready[0])) : progressing("Waits to be provisioned");
};

/** Kinds that configure: they count users, or nothing. */
const assessConfiguration: Rule = (object) =>
  conditionsOf(object).length > 0 ? assessManaged(object) : healthy(`In use by ${countAt(object, "status", "users")}`);

const configuration = forKinds(
  "ProviderConfig ClusterProviderConfig ProviderConfigUsage ClusterProviderConfigUsage Composition CompositionRevision DeploymentRuntimeConfig ControllerConfig EnvironmentConfig Usage ClusterUsage StoreConfig ImageConfig ManagedResourceActivationPolicy",
  assessConfiguration,
);

/** A package that is installed but not healthy, or not installed at all, has failed; a revision that is inactive was replaced. */
const assessPackage: Rule = (object) => {
  const conditions = conditionsOf(object).filter(({ type }) => type === "Installed" || type === "Healthy" || type === "RevisionHealthy");
  const failed = conditions.find(isFalse);
  if (failed)
    return /^(?:Inactive|Pending|Unpacking|Waiting)/.test(failed.reason)
      ? progressing(describeCondition(failed))
      : degraded(describeCondition(failed));
  const isDone = conditions.length > 0 && conditions.every(isTrue);
  return isDone ? healthy("Installed and healthy") : progressing(describeCondition(conditions[0]) || "Waits to be installed");
};

const byReason: Readonly<Record<string, typeof healthy>> = {
  UpToDate: healthy,
  UpdateFailed: degraded,
  DeleteFailed: degraded,
  DependencyNotFound: degraded,
  DependencyInvalid: degraded,
  ManagementConflict: degraded,
  PreconditionFailed: degraded,
  DependencyNotReady: suspended,
};

/** Config Connector: the reason of Ready says it all. */
const assessConfigConnector: Rule = (object) => {
  const ready = conditionsOf(object).find(({ type }) => type === "Ready");
  if (!ready) return progressing("Waits for the resource");
  const verdict = byReason[ready.reason] ?? (isTrue(ready) ? healthy : progressing);
  return verdict(describeCondition(ready));
};

/** AWS Controllers for Kubernetes: Terminal and Recoverable report errors, ResourceSynced the state. */
const assessAck: Rule = (object) => {
  const conditions = conditionsOf(object);
  const find = (type: string): Condition | undefined => conditions.find((condition) => condition.type === `ACK.${type}`);
  const error = [find("Terminal"), find("Recoverable")].find(isTrue);
  if (error) return degraded(describeCondition(error));
  const synced = find("ResourceSynced");
  return isTrue(synced) ? healthy(describeCondition(synced)) : progressing(describeCondition(synced) || "Waits to be synced");
};

/** Azure Service Operator: severity parts what goes on from what will not end by itself. */
const assessAzure: Rule = (object) => {
  const ready = conditionsOf(object).find(({ type }) => type === "Ready");
  if (!ready) return undefined;
  if (isTrue(ready)) return healthy(describeCondition(ready));
  return ready.severity === "Error" || ready.severity === "Warning"
    ? degraded(describeCondition(ready))
    : progressing(describeCondition(ready));
};

const managed = { ...configuration, "*": assessManaged };

export const crossplaneRules: RuleTable = {
  "*.crossplane.io": managed,
  "*.upbound.io": managed,
  "pkg.crossplane.io": { ...configuration, "*": assessPackage },
  "*.cnrm.cloud.google.com": { "*": assessConfigConnector },
  "*.services.k8s.aws": { "*": firstOf(assessNoStatus, assessAck) },
  "*.azure.com": { "*": firstOf(assessNoStatus, assessAzure) },
};
