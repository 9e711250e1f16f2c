package main

import (
	"context"
	"path"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"

	"windlass.dev/toolbox/internal/serve"
)

type helmParams struct {
	files
	ReleaseName  string        `json:"releaseName"`
	Namespace    string        `json:"namespace"`
	IsUpgrade    bool          `json:"isUpgrade"`
	Values       []valuesLayer `json:"values"`
	KubeVersion  string        `json:"kubeVersion"`
	APIVersions  []string      `json:"apiVersions"`
	OnlyTheseAPI bool          `json:"onlyTheseApiVersions"`
	SkipCRDs     bool          `json:"skipCrds"`
	SkipSchema   bool          `json:"skipSchemaValidation"`
}

// document is one YAML document and the chart's file that it comes from.
type document struct {
	Source string `json:"source"`
	Text   string `json:"text"`
}

type hook struct {
	document
	Kind           string   `json:"kind"`
	Name           string   `json:"name"`
	Events         []string `json:"events"`
	Weight         int      `json:"weight"`
	DeletePolicies []string `json:"deletePolicies"`
}

type helmResult struct {
	Chart     chartFacts   `json:"chart"`
	CRDs      []document   `json:"crds"`
	Manifests []document   `json:"manifests"`
	Hooks     []hook       `json:"hooks"`
	Lookups   []lookupCall `json:"lookups"`
	Unstable  []unstable   `json:"unstable"`
}

type chartFacts struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	AppVersion string `json:"appVersion"`
	Deprecated bool   `json:"deprecated"`
}

// renderHelm is `helm template`: no cluster, no post-renderer, tests left out. Hooks come apart from manifests, both in Helm's order.
// Source: https://github.com/helm/helm/blob/v4.3.1/pkg/action/install.go, RunWithContext and renderResources
func renderHelm(ctx context.Context, p helmParams) (*helmResult, error) {
	c, err := loadChart(p.files)
	if err != nil {
		return nil, err
	}
	values, err := mergeValues(p.Values)
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(c, values); err != nil {
		return nil, serve.Invalid("correct the chart's dependencies or their values", "chart %s: dependencies: %v", c.Name(), err)
	}
	capabilities, err := capabilitiesOf(p)
	if err != nil {
		return nil, err
	}
	if wanted := c.Metadata.KubeVersion; wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, serve.Invalid("use a chart version made for this Kubernetes version", "chart %s %s needs Kubernetes %s and the target is %s",
			c.Name(), c.Metadata.Version, wanted, capabilities.KubeVersion.Version)
	}
	options := common.ReleaseOptions{Name: p.ReleaseName, Namespace: p.Namespace, Revision: 1, IsInstall: !p.IsUpgrade, IsUpgrade: p.IsUpgrade}
	scope, err := commonutil.ToRenderValuesWithSchemaValidation(c, values, options, capabilities, p.SkipSchema)
	if err != nil {
		return nil, serve.Invalid("correct the values", "chart %s: %s", c.Name(), strings.TrimSpace(err.Error()))
	}
	watch := &recorder{called: map[string]bool{}}
	rendered, err := engine.Engine{CustomTemplateFuncs: watch.functions()}.RenderWithContext(ctx, c, scope)
	if err != nil {
		return nil, serve.Invalid("correct the template or the values it is given", "chart %s: %v", c.Name(), err)
	}
	result, err := sortOutput(c, rendered)
	if err != nil {
		return nil, err
	}
	if !p.SkipCRDs {
		for _, crd := range c.CRDObjects() {
			result.CRDs = append(result.CRDs, document{crd.Filename, string(crd.File.Data)})
		}
	}
	result.Lookups, result.Unstable = watch.lookups, findUnstable(c, watch.called)
	return result, nil
}

func capabilitiesOf(p helmParams) (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	if p.KubeVersion != "" {
		version, err := common.ParseKubeVersion(p.KubeVersion)
		if err != nil {
			return nil, serve.Invalid("use a version like 1.37.2", "Kubernetes version %q: %v", p.KubeVersion, err)
		}
		capabilities.KubeVersion = *version
	}
	// The default set is shared by all copies, so it is never appended to in place.
	known := capabilities.APIVersions[:len(capabilities.APIVersions):len(capabilities.APIVersions)]
	if p.OnlyTheseAPI {
		known = nil
	}
	capabilities.APIVersions = append(known, p.APIVersions...)
	return capabilities, nil
}

// sortOutput splits what the templates gave into manifests and hooks. Notes were rendered, since charts check their values there, and go.
func sortOutput(c *chart.Chart, rendered map[string]string) (*helmResult, error) {
	for name := range rendered {
		if path.Base(name) == "NOTES.txt" {
			delete(rendered, name)
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(rendered, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, serve.Invalid("correct the template's indentation and quoting", "chart %s: %v", c.Name(), err)
	}
	m := c.Metadata
	result := &helmResult{
		Chart: chartFacts{m.Name, m.Version, m.AppVersion, m.Deprecated},
		CRDs:  []document{}, Manifests: []document{}, Hooks: []hook{},
	}
	for _, manifest := range manifests {
		result.Manifests = append(result.Manifests, document{manifest.Name, manifest.Content})
	}
	for _, h := range hooks {
		if !isTest(h) {
			result.Hooks = append(result.Hooks, toHook(h))
		}
	}
	return result, nil
}

func isTest(h *release.Hook) bool {
	for _, event := range h.Events {
		if event == release.HookTest {
			return true
		}
	}
	return false
}

func toHook(h *release.Hook) hook {
	out := hook{document: document{h.Path, h.Manifest}, Kind: h.Kind, Name: h.Name, Weight: h.Weight, Events: []string{}, DeletePolicies: []string{}}
	for _, event := range h.Events {
		out.Events = append(out.Events, event.String())
	}
	for _, policy := range h.DeletePolicies {
		out.DeletePolicies = append(out.DeletePolicies, policy.String())
	}
	return out
}
