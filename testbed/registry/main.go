// The registry of distribution with what tests need and nothing else: its own command links the clients of three clouds as well.
package main

import (
	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/auth/token"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
	"github.com/sirupsen/logrus"
)

func main() {
	if err := registry.RootCmd.Execute(); err != nil {
		logrus.Fatalln(err)
	}
}
