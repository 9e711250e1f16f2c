package confine

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// attempts are what a confined process must not manage. They run in a process of their own, since confinement is for good.
var attempts = map[string]func() error{
	"read a file":         func() error { _, err := os.ReadFile("/etc/hosts"); return err },
	"read its own memory": func() error { _, err := os.ReadFile("/proc/self/maps"); return err },
	"write a file":        func() error { return os.WriteFile("/tmp/confined", nil, 0o600) },
	"list a folder":       func() error { _, err := os.ReadDir("/"); return err },
	"connect":             func() error { _, err := net.Dial("tcp", "127.0.0.1:80"); return err },
	"listen":              func() error { _, err := net.Listen("tcp", "127.0.0.1:0"); return err },
	"send a datagram":     func() error { _, err := net.Dial("udp", "127.0.0.1:53"); return err },
	"run a program":       func() error { return exec.Command("/bin/true").Run() },
	"replace itself":      func() error { return syscall.Exec("/bin/true", []string{"true"}, nil) },
	"signal another":      func() error { return syscall.Kill(os.Getppid(), 0) },
	"fork": func() error {
		_, _, errno := syscall.RawSyscall(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0)
		return errno
	},
	"raise its memory limit": func() error {
		return syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: 1 << 40, Max: 1 << 40})
	},
}

func TestMain(m *testing.M) {
	if os.Getenv("CONFINED") == "" {
		os.Exit(m.Run())
	}
	if _, err := Confine(64 << 20); err != nil {
		println("confine:", err.Error())
		os.Exit(1)
	}
	for name, attempt := range attempts {
		if err := onAnotherThread(attempt); !errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.EACCES) {
			println(name+":", errorText(err))
		}
	}
	// What rendering needs goes on: memory, threads, timers, the collector.
	garbage := make([][]byte, 100)
	for i := range garbage {
		garbage[i] = make([]byte, 100_000)
	}
	runtime.GC()
	time.Sleep(time.Millisecond)
	println("alive")
	os.Exit(0)
}

// onAnotherThread proves that threads that start later are confined, too.
func onAnotherThread(attempt func() error) error {
	outcome := make(chan error)
	go func() {
		runtime.LockOSThread()
		outcome <- attempt()
	}()
	return <-outcome
}

func errorText(err error) string {
	if err == nil {
		return "succeeded"
	}
	return err.Error()
}

func TestAConfinedProcessReachesNothingAndLives(t *testing.T) {
	child := exec.Command(os.Args[0])
	child.Env = []string{"CONFINED=1"}
	output, err := child.CombinedOutput()
	if err != nil || strings.TrimSpace(string(output)) != "alive" {
		t.Fatalf("%v\n%s", err, output)
	}
}
