// Command render turns charts and kustomizations into objects. What they hold is untrusted, so there is nothing here to steal or to reach.
package main

import "windlass.dev/toolbox/internal/serve"

func main() {
	warmUpKustomize()
	serve.Main(map[string]serve.Operation{"helm": serve.Typed(renderHelm), "kustomize": serve.Typed(buildKustomize)}, serve.Always)
}
