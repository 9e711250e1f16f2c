package serve

import (
	"errors"
	"fmt"
)

// Failure is an error a person can act on; its fields are the wire form that all of Windlass shares.
type Failure struct {
	Code    string         `json:"code"`
	Message string         `json:"message"`
	Remedy  string         `json:"remedy"`
	Details map[string]any `json:"details,omitempty"`
}

func (f *Failure) Error() string { return f.Message }

// Fail is a failure with one of the codes of packages/core/src/error.ts.
func Fail(code, message, remedy string) *Failure {
	return &Failure{Code: code, Message: message, Remedy: remedy}
}

// Invalid is the failure for input that its author has to change.
func Invalid(remedy, format string, args ...any) *Failure {
	return Fail("invalid", fmt.Sprintf(format, args...), remedy)
}

func toFailure(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return Fail("internal", err.Error(), "report this as a bug, with the input that caused it")
}
