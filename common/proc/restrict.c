#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "common/base/log.h"
#include "common/base/table.h"
#include "common/proc/landlock.h"
#include "common/proc/proc.h"

#if defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#define CALL(name) SCMP_SYS(name)

enum {
	ALWAYS = 1 << 16,
	WRITES = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND |
		 (O_TMPFILE & ~O_DIRECTORY),
};

/* clang-format off */
/*
 * What each power adds. Calls on descriptors that a process holds already are everybody's: frames between our own
 * processes need them, and a descriptor is itself the right to use it.
 */
static const struct grant { unsigned power; int call; } grants[] = {
	{ ALWAYS, CALL(read) }, { ALWAYS, CALL(readv) }, { ALWAYS, CALL(pread64) }, { ALWAYS, CALL(preadv) },
	{ ALWAYS, CALL(write) }, { ALWAYS, CALL(writev) }, { ALWAYS, CALL(pwrite64) }, { ALWAYS, CALL(lseek) },
	{ ALWAYS, CALL(close) }, { ALWAYS, CALL(close_range) }, { ALWAYS, CALL(fstat) }, { ALWAYS, CALL(fcntl) },
	{ ALWAYS, CALL(dup) }, { ALWAYS, CALL(dup2) }, { ALWAYS, CALL(dup3) }, { ALWAYS, CALL(pipe) },
	{ ALWAYS, CALL(pipe2) }, { ALWAYS, CALL(eventfd2) }, { ALWAYS, CALL(memfd_create) }, { ALWAYS, CALL(ftruncate) },
	{ ALWAYS, CALL(sendto) }, { ALWAYS, CALL(sendmsg) }, { ALWAYS, CALL(recvfrom) }, { ALWAYS, CALL(recvmsg) },
	{ ALWAYS, CALL(shutdown) }, { ALWAYS, CALL(getsockname) }, { ALWAYS, CALL(getpeername) },
	{ ALWAYS, CALL(getsockopt) }, { ALWAYS, CALL(setsockopt) },
	{ ALWAYS, CALL(poll) }, { ALWAYS, CALL(ppoll) }, { ALWAYS, CALL(select) }, { ALWAYS, CALL(pselect6) },
	{ ALWAYS, CALL(epoll_create1) }, { ALWAYS, CALL(epoll_ctl) }, { ALWAYS, CALL(epoll_wait) }, { ALWAYS, CALL(epoll_pwait) },
	{ ALWAYS, CALL(munmap) }, { ALWAYS, CALL(mremap) }, { ALWAYS, CALL(madvise) }, { ALWAYS, CALL(brk) },
	{ ALWAYS, CALL(mlock) }, { ALWAYS, CALL(mlock2) }, { ALWAYS, CALL(munlock) },
	{ ALWAYS, CALL(rt_sigaction) }, { ALWAYS, CALL(rt_sigprocmask) }, { ALWAYS, CALL(rt_sigreturn) },
	{ ALWAYS, CALL(rt_sigtimedwait) }, { ALWAYS, CALL(sigaltstack) }, { ALWAYS, CALL(restart_syscall) },
	{ ALWAYS, CALL(futex) }, { ALWAYS, CALL(set_robust_list) }, { ALWAYS, CALL(get_robust_list) },
	{ ALWAYS, CALL(rseq) }, { ALWAYS, CALL(membarrier) }, { ALWAYS, CALL(sched_yield) },
	{ ALWAYS, CALL(sched_getaffinity) }, { ALWAYS, CALL(getcpu) },
	{ ALWAYS, CALL(clock_gettime) }, { ALWAYS, CALL(clock_getres) }, { ALWAYS, CALL(clock_nanosleep) },
	{ ALWAYS, CALL(nanosleep) }, { ALWAYS, CALL(gettimeofday) }, { ALWAYS, CALL(time) }, { ALWAYS, CALL(times) },
	{ ALWAYS, CALL(getpid) }, { ALWAYS, CALL(gettid) }, { ALWAYS, CALL(getppid) }, { ALWAYS, CALL(getpgrp) },
	{ ALWAYS, CALL(getuid) }, { ALWAYS, CALL(geteuid) }, { ALWAYS, CALL(getgid) }, { ALWAYS, CALL(getegid) },
	{ ALWAYS, CALL(getresuid) }, { ALWAYS, CALL(getresgid) }, { ALWAYS, CALL(getgroups) },
	{ ALWAYS, CALL(uname) }, { ALWAYS, CALL(sysinfo) }, { ALWAYS, CALL(getrusage) }, { ALWAYS, CALL(getrlimit) },
	{ ALWAYS, CALL(getrandom) }, { ALWAYS, CALL(exit) }, { ALWAYS, CALL(exit_group) }, { ALWAYS, CALL(tgkill) },
	/* A further filter can only take away more. */
	{ ALWAYS, CALL(seccomp) }, { ALWAYS, CALL(landlock_create_ruleset) }, { ALWAYS, CALL(landlock_add_rule) },
	{ ALWAYS, CALL(landlock_restrict_self) },

	{ POWER_NET_SERVE, CALL(accept) }, { POWER_NET_SERVE, CALL(accept4) }, { POWER_NET_SERVE, CALL(listen) },
	{ POWER_NET_SERVE, CALL(sendfile) },

	{ POWER_NET_CONNECT, CALL(socket) }, { POWER_NET_CONNECT, CALL(socketpair) }, { POWER_NET_CONNECT, CALL(connect) },
	{ POWER_NET_CONNECT, CALL(bind) }, { POWER_NET_CONNECT, CALL(sendmmsg) }, { POWER_NET_CONNECT, CALL(recvmmsg) },

	{ POWER_FILE_READ, CALL(stat) }, { POWER_FILE_READ, CALL(lstat) }, { POWER_FILE_READ, CALL(newfstatat) },
	{ POWER_FILE_READ, CALL(statx) }, { POWER_FILE_READ, CALL(access) }, { POWER_FILE_READ, CALL(faccessat) },
	{ POWER_FILE_READ, CALL(faccessat2) }, { POWER_FILE_READ, CALL(readlink) }, { POWER_FILE_READ, CALL(readlinkat) },
	{ POWER_FILE_READ, CALL(getdents64) }, { POWER_FILE_READ, CALL(getcwd) }, { POWER_FILE_READ, CALL(statfs) },
	{ POWER_FILE_READ, CALL(fstatfs) }, { POWER_FILE_READ, CALL(fadvise64) }, { POWER_FILE_READ, CALL(flock) },
	{ POWER_FILE_READ, CALL(mmap) }, { POWER_FILE_READ, CALL(mprotect) }, /* dlopen maps code */

	{ POWER_FILE_WRITE, CALL(openat) }, { POWER_FILE_WRITE, CALL(open) }, { POWER_FILE_WRITE, CALL(creat) },
	{ POWER_FILE_WRITE, CALL(unlink) }, { POWER_FILE_WRITE, CALL(unlinkat) }, { POWER_FILE_WRITE, CALL(rename) },
	{ POWER_FILE_WRITE, CALL(renameat) }, { POWER_FILE_WRITE, CALL(renameat2) }, { POWER_FILE_WRITE, CALL(mkdir) },
	{ POWER_FILE_WRITE, CALL(mkdirat) }, { POWER_FILE_WRITE, CALL(rmdir) }, { POWER_FILE_WRITE, CALL(link) },
	{ POWER_FILE_WRITE, CALL(linkat) }, { POWER_FILE_WRITE, CALL(symlink) }, { POWER_FILE_WRITE, CALL(symlinkat) },
	{ POWER_FILE_WRITE, CALL(truncate) }, { POWER_FILE_WRITE, CALL(fallocate) }, { POWER_FILE_WRITE, CALL(chmod) },
	{ POWER_FILE_WRITE, CALL(fchmod) }, { POWER_FILE_WRITE, CALL(fchmodat) }, { POWER_FILE_WRITE, CALL(umask) },
	{ POWER_FILE_WRITE, CALL(utimensat) }, { POWER_FILE_WRITE, CALL(fsync) }, { POWER_FILE_WRITE, CALL(fdatasync) },
	{ POWER_FILE_WRITE, CALL(sync_file_range) }, { POWER_FILE_WRITE, CALL(msync) }, { POWER_FILE_WRITE, CALL(pwritev) },
	{ POWER_FILE_WRITE, CALL(copy_file_range) }, { POWER_FILE_WRITE, CALL(flock) },
#ifdef INKAN_FAULTS
	{ ALWAYS, CALL(unlink) }, /* of a fault's file, before it strikes; Landlock holds the rest back */
#endif
#ifdef SANITIZED
	/* The leak checker stops its own process to look at it. */
	{ ALWAYS, CALL(ptrace) }, { ALWAYS, CALL(wait4) },
	{ ALWAYS, CALL(process_vm_readv) }, { ALWAYS, CALL(getdents) }, { ALWAYS, CALL(getdents64) }, { ALWAYS, CALL(readlink) }, { ALWAYS, CALL(prctl) },
	{ ALWAYS, CALL(stat) }, { ALWAYS, CALL(newfstatat) },
#endif
};

