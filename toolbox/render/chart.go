package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/ignore"
	"helm.sh/helm/v4/pkg/strvals"

	"windlass.dev/toolbox/internal/serve"
)

// loadChart reads a chart as Helm reads a directory: .helmignore obeyed, subcharts in charts/ as folders or archives.
// Source: https://github.com/helm/helm/blob/v4.3.1/pkg/chart/v2/loader/directory.go
func loadChart(tree files) (*chart.Chart, error) {
	all, err := tree.sorted()
	if err != nil {
		return nil, err
	}
	rules, err := ignoreRules(all)
	if err != nil {
		return nil, serve.Invalid("correct .helmignore", ".helmignore: %v", err)
	}
	buffered := make([]*archive.BufferedFile, 0, len(all))
	for _, one := range all {
		if !isIgnored(rules, one.path) {
			buffered = append(buffered, &archive.BufferedFile{Name: one.path, Data: withoutBOM(one.data)})
		}
	}
	c, err := loader.LoadFiles(buffered)
	if err != nil {
		return nil, serve.Invalid("correct the chart's files", "cannot load the chart: %v", err)
	}
	sortDependencies(c)
	if err := checkInstallable(c); err != nil {
		return nil, err
	}
	return c, nil
}

func ignoreRules(all []file) (*ignore.Rules, error) {
	rules := ignore.Empty()
	for _, one := range all {
		if one.path == ignore.HelmIgnore {
			parsed, err := ignore.Parse(bytes.NewReader(one.data))
			if err != nil {
				return nil, err
			}
			rules = parsed
		}
	}
	rules.AddDefaults()
	return rules, nil
}

// isIgnored also holds for all files under an ignored directory.
func isIgnored(rules *ignore.Rules, name string) bool {
	for at, char := range name {
		if char == '/' && rules.Ignore(name[:at], entry{path.Base(name[:at]), fs.ModeDir}) {
			return true
		}
	}
	return rules.Ignore(name, entry{path.Base(name), 0})
}

// entry is the part of a directory entry that ignore rules look at.
type entry struct {
	name string
	mode fs.FileMode
}

func (e entry) Name() string       { return e.name }
func (e entry) Mode() fs.FileMode  { return e.mode }
func (e entry) IsDir() bool        { return e.mode.IsDir() }
func (e entry) Size() int64        { return 0 }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) Sys() any           { return nil }

// sortDependencies undoes the random order in which Helm's loader adds subcharts.
func sortDependencies(c *chart.Chart) {
	dependencies := slices.Clone(c.Dependencies())
	slices.SortStableFunc(dependencies, func(a, b *chart.Chart) int {
		return cmp.Or(strings.Compare(a.Name(), b.Name()), strings.Compare(a.Metadata.Version, b.Metadata.Version))
	})
	c.SetDependencies(dependencies...)
	for _, dependency := range dependencies {
		sortDependencies(dependency)
	}
}

func checkInstallable(c *chart.Chart) error {
	if kind := c.Metadata.Type; kind != "" && kind != "application" {
		return serve.Invalid("render the chart that uses it", "chart %s is a %s chart, which cannot be installed", c.Name(), kind)
	}
	var missing []string
	for _, wanted := range c.Metadata.Dependencies {
		if !slices.ContainsFunc(c.Dependencies(), func(d *chart.Chart) bool { return d.Name() == wanted.Name }) {
			missing = append(missing, wanted.Name)
		}
	}
	if len(missing) > 0 {
		return serve.Invalid("run `helm dependency build` and commit charts/, or name a chart source that resolves dependencies",
			"chart %s names dependencies in Chart.yaml that are not in charts/: %s", c.Name(), strings.Join(missing, ", "))
	}
	return nil
}

// valuesLayer is one source of values; later ones win. A kind is "yaml" or one of Helm's --set flags by the part after "set".
type valuesLayer struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	Text string `json:"text"`
}

func mergeValues(layers []valuesLayer) (map[string]any, error) {
	merged := map[string]any{}
	for _, layer := range layers {
		var err error
		switch layer.Kind {
		case "yaml":
			var values map[string]any
			if values, err = loader.LoadValues(strings.NewReader(layer.Text)); err == nil {
				merged = loader.MergeMaps(merged, values)
			}
		case "set":
			err = strvals.ParseInto(layer.Text, merged)
		case "setString":
			err = strvals.ParseIntoString(layer.Text, merged)
		case "setLiteral":
			err = strvals.ParseLiteralInto(layer.Text, merged)
		case "setJson":
			merged, err = mergeJSON(layer.Text, merged)
		default:
			return nil, serve.Fail("internal", "unknown kind of values "+layer.Kind, "report this as a bug")
		}
		if err != nil {
			return nil, serve.Invalid("correct the values", "values %s: %v", cmp.Or(layer.Name, layer.Kind), err)
		}
	}
	return merged, nil
}

func mergeJSON(text string, merged map[string]any) (map[string]any, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return merged, strvals.ParseJSON(text, merged)
	}
	var values map[string]any
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		return merged, err
	}
	return loader.MergeMaps(merged, values), nil
}
