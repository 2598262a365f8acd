/* proc: what a daemon is made of: signals, children with their own user and their own pipes, frames, and few powers. */
#ifndef COMMON_PROC_PROC_H
#define COMMON_PROC_PROC_H

#include "common/base/blob.h"

/* Set by SIGTERM and SIGINT; set by SIGHUP. Readable in loops; the handlers do nothing else. SIGPIPE is ignored. */
extern volatile int proc_stop, proc_reload;
RESULT proc_signals(void);

/*
 * A parent's children. user: OS user to become when the parent is root ("" or NULL: stay). Each child gets descriptors
 * at fixed numbers from 3 on (fds[0] → 3 …), all others closed, no new privileges, parent-death signal SIGTERM, and
 * standard input from /dev/null. The child's user must exist and not be root (E_NOT_FOUND, E_POLICY); E_IO says what
 * failed in the child up to and with exec, for the call waits until the program runs.
 */
enum { PROC_FDS = 6, PROC_CHILDREN = 16 };
struct proc_child {
	const char *name;
	const char *user;
	const char *argv[16]; /* argv[0] is the program's path */
	int fds[PROC_FDS];    /* -1: unused */
	long pid;             /* set by proc_start */
};
RESULT proc_start(struct proc_child *child);
/*
 * Watches until proc_stop, or until any child ends: then all the others are asked to stop too, because they share pipes;
 * the caller starts them anew. proc_reload is handed on to them as SIGHUP. Returns OK after proc_stop with all gone (SIGKILL after grace_s), E_STATE when one ended
 * by itself (text names it and how).
 */
RESULT proc_watch(struct proc_child *children, size_t count, int grace_s);
/*
 * Until proc_stop: one life after the other of children that share pipes. once: starts them and watches (proc_watch); its
 * E_STATE begins the next life, more slowly when it was short; any other error is the end.
 */
RESULT proc_live(struct err (*once)(void *context), void *context);
/*
 * Until proc_stop, for children that live without each other: each is started, and started anew alone when it ends. The
 * first line that one of them writes to the pipe behind `told` (its read end) goes on to ready_fd. All are gone afterwards.
 */
RESULT proc_keep(struct proc_child *children, size_t count, int told, int ready_fd);
RESULT proc_socketpair(int out[static 2]); /* SOCK_STREAM, close-on-exec */
/* The path of a program that stands beside our own; name NULL: of our own. E_IO, E_INPUT: longer than size. */
RESULT proc_program(const char *name, char *out, size_t size);

/* Frames: four octets of length, big-endian, then the bytes; at most LIMIT_FRAME. Restarts on EINTR unless proc_stop. */
RESULT frame_send(int fd, struct blob bytes);
RESULT frame_send_fd(int fd, struct blob bytes,
	int passed); /* with a descriptor, SCM_RIGHTS */
/*
 * bytes: what it held is replaced.  passed: may be NULL (then descriptors are refused); else -1 or one, close-on-exec.
 * E_STATE: the peer closed (text "closed", "within a frame: closed"), or "stopping": proc_stop is set and nothing came.
 * E_INPUT: longer than LIMIT_FRAME or the buf's maximum, or a descriptor too many; the stream is out of step, close it.
 */
RESULT frame_receive(int fd, struct buf *bytes, int *passed);

/* Powers a process keeps after its start; everything else ends it (seccomp, SIGSYS) or is answered EPERM or EACCES. */
enum proc_power {
	POWER_NET_SERVE = 1 << 0, /* accept, send, receive on sockets it has */
	POWER_NET_CONNECT =
		1
		<< 1, /* new outgoing connections (PostgreSQL's socket, SMTP), and the resolver's files */
	POWER_FILE_READ = 1 << 2,  /* open files for reading, map code (dlopen) */
	POWER_FILE_WRITE = 1 << 3, /* create, rename, fsync */
	POWER_THREAD = 1 << 5, /* a library's own threads: they carry the same filter */
	POWER_FORK = 1 << 4,   /* parents only: see below */
};
/*
 * No new privileges, then, where the kernel has Landlock, file access below the given folders only (read: NULL-ended;
 * write: NULL-ended, readable too), then a system-call filter (libseccomp) for the powers named. Called once, after all
 * that is opened for ever is open (listening sockets, tokens, pipes; also after proc_ready).
 * A list that is NULL with its power: everywhere. Without the power nothing may be opened, list or not. Folders must
 * exist (E_IO names the missing one); the system's own readable places (/usr, resolver, OpenSSL's settings, null and
 * random devices) are added to every process that may read or connect.
 * A child's filter is a list of what it may call, all else ends it. A filter is inherited, so POWER_FORK (a parent) only
 * takes away what no child needs (mount, bpf, ptrace, modules, namespaces …) and leaves the rest to each child's own call.
 * A machine that lacks one of the two is logged and goes on with the other: the log shows what holds. Which call ended a
 * process stands in the kernel's log only (audit type 1326); proc_watch's text says that it was one.
 * Check builds allow in addition what sanitizers need and the file of the moved clock.
 */
RESULT proc_restrict(unsigned powers, const char *const *read_below,
	const char *const *write_below);

/*
 * Tells whoever started us that we serve: writes one line to fd `ready_fd` when >= 3 and closes it, and READY=1 to
 * $NOTIFY_SOCKET (so before proc_restrict).
 */
RESULT proc_ready(int ready_fd, const char *line);

#endif
