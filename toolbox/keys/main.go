// Command keys decrypts. It is the only program that is ever given a key, and it is not linked with anything that runs templates.
package main

import (
	"flag"

	"windlass.dev/toolbox/internal/serve"
)

func main() {
	cloud := flag.Bool("cloud", false, "allow the network and files, which the key services of clouds need")
	serve.Main(map[string]serve.Operation{"sops": serve.Typed(decryptSops)}, func() bool { return !*cloud })
}
