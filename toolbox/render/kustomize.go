package main

import (
	"context"
	"path"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"

	"windlass.dev/toolbox/internal/serve"
)

type kustomizeParams struct {
	files
	// Path is the directory to build, relative to the tree's root.
	Path string `json:"path"`
}

type kustomizeResult struct {
	Text string `json:"text"`
}

// buildKustomize is `kustomize build PATH` on a tree in memory, without plugins that are programs, and without anything remote.
func buildKustomize(_ context.Context, p kustomizeParams) (*kustomizeResult, error) {
	fileSystem := filesys.MakeFsInMemory()
	all, err := p.sorted()
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if err := fileSystem.WriteFile("/"+one.path, one.data); err != nil {
			return nil, serve.Invalid("rename the file", "file %q: %v", one.path, err)
		}
	}
	root := path.Join("/", p.Path)
	if err := checkKustomization(fileSystem, root); err != nil {
		return nil, err
	}
	defer forgetSchema()
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified // what the command line leaves it at
	objects, err := krusty.MakeKustomizer(options).Run(fileSystem, root)
	if err != nil {
		return nil, serve.Invalid("correct the kustomization", "kustomize build %s: %v", path.Clean(p.Path), err)
	}
	text, err := objects.AsYaml()
	if err != nil {
		return nil, serve.Invalid("correct the kustomization", "kustomize build %s: %v", path.Clean(p.Path), err)
	}
	return &kustomizeResult{string(text)}, nil
}

var builtInSchema string

// warmUpKustomize parses the built-in schema once, before the first request pays for it.
func warmUpKustomize() {
	openapi.ResetOpenAPI()
	builtInSchema = openapi.GetSchemaVersion()
	openapi.Schema()
}

// forgetSchema drops a schema of the build's own, which kustomize keeps in a global and would use for the next build.
// Upstream: https://github.com/kubernetes-sigs/kustomize/issues/4824
func forgetSchema() {
	if openapi.GetSchemaVersion() != builtInSchema {
		warmUpKustomize()
	}
}