/*
 * Calls judged by one argument: granted when the masked argument equals the value. Several rows of one call: any of them.
 */
static const struct condition { unsigned power; int call; unsigned argument; uint64_t mask, value; } conditions[] = {
	{ POWER_FILE_READ, CALL(openat), 2, WRITES, 0 },
	{ POWER_FILE_READ, CALL(open),   1, WRITES, 0 },
	{ POWER_NET_CONNECT, CALL(clone), 0, CLONE_VM | CLONE_THREAD, CLONE_VM | CLONE_THREAD }, /* libcurl's resolver */
	{ POWER_THREAD, CALL(clone), 0, CLONE_VM | CLONE_THREAD, CLONE_VM | CLONE_THREAD },
	{ ALWAYS, CALL(newfstatat), 3, AT_EMPTY_PATH, AT_EMPTY_PATH }, /* fstat of glibc */
	{ ALWAYS, CALL(mmap),     2, PROT_EXEC, 0 },
	{ ALWAYS, CALL(mprotect), 2, PROT_EXEC, 0 },
	{ ALWAYS, CALL(ioctl), 1, ~0u, FIONBIO }, { ALWAYS, CALL(ioctl), 1, ~0u, FIONREAD },
	{ ALWAYS, CALL(ioctl), 1, ~0u, TCGETS },  { ALWAYS, CALL(ioctl), 1, ~0u, TIOCGWINSZ },
	{ ALWAYS, CALL(prctl), 0, ~0u, PR_SET_NAME },      { ALWAYS, CALL(prctl), 0, ~0u, PR_GET_NAME },
	{ ALWAYS, CALL(prctl), 0, ~0u, PR_GET_DUMPABLE },  { ALWAYS, CALL(prctl), 0, ~0u, PR_SET_NO_NEW_PRIVS },
	{ ALWAYS, CALL(prctl), 0, ~0u, PR_SET_PDEATHSIG }, { ALWAYS, CALL(prctl), 0, ~0u, 0x53564d41 /* PR_SET_VMA: malloc */ },
	{ ALWAYS, CALL(prlimit64), 2, ~(uint64_t)0, 0 }, /* reading a limit: no new value */
#ifdef INKAN_TEST_CLOCK
	{ ALWAYS, CALL(openat), 2, WRITES, 0 }, /* the moved clock is read for ever; Landlock holds the rest back */
	{ ALWAYS, CALL(open),   1, WRITES, 0 },
#endif
#ifdef SANITIZED
	{ ALWAYS, CALL(clone), 0, CLONE_VM | CLONE_UNTRACED, CLONE_VM | CLONE_UNTRACED }, /* the leak checker's tracer */
#endif
};

