package main

import (
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/Masterminds/sprig/v3"

	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// unstableFunctions give another result each time: a chart that calls one does not render to the same bytes again.
var unstableFunctions = []string{
	"randAlphaNum", "randAlpha", "randAscii", "randNumeric", "randBytes", "randInt", "shuffle", "uuidv4", "now", "ago",
	"genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey",
	"genPrivateKey", "htpasswd", "bcrypt", "encryptAES",
}

// unstable is a place in a template that calls an unstable function which this render did call. File is empty when the call is in no
// template of the chart, which means in a value that went through `tpl`.
type unstable struct {
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}

// lookupCall is a question to the cluster that was answered with nothing.
type lookupCall struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

// recorder replaces template functions by ones that do the same and take a note.
type recorder struct {
	called  map[string]bool
	lookups []lookupCall
}

func (r *recorder) functions() template.FuncMap {
	originals := sprig.TxtFuncMap()
	functions := template.FuncMap{
		"lookup": func(apiVersion, kind, namespace, name string) (map[string]any, error) {
			call := lookupCall{apiVersion, kind, namespace, name}
			if !slices.Contains(r.lookups, call) {
				r.lookups = append(r.lookups, call)
			}
			return map[string]any{}, nil
		},
		// Sprig's own follow Go's random order of maps.
		"keys":   sortedKeys,
		"values": valuesByKey,
	}
	for _, name := range unstableFunctions {
		original := reflect.ValueOf(originals[name])
		functions[name] = reflect.MakeFunc(original.Type(), func(arguments []reflect.Value) []reflect.Value {
			r.called[name] = true
			if original.Type().IsVariadic() {
				return original.CallSlice(arguments)
			}
			return original.Call(arguments)
		}).Interface()
	}
	return functions
}

func sortedKeys(maps_ ...map[string]any) []string {
	keys := []string{}
	for _, one := range maps_ {
		keys = append(keys, slices.Sorted(maps.Keys(one))...)
	}
	return keys
}

func valuesByKey(one map[string]any) []any {
	values := []any{}
	for _, key := range sortedKeys(one) {
		values = append(values, one[key])
	}
	return values
}

// findUnstable returns the lines of the chart and its subcharts that call the functions.
func findUnstable(c *chart.Chart, called map[string]bool) []unstable {
	found := []unstable{}
	if len(called) == 0 {
		return found
	}
	located := map[string]bool{}
	eachTemplate(c, func(name, text string) {
		for _, place := range callsIn(name, text, called) {
			located[place.Function] = true
			found = append(found, place)
		}
	})
	for _, name := range slices.Sorted(maps.Keys(called)) {
		if !located[name] {
			found = append(found, unstable{Function: name})
		}
	}
	return found
}

func eachTemplate(c *chart.Chart, visit func(name, text string)) {
	for _, one := range c.Templates {
		visit(path.Join(c.ChartFullPath(), one.Name), string(one.Data))
	}
	for _, dependency := range c.Dependencies() {
		eachTemplate(dependency, visit)
	}
}

func callsIn(name, text string, called map[string]bool) []unstable {
	trees := map[string]*parse.Tree{}
	root := parse.New(name)
	root.Mode = parse.SkipFuncCheck
	if _, err := root.Parse(text, "", "", trees); err != nil {
		return nil // it was rendered, so it parses
	}
	var found []unstable
	for _, tree := range trees {
		eachIdentifier(reflect.ValueOf(tree.Root), func(node *parse.IdentifierNode) {
			if called[node.Ident] {
				found = append(found, unstable{node.Ident, name, 1 + strings.Count(text[:node.Position()], "\n")})
			}
		})
	}
	slices.SortFunc(found, func(a, b unstable) int { return a.Line - b.Line })
	return found
}

// eachIdentifier walks a template's syntax tree. It goes by reflection, since the tree's nodes have no common way to their children.
func eachIdentifier(value reflect.Value, visit func(*parse.IdentifierNode)) {
	switch value.Kind() {
	case reflect.Interface:
		eachIdentifier(value.Elem(), visit)
	case reflect.Slice:
		for i := range value.Len() {
			eachIdentifier(value.Index(i), visit)
		}
	case reflect.Pointer:
		if value.IsNil() || value.Type() == reflect.TypeFor[*parse.Tree]() {
			return
		}
		if node, ok := value.Interface().(*parse.IdentifierNode); ok {
			visit(node)
			return
		}
		eachIdentifier(value.Elem(), visit)
	case reflect.Struct:
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				eachIdentifier(value.Field(i), visit)
			}
		}
	}
}
