package main

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"windlass.dev/toolbox/internal/serve"
)

// files is a source tree as a request carries it: text as strings, everything else as base64. Paths are relative and slash-separated.
type files struct {
	Text   map[string]string `json:"files"`
	Binary map[string][]byte `json:"binaryFiles"`
}

type file struct {
	path string
	data []byte
}

// sorted returns all files in the order in which a walk over a directory tree visits them. A path that leaves the tree is an error.
func (f files) sorted() ([]file, error) {
	all := make([]file, 0, len(f.Text)+len(f.Binary))
	for name, text := range f.Text {
		all = append(all, file{name, []byte(text)})
	}
	for name, data := range f.Binary {
		all = append(all, file{name, data})
	}
	for _, one := range all {
		if one.path != path.Clean(one.path) || path.IsAbs(one.path) || one.path == "." || strings.HasPrefix(one.path, "../") {
			return nil, serve.Invalid("use paths relative to the source's root", "file %q is not inside the source", one.path)
		}
	}
	slices.SortFunc(all, func(a, b file) int {
		return slices.Compare(strings.Split(a.path, "/"), strings.Split(b.path, "/"))
	})
	return all, nil
}

var utf8BOM = []byte{0xEF, 0xBB, 0xBF}

func withoutBOM(data []byte) []byte { return bytes.TrimPrefix(data, utf8BOM) }
