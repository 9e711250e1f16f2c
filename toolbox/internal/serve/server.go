package serve

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// Exit statuses that the pool tells from a crash. The request that caused the first was answered before.
const (
	exitAbandoned  = 3
	exitUnconfined = 4
)

const (
	defaultDeadline = 30 * time.Second
	// A cancelled or late request may still end on its own for this long, since a new process costs more than most requests.
	abandonGrace      = 50 * time.Millisecond
	memoryCheckPeriod = 5 * time.Millisecond
)

// request is one line of input: an operation to run, or the id of a request to cancel.
type request struct {
	ID         int64           `json:"id"`
	Op         string          `json:"op"`
	Params     json.RawMessage `json:"params"`
	DeadlineMs int64           `json:"deadlineMs"`
	Cancel     int64           `json:"cancel"`
}

type answer struct {
	ID       int64    `json:"id"`
	OK       bool     `json:"ok"`
	Result   any      `json:"result,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Error    *Failure `json:"error,omitempty"`
	// Last says that the process ends after this answer.
	Last bool `json:"last,omitempty"`
}

type server struct {
	operations map[string]Operation
	max        limits
	output     io.Writer
	writing    sync.Mutex
	cancels    sync.Map // id of a waiting or running request → chan struct{}
}

func newServer(operations map[string]Operation, max limits, output io.Writer) *server {
	return &server{operations: operations, max: max, output: output}
}

// serve answers requests in order until the input ends. Cancellations are read while a request runs.
func (s *server) serve(input io.Reader) {
	queue := make(chan request, 16)
	go func() {
		defer close(queue)
		s.read(input, queue)
	}()
	for r := range queue {
		s.run(r)
	}
}

func (s *server) read(input io.Reader, queue chan<- request) {
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, int(s.max.inputMiB<<20))
	for lines.Scan() {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			s.write(answer{Error: Fail("internal", "a request is not JSON: "+err.Error(), "report this as a bug")})
			continue
		}
		if r.Cancel != 0 {
			if cancel, waiting := s.cancels.LoadAndDelete(r.Cancel); waiting {
				close(cancel.(chan struct{}))
			}
			continue
		}
		s.cancels.Store(r.ID, make(chan struct{}))
		queue <- r
	}
}

// run answers one request. A request that goes on past its deadline, its cancellation or its memory cannot be stopped inside this
// process, so it is answered and the process ends with it.
func (s *server) run(r request) {
	cancel, _ := s.cancels.Load(r.ID)
	defer s.cancels.Delete(r.ID)
	deadline := defaultDeadline
	if r.DeadlineMs > 0 {
		deadline = time.Duration(r.DeadlineMs) * time.Millisecond
	}
	ctx, stop := context.WithTimeout(context.Background(), deadline)
	defer stop()

	done := make(chan answer, 1)
	go func() { done <- s.execute(ctx, r) }()
	var reason *Failure
	grace := abandonGrace
	select {
	case a := <-done:
		s.write(a)
		return
	case <-ctx.Done():
		reason = Fail("timeout", fmt.Sprintf("%s did not finish within %s", r.Op, deadline),
			"look for a loop in the source, or raise the deadline")
	case <-orNever(cancel):
		reason = Fail("timeout", r.Op+" was cancelled", "ask again if the result is still wanted")
		stop()
	case <-memoryExceeds(ctx, s.max.memoryMiB<<20):
		reason = Invalid("look for a loop or for output that grows without bound, or raise the memory limit",
			"%s needs more than %d MiB of memory", r.Op, s.max.memoryMiB)
		grace = 0
	}
	select {
	case <-done:
		s.write(answer{ID: r.ID, Error: reason})
	case <-time.After(grace):
		s.write(answer{ID: r.ID, Error: reason, Last: true})
		os.Exit(exitAbandoned)
	}
}

func orNever(cancel any) <-chan struct{} {
	if channel, ok := cancel.(chan struct{}); ok {
		return channel
	}
	return nil
}

func (s *server) execute(ctx context.Context, r request) (a answer) {
	defer func() {
		if cause := recover(); cause != nil {
			println(string(debug.Stack())) // the real stderr: the pool keeps its tail for the log
			a = answer{ID: r.ID, Error: Fail("internal", fmt.Sprintf("%s failed on this input: %v", r.Op, cause),
				"report this as a bug, with the input that caused it")}
		}
	}()
	warnings.take()
	op, known := s.operations[r.Op]
	if !known {
		return answer{ID: r.ID, Error: Fail("internal", fmt.Sprintf("this process does not do %q", r.Op), "report this as a bug")}
	}
	result, err := op(ctx, r.Params)
	if err != nil {
		return answer{ID: r.ID, Error: toFailure(err), Warnings: warnings.take()}
	}
	return answer{ID: r.ID, OK: true, Result: result, Warnings: warnings.take()}
}

// write sends one line; a result that is too large becomes an error.
func (s *server) write(value any) {
	line, err := json.Marshal(value)
	if a, ok := value.(answer); ok && (err != nil || int64(len(line)) > s.max.outputMiB<<20) {
		reason := Invalid("look for a loop that repeats output, or split the source", "the result is larger than %d MiB", s.max.outputMiB)
		if err != nil {
			reason = Fail("internal", "the result cannot be written as JSON: "+err.Error(), "report this as a bug")
		}
		line, _ = json.Marshal(answer{ID: a.ID, Error: reason})
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.output.Write(append(line, '\n')); err != nil {
		os.Exit(0) // whoever asked is gone
	}
}

// memoryExceeds is closed when heap and stacks together pass the limit.
func memoryExceeds(ctx context.Context, limit int64) <-chan struct{} {
	exceeded := make(chan struct{})
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
		ticker := time.NewTicker(memoryCheckPeriod)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				metrics.Read(sample)
				if int64(sample[0].Value.Uint64()+sample[1].Value.Uint64()) > limit {
					close(exceeded)
					return
				}
			}
		}
	}()
	return exceeded
}
