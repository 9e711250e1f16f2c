package main

import (
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"windlass.dev/toolbox/internal/serve"
)

// checkKustomization walks the kustomizations that a build will read, and refuses what it would fetch or run: kustomize itself would try, and
// say in the end that there is no git program.
func checkKustomization(fileSystem filesys.FileSystem, root string) error {
	visited := map[string]bool{}
	var visit func(directory string) error
	visit = func(directory string) error {
		if visited[directory] {
			return nil
		}
		visited[directory] = true
		name, kustomization := readKustomization(fileSystem, directory)
		if kustomization == nil {
			return nil // missing or malformed: kustomize says it best
		}
		if deprecated := kustomization.CheckDeprecatedFields(); deprecated != nil {
			for _, message := range *deprecated {
				serve.Warn("%s: %s", name, strings.TrimPrefix(message, "# Warning: "))
			}
		}
		if len(kustomization.HelmCharts)+len(kustomization.HelmChartInflationGenerator) > 0 {
			return serve.Invalid("make the chart an application or a source of its own",
				"%s: helmCharts would run the helm program, which rendering does not do", name)
		}
		for _, path_ := range filePaths(kustomization) {
			if isRemote(fileSystem, directory, path_) {
				return remoteRefused(name, path_)
			}
		}
		for _, path_ := range kustomizationPaths(kustomization) {
			if isRemote(fileSystem, directory, path_) {
				return remoteRefused(name, path_)
			}
			if err := visit(path.Join(directory, path_)); err != nil {
				return err
			}
		}
		return nil
	}
	return visit(root)
}

func remoteRefused(name, address string) error {
	return serve.Invalid("copy it into the repository, or declare it as a source of the application, so that it is fetched and pinned beforehand",
		"%s: %q is remote, and rendering has no network", name, address)
}

func readKustomization(fileSystem filesys.FileSystem, directory string) (string, *types.Kustomization) {
	for _, base := range konfig.RecognizedKustomizationFileNames() {
		name := path.Join(directory, base)
		data, err := fileSystem.ReadFile(name)
		if err != nil {
			continue
		}
		var kustomization types.Kustomization
		if kustomization.Unmarshal(data) != nil {
			return name, nil
		}
		return strings.TrimPrefix(name, "/"), &kustomization
	}
	return "", nil
}

// kustomizationPaths are the fields whose entries can be directories with a kustomization, or repositories.
func kustomizationPaths(k *types.Kustomization) []string {
	var all []string
	for _, list := range [][]string{k.Resources, k.Bases, k.Components, k.Generators, k.Transformers, k.Validators} {
		all = append(all, list...)
	}
	return all
}

// filePaths are the fields whose entries are files or addresses of files.
func filePaths(k *types.Kustomization) []string {
	all := append(append([]string{k.OpenAPI["path"]}, k.Crds...), k.Configurations...)
	for _, patch := range append(k.Patches, k.PatchesJson6902...) {
		all = append(all, patch.Path)
	}
	for _, patch := range k.PatchesStrategicMerge {
		all = append(all, string(patch))
	}
	for _, replacement := range k.Replacements {
		all = append(all, replacement.Path)
	}
	for _, generator := range k.ConfigMapGenerator {
		all = append(all, sourceFiles(generator.KvPairSources)...)
	}
	for _, generator := range k.SecretGenerator {
		all = append(all, sourceFiles(generator.KvPairSources)...)
	}
	return all
}

// sourceFiles are the files of a generator, without the key that may stand before them.
func sourceFiles(sources types.KvPairSources) []string {
	all := append([]string{sources.EnvSource}, sources.EnvSources...)
	for _, source := range sources.FileSources {
		_, file, hasKey := strings.Cut(source, "=")
		if !hasKey || strings.Contains(source, "://") && !strings.Contains(file, "://") {
			file = source
		}
		all = append(all, file)
	}
	return all
}

// isRemote follows what kustomize takes for a repository or a file to download: anything with a scheme, scp-like addresses and the
// hosts it knows, unless a file of that name is there.
// Source: https://github.com/kubernetes-sigs/kustomize/blob/api/v0.21.2/api/internal/git/repospec.go
func isRemote(fileSystem filesys.FileSystem, directory, entry string) bool {
	if entry == "" || strings.Contains(entry, "\n") || fileSystem.Exists(path.Join(directory, entry)) {
		return false
	}
	lower := strings.ToLower(entry)
	host, _, _ := strings.Cut(lower, "/")
	return strings.Contains(lower, "://") || strings.HasPrefix(lower, "git::") || strings.HasPrefix(lower, "git@") ||
		strings.Contains(host, "@") || strings.HasPrefix(host, "github.com") || strings.Contains(host, ".") && strings.Contains(host, ":") ||
		strings.Contains(lower, ".git/") || strings.HasSuffix(lower, ".git") || strings.Contains(lower, "?ref=")
}
