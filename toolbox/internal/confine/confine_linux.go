package confine

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Confine takes away from this process, for good, what rendering never needs: files, sockets, other processes, and memory without end.
// It returns the means that worked. Only seccomp is a must; a namespace needs privileges and Landlock a kernel since 5.13, and both
// only bar again what seccomp bars.
func Confine(memory int64) ([]string, error) {
	// Twice the soft limit, which the collector sees first; the kernel's limit is for what grows faster than it looks.
	hard := uint64(memory*2 + 256<<20)
	if err := unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: hard, Max: hard}); err != nil {
		return nil, fmt.Errorf("RLIMIT_DATA: %w", err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return nil, fmt.Errorf("RLIMIT_CORE: %w", err)
	}
	if _, _, errno := syscall.AllThreadsSyscall6(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0); errno != 0 {
		return nil, fmt.Errorf("no_new_privs: %w", errno)
	}
	means := []string{"rlimit"}
	if enterEmptyNetwork() == nil {
		means = append(means, "netns")
	}
	if denyFiles() == nil {
		means = append(means, "landlock")
	}
	if err := denySyscalls(); err != nil {
		return means, fmt.Errorf("seccomp: %w", err)
	}
	return append(means, "seccomp"), nil
}

// enterEmptyNetwork moves every thread into one new network namespace, which has nothing in it. unshare(2) is per thread, so one
// thread makes the namespace and the others are sent after it.
func enterEmptyNetwork() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
	}
	namespace, err := os.Open(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()))
	if err != nil {
		return err
	}
	defer namespace.Close()
	return errnoToError(syscall.AllThreadsSyscall(unix.SYS_SETNS, namespace.Fd(), unix.CLONE_NEWNET, 0))
}

// denyFiles is a Landlock ruleset that handles every right the kernel knows and grants none.
// Source: https://docs.kernel.org/userspace-api/landlock.html
func denyFiles() error {
	abi, _, errno := syscall.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return errno
	}
	attributes := struct{ files, network, scopes uint64 }{files: 1<<13 - 1}
	size := unsafe.Sizeof(attributes.files)
	if abi >= 2 {
		attributes.files |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if abi >= 3 {
		attributes.files |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi >= 4 {
		attributes.network = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
		size += unsafe.Sizeof(attributes.network)
	}
	if abi >= 5 {
		attributes.files |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if abi >= 6 {
		attributes.scopes = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
		size += unsafe.Sizeof(attributes.scopes)
	}
	ruleset, _, errno := syscall.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attributes)), size, 0)
	if errno != 0 {
		return errno
	}
	defer unix.Close(int(ruleset))
	return errnoToError(syscall.AllThreadsSyscall(unix.SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0, 0))
}

func errnoToError(_, _ uintptr, errno syscall.Errno) error {
	if errno != 0 {
		return errno
	}
	return nil
}
