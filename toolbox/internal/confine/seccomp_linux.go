package confine

import (
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// allowedSyscalls is what the Go runtime and pipes that are open already need. There is no open, socket, connect, execve, fork, kill,
// ptrace or io_uring among them.
var allowedSyscalls = []uint32{
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_CLOSE, unix.SYS_FSTAT, unix.SYS_FCNTL, unix.SYS_LSEEK,
	unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EVENTFD2,
	unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MREMAP, unix.SYS_MPROTECT, unix.SYS_MADVISE, unix.SYS_MINCORE, unix.SYS_BRK,
	unix.SYS_FUTEX, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP,
	unix.SYS_CLOCK_GETTIME, unix.SYS_GETTIMEOFDAY, unix.SYS_RESTART_SYSCALL,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK,
	unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_TGKILL, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_GETRANDOM,
	unix.SYS_EXIT, unix.SYS_EXIT_GROUP, unix.SYS_UNAME,
}

var auditArchitectures = map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}

// Offsets into struct seccomp_data.
const (
	offsetNumber       = 0
	offsetArchitecture = 4
	offsetFirstArg     = 16 // the low half: both architectures are little-endian
)

// x32Bit marks the numbers of the x32 ABI, which would name other calls than the same numbers of x86-64.
const x32Bit = 0x40000000

// denySyscalls makes every call that is not allowed fail with EPERM (clone3: ENOSYS, after which libraries fall back to clone), in all
// threads. clone makes threads only.
func denySyscalls() error {
	architecture, known := auditArchitectures[runtime.GOARCH]
	if !known {
		return unix.ENOTSUP
	}
	filter := []unix.SockFilter{
		load(offsetArchitecture), jumpIfEqual(architecture, 1, 0), verdict(unix.SECCOMP_RET_KILL_PROCESS),
		load(offsetNumber),
		{Code: unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, K: x32Bit, Jt: 0, Jf: 1}, verdict(deny(unix.EPERM)),
	}
	for _, number := range allowedSyscalls {
		filter = append(filter, jumpIfEqual(number, 0, 1), verdict(unix.SECCOMP_RET_ALLOW))
	}
	filter = append(filter,
		jumpIfEqual(unix.SYS_CLONE3, 0, 1), verdict(deny(unix.ENOSYS)),
		jumpIfEqual(unix.SYS_CLONE, 1, 0), verdict(deny(unix.EPERM)),
		load(offsetFirstArg),
		unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: unix.CLONE_THREAD, Jt: 0, Jf: 1},
		verdict(unix.SECCOMP_RET_ALLOW), verdict(deny(unix.EPERM)),
	)
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := syscall.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

func jumpIfEqual(value uint32, ifTrue, ifFalse uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: value, Jt: ifTrue, Jf: ifFalse}
}

func verdict(value uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: value}
}

func deny(errno syscall.Errno) uint32 { return unix.SECCOMP_RET_ERRNO | uint32(errno) }
