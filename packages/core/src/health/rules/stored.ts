// Kinds that are plain configuration: no controller writes a status, so waiting for one would never end. Where one does report, the generic rule reads it.
import { assessStored } from "../common.ts";
import { isBlank } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { forKinds } from "./shapes.ts";

const assessQuiet: Rule = (object) => (isBlank(object["status"]) ? assessStored(object) : undefined);

const all = { "*": assessQuiet };

export const storedRules: RuleTable = {
  "monitoring.coreos.com": forKinds("ServiceMonitor PodMonitor Probe PrometheusRule ScrapeConfig AlertmanagerConfig", assessQuiet),
  "networking.istio.io": all,
  "security.istio.io": all,
  "telemetry.istio.io": all,
  "extensions.istio.io": all,
  "traefik.io": all,
  "traefik.containo.us": all,
  "projectcalico.org": all,
  "crd.projectcalico.org": all,
  "cilium.io": forKinds(
    "CiliumNetworkPolicy CiliumClusterwideNetworkPolicy CiliumEgressGatewayPolicy CiliumEnvoyConfig CiliumClusterwideEnvoyConfig",
    assessQuiet,
  ),
  "metallb.io": all,
  "k8s.cni.cncf.io": all,
  "configuration.konghq.com": all,
  "config.gatekeeper.sh": all,
  "mutations.gatekeeper.sh": all,
  "keda.sh": forKinds("TriggerAuthentication ClusterTriggerAuthentication", assessQuiet),
  "generators.external-secrets.io": all,
  "kyverno.io": forKinds("PolicyException CleanupPolicy ClusterCleanupPolicy", assessQuiet),
  "opentelemetry.io": forKinds("Instrumentation", assessQuiet),
  "snapshot.storage.k8s.io": forKinds("VolumeSnapshotClass VolumeGroupSnapshotClass", assessQuiet),
  "operators.coreos.com": forKinds("OperatorGroup", assessQuiet),
  "cloud.google.com": all,
  "secrets-store.csi.x-k8s.io": all,
  "helm.cattle.io": forKinds("HelmChartConfig", assessQuiet),
  "flagger.app": forKinds("MetricTemplate AlertProvider", assessQuiet),
  "argoproj.io": forKinds(
    "AppProject AnalysisTemplate ClusterAnalysisTemplate WorkflowTemplate ClusterWorkflowTemplate WorkflowEventBinding",
    assessQuiet,
  ),
};
