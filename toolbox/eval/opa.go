package main

import (
	"context"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"windlass.dev/toolbox/internal/serve"
)

type opaParams struct {
	// Modules are policies by file name.
	Modules map[string]string `json:"modules"`
	Query   string            `json:"query"`
	Data    map[string]any    `json:"data"`
	Input   any               `json:"input"`
}

// evalOpa is `opa eval`, less the functions that reach outside: a policy that calls one does not compile.
func evalOpa(ctx context.Context, p opaParams) (rego.ResultSet, error) {
	options := []func(*rego.Rego){
		rego.Query(p.Query), rego.Input(p.Input), rego.Capabilities(opaCapabilities), rego.StrictBuiltinErrors(true),
	}
	if p.Data != nil {
		options = append(options, rego.Store(inmem.NewFromObject(p.Data)))
	}
	for name, module := range p.Modules {
		options = append(options, rego.Module(name, module))
	}
	results, err := rego.New(options...).Eval(ctx)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, serve.Invalid("correct the policy", "policy: %v", err)
	}
	if results == nil {
		results = rego.ResultSet{}
	}
	return results, nil
}

var opaCapabilities = func() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	all.AllowNet = []string{}
	all.Builtins = slices.DeleteFunc(all.Builtins, func(b *ast.Builtin) bool {
		return b.Name == "http.send" || b.Name == "opa.runtime" || strings.HasPrefix(b.Name, "net.lookup")
	})
	return all
}()
