// Package serve is what all programs of the toolbox share: JSON lines on stdin and stdout, deadlines, limits, confinement.
//
// A process serves one request at a time, so that what a request does to a library's globals is never seen by another that runs
// beside it. All input arrives in the request.
package serve

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"
	"runtime/debug"
	_ "time/tzdata" // dates come out the same on every machine, and without a file being read

	"windlass.dev/toolbox/internal/confine"
)

// Operation turns the parameters of one request into its result. The context ends at the deadline; an operation that does not heed it
// is abandoned together with the process.
type Operation func(ctx context.Context, params json.RawMessage) (any, error)

// Typed is an operation that reads its parameters into a type of its own.
func Typed[P, R any](run func(context.Context, P) (R, error)) Operation {
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var params P
		if err := json.Unmarshal(raw, &params); err != nil {
			return nil, Fail("internal", "the request's parameters are malformed: "+err.Error(), "report this as a bug")
		}
		return run(ctx, params)
	}
}

type limits struct {
	memoryMiB int64
	outputMiB int64
	inputMiB  int64
}

// Main serves operations until the input ends. Nothing of a confined process can open a file or a socket; `confined` is asked after
// the flags were parsed.
func Main(operations map[string]Operation, confined func() bool) {
	lenient := flag.Bool("confine-best-effort", false, "start even where the kernel cannot confine this process")
	var max limits
	flag.Int64Var(&max.memoryMiB, "memory-mib", 512, "memory that one request may take")
	flag.Int64Var(&max.outputMiB, "output-mib", 32, "size that one result may have")
	flag.Int64Var(&max.inputMiB, "input-mib", 128, "size that one request may have")
	flag.Parse()

	debug.SetMemoryLimit(max.memoryMiB << 20 * 9 / 10) // the collector works harder before the limit is reached
	output := os.Stdout
	quietLibraries()
	means := []string{}
	if confined() {
		var err error
		if means, err = confine.Confine(max.memoryMiB << 20); err != nil && !*lenient {
			println("cannot confine the process: " + err.Error())
			os.Exit(exitUnconfined)
		}
	}
	s := newServer(operations, max, output)
	s.write(map[string]any{"ready": map[string]any{"confinement": means}})
	s.serve(os.Stdin)
}

// Always is for programs that are confined however they are started.
func Always() bool { return true }

// quietLibraries turns what libraries log into warnings of the request that caused it, and drops what they print.
func quietLibraries() {
	slog.SetDefault(slog.New(slog.NewTextHandler(warnings, &slog.HandlerOptions{ReplaceAttr: withoutTime})))
	log.SetFlags(0) // after SetDefault, which would send package log through slog
	log.SetOutput(warnings)
	// Crashes of the runtime still reach the real stderr: it writes to the descriptor, not to this variable.
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stdout, os.Stderr = null, null
	}
}

// Warn adds a warning to the request that runs.
func Warn(format string, args ...any) { fmt.Fprintf(warnings, format, args...) }
