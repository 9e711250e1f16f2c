//go:build !linux

package confine

import "errors"

// Confine needs Linux; elsewhere (a developer's machine) the pool has to ask for a process without it.
func Confine(int64) ([]string, error) {
	return nil, errors.New("only Linux can confine a process this way; pass --confine-best-effort on a trusted machine")
}
