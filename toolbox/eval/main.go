// Command eval evaluates policies and expressions. It sees live objects, and so it is another process than the one that runs templates.
package main

import "windlass.dev/toolbox/internal/serve"

func main() {
	serve.Main(map[string]serve.Operation{"cel": serve.Typed(evalCel), "opa": serve.Typed(evalOpa)}, serve.Always)
}