/*
 * Calls that libraries try and can do without: they are told no, and live; but only where no row above grants them.
 * mask 0: whatever the arguments are.
 */
static const struct denial { unsigned unless; int call; int error; unsigned argument; uint64_t mask, value; } denials[] = {
#ifndef INKAN_TEST_CLOCK
	{ POWER_FILE_READ,   CALL(openat), EPERM, 2, WRITES, 0 },
	{ POWER_FILE_READ,   CALL(open),   EPERM, 1, WRITES, 0 },
#endif
	{ POWER_FILE_READ,   CALL(newfstatat), EPERM, 3, AT_EMPTY_PATH, 0 },
	{ POWER_FILE_READ,   CALL(stat),       EPERM, 0, 0, 0 },
	{ POWER_FILE_READ,   CALL(lstat),      EPERM, 0, 0, 0 },
	{ POWER_FILE_READ,   CALL(statx),      ENOSYS, 0, 0, 0 },
	{ POWER_FILE_READ,   CALL(access),     EPERM, 0, 0, 0 },
	{ POWER_FILE_READ,   CALL(faccessat),  EPERM, 0, 0, 0 },
	{ POWER_FILE_READ,   CALL(faccessat2), EPERM, 0, 0, 0 },
	{ POWER_FILE_READ,   CALL(readlink),   EPERM, 0, 0, 0 },
	{ POWER_FILE_READ,   CALL(readlinkat), EPERM, 0, 0, 0 },
	{ POWER_FILE_READ,   CALL(getcwd),     EPERM, 0, 0, 0 },
	{ POWER_FILE_READ,   CALL(statfs),     EPERM, 0, 0, 0 },
	{ POWER_FILE_READ,   CALL(getdents64), EPERM, 0, 0, 0 },
	{ POWER_NET_CONNECT, CALL(socket),     EPERM, 0, 0, 0 },
	{ POWER_NET_CONNECT, CALL(connect),    EPERM, 0, 0, 0 },
	{ POWER_NET_CONNECT, CALL(bind),       EPERM, 0, 0, 0 },
	{ 0, CALL(openat2), ENOSYS, 0, 0, 0 }, /* its flags lie in memory, where no filter sees them */
	{ 0, CALL(clone3),  ENOSYS, 0, 0, 0 }, /* the same; glibc falls back to clone */
	{ 0, CALL(sched_setscheduler), EPERM, 0, 0, 0 },
	{ 0, CALL(sched_getscheduler), EPERM, 0, 0, 0 },
	{ 0, CALL(sched_getparam), EPERM, 0, 0, 0 },
	{ 0, CALL(setpriority),    EPERM, 0, 0, 0 },
#ifdef SANITIZED
	{ 0, CALL(fork),           EPERM, 0, 0, 0 }, /* a report without its symbolizer is better than none */
#endif
};

