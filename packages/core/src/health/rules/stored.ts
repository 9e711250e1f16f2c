// Kinds that are plain configuration: no controller writes a status, so waiting for one would never end. Where one does report, the generic rule reads it.
import { isBlank } from "../read.ts";
import type { Rule, RuleTable } from "../rule.ts";
import { healthy } from "../verdict.ts";
import { forKinds } from "./shapes.ts";

const assessStored: Rule = (object) => (isBlank(object["status"]) ? healthy("Stored; nothing reports on this kind") : undefined);

const all = { "*": assessStored };

export const storedRules: RuleTable = {
  "monitoring.coreos.com": forKinds("ServiceMonitor PodMonitor Probe PrometheusRule ScrapeConfig AlertmanagerConfig", assessStored),
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
    assessStored,
  ),
  "metallb.io": all,
  "k8s.cni.cncf.io": all,
  "configuration.konghq.com": all,
  "config.gatekeeper.sh": all,
  "mutations.gatekeeper.sh": all,
  "keda.sh": forKinds("TriggerAuthentication ClusterTriggerAuthentication", assessStored),
  "generators.external-secrets.io": all,
  "kyverno.io": forKinds("PolicyException CleanupPolicy ClusterCleanupPolicy", assessStored),
  "opentelemetry.io": forKinds("Instrumentation", assessStored),
  "snapshot.storage.k8s.io": forKinds("VolumeSnapshotClass VolumeGroupSnapshotClass", assessStored),
  "operators.coreos.com": forKinds("OperatorGroup", assessStored),
  "cloud.google.com": all,
  "secrets-store.csi.x-k8s.io": all,
  "helm.cattle.io": forKinds("HelmChartConfig", assessStored),
  "flagger.app": forKinds("MetricTemplate AlertProvider", assessStored),
  "argoproj.io": forKinds(
    "AppProject AnalysisTemplate ClusterAnalysisTemplate WorkflowTemplate ClusterWorkflowTemplate WorkflowEventBinding",
    assessStored,
  ),
};
