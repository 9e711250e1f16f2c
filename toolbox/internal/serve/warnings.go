package serve

import (
	"log/slog"
	"slices"
	"strings"
	"sync"
)

// warnings collects what libraries log while a request runs.
var warnings = &collector{}

const maxWarnings = 100

type collector struct {
	lock  sync.Mutex
	lines []string
}

func (c *collector) Write(text []byte) (int, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if line := strings.TrimSpace(string(text)); line != "" && len(c.lines) < maxWarnings {
		c.lines = append(c.lines, line)
	}
	return len(text), nil
}

// take returns the lines so far and forgets them. They are sorted and unique: libraries log while they walk maps, in any order.
func (c *collector) take() []string {
	c.lock.Lock()
	defer c.lock.Unlock()
	lines := c.lines
	c.lines = nil
	slices.Sort(lines)
	return slices.Compact(lines)
}

func withoutTime(groups []string, attr slog.Attr) slog.Attr {
	if len(groups) == 0 && attr.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return attr
}