/*
 * A parent's children carry its filter too, so it can only take away what none of them needs: the ways into the kernel,
 * into other processes, and out of the folders and users they were given.
 */
static const int forbidden_to_parents[] = {
	CALL(process_vm_readv), CALL(process_vm_writev), CALL(kcmp), CALL(pidfd_getfd), CALL(bpf), CALL(perf_event_open),
	CALL(userfaultfd), CALL(io_uring_setup), CALL(io_uring_enter), CALL(io_uring_register), CALL(init_module),
	CALL(finit_module), CALL(delete_module), CALL(kexec_load), CALL(kexec_file_load), CALL(reboot), CALL(swapon),
	CALL(swapoff), CALL(mount), CALL(umount2), CALL(move_mount), CALL(fsopen), CALL(fsmount), CALL(open_tree), CALL(pivot_root),
	CALL(chroot), CALL(unshare), CALL(setns), CALL(acct), CALL(quotactl), CALL(settimeofday), CALL(clock_settime),
	CALL(adjtimex), CALL(clock_adjtime), CALL(iopl), CALL(ioperm), CALL(open_by_handle_at), CALL(add_key), CALL(request_key),
	CALL(keyctl), CALL(sethostname), CALL(setdomainname), CALL(syslog), CALL(personality), CALL(mknod), CALL(mknodat),
#ifndef SANITIZED
	CALL(ptrace),
#endif
};
/* clang-format on */

static bool granted_whole(unsigned powers, int call)
{
	for (size_t i = 0; i < COUNT(grants); i++)
		if (grants[i].call == call && (grants[i].power & powers) != 0)
			return true;
	return false;
}

static RESULT rule_failed(int call, int error)
{
	return FAIL(E_BUG, "seccomp: call %d: %s", call, strerror(-error));
}

static RESULT grant_calls(scmp_filter_ctx filter, unsigned powers)
{
	for (size_t i = 0; i < COUNT(grants); i++) {
		const struct grant *row = &grants[i];
		if ((row->power & powers) == 0)
			continue;
		int done = seccomp_rule_add(filter, SCMP_ACT_ALLOW, row->call, 0);
		if (done != 0 && done != -EEXIST)
			return rule_failed(row->call, done);
	}
	return OK;
}

static RESULT grant_by_argument(scmp_filter_ctx filter, unsigned powers)
{
	for (size_t i = 0; i < COUNT(conditions); i++) {
		const struct condition *row = &conditions[i];
		if ((row->power & powers) == 0 || granted_whole(powers, row->call))
			continue;
		struct scmp_arg_cmp compare = { row->argument, SCMP_CMP_MASKED_EQ,
			row->mask, row->value };
		int done = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, row->call, 1,
			&compare);
		if (done != 0 && done != -EEXIST)
			return rule_failed(row->call, done);
	}
	return OK;
}

static RESULT deny_calls(scmp_filter_ctx filter, unsigned powers)
{
	for (size_t i = 0; i < COUNT(denials); i++) {
		const struct denial *row = &denials[i];
		if ((row->unless & powers) != 0 || granted_whole(powers, row->call))
			continue;
		struct scmp_arg_cmp compare = { row->argument, SCMP_CMP_MASKED_EQ,
			row->mask, row->value };
		int done = seccomp_rule_add_array(filter,
			SCMP_ACT_ERRNO((uint16_t)row->error), row->call, row->mask != 0,
			&compare);
		if (done != 0)
			return rule_failed(row->call, done);
	}
	return OK;
}

static RESULT fill_child(scmp_filter_ctx filter, unsigned powers)
{
	powers |= ALWAYS;
	/* The resolver and libpq read files of the system; Landlock narrows them to those. */
	if ((powers & POWER_NET_CONNECT) != 0)
		powers |= POWER_FILE_READ;
	TRY(grant_calls(filter, powers));
	TRY(grant_by_argument(filter, powers));
	return deny_calls(filter, powers);
}

static RESULT fill_parent(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < COUNT(forbidden_to_parents); i++) {
		int done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
			forbidden_to_parents[i], 0);
		if (done != 0)
			return rule_failed(forbidden_to_parents[i], done);
	}
	return OK;
}

/*
 * Unknown calls end the process rather than fail: a program that makes one is broken or taken over, and its parent stops
 * the others and says so. The kernel writes which call it was into its own log (audit type 1326).
 */
static RESULT filter_load(unsigned powers)
{
	bool parent = (powers & POWER_FORK) != 0;
	scmp_filter_ctx filter =
		seccomp_init(parent ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS);
	if (filter == NULL)
		return FAIL(E_IO, "seccomp: out of memory");
	/* A binary tree: the hot calls of a server must not wait behind a hundred comparisons. */
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	struct err err = parent ? fill_parent(filter) : fill_child(filter, powers);
	if (!err_is(err)) {
		int done = seccomp_load(filter);
		if (done != 0)
			err = FAIL(E_IO, "seccomp: %s", strerror(-done));
	}
	seccomp_release(filter);
	return err;
}

static bool kernel_filters(void)
{
	return seccomp_api_get() >= 1;
}

/* R-NET-04: parsers run with few powers. */
RESULT proc_restrict(unsigned powers, const char *const *read_below,
	const char *const *write_below)
{
	bool landlock = landlock_version() > 0, filter = kernel_filters();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return FAIL(E_IO, "no new privileges: %s", strerror(errno));
	if (landlock)
		TRY(landlock_apply(powers, read_below, write_below));
	if (filter)
		TRY(filter_load(powers));
	/* Not an error: the machine's own wall is lower, the users and files of each process still stand. */
	log_line(landlock && filter ? 6 : 4, NULL, "powers restricted", "landlock",
		landlock ? "yes" : "no", "seccomp", filter ? "yes" : "no", NULL);
	return OK;
}
