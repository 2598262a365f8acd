#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/proc/proc.h"
#include "tests/check.h"

static void set_up(void)
{
	proc_stop = proc_reload = 0;
}

static bool have_pair(int pair[static 2])
{
	return CHECK_OK(proc_socketpair(pair), "socketpair");
}

static void drop_pair(const int pair[static 2])
{
	close(pair[0]);
	close(pair[1]);
}

static void test_frames_round_trip(void)
{
	static const size_t sizes[] = { 0, 1, 4096, 100000, LIMIT_FRAME };
	int pair[2];
	if (!have_pair(pair))
		return;
	AUTO(buf_clear) struct buf sent = BUF(LIMIT_FRAME);
	AUTO(buf_clear) struct buf got = BUF(LIMIT_FRAME);
	CHECK_OK(buf_reserve(&sent, LIMIT_FRAME), "room");
	for (size_t i = 0; i < LIMIT_FRAME; i++)
		sent.data[i] = (uint8_t)(i * 7 + i / 251);
	pid_t child =
		fork(); /* a frame larger than the socket's buffer needs a second hand */
	if (child == 0) {
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
			if (err_is(frame_send(pair[1], blob_make(sent.data, sizes[i]))))
				_exit(1);
		_exit(0);
	}
	close(pair[1]);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		CHECK_OK(frame_receive(pair[0], &got, NULL), "%zu bytes", sizes[i]);
		CHECK_BLOB(buf_view(&got), blob_make(sent.data, sizes[i]), "%zu bytes",
			sizes[i]);
	}
	struct err err = frame_receive(pair[0], &got, NULL);
	CHECK_ERR(err, E_STATE, "the peer has closed");
	CHECK_TEXT(err.text, "closed", "the word for an end between frames");
	int status = 0;
	waitpid(child, &status, 0);
	CHECK_INT(status, 0, "the sender");
	close(pair[0]);
}

static void test_frames_refuse(void)
{
	static const struct {
		const char *name, *hex;
		size_t max;
		enum err_code want;
	} rows[] = {
		{ "one more than LIMIT_FRAME", "00400001", LIMIT_FRAME, E_INPUT },
		{ "length of 4 GiB", "ffffffff", LIMIT_FRAME, E_INPUT },
		{ "one more than the buf may hold", "00000005616263646566", 4, E_INPUT },
		{ "ends within its length", "0000", LIMIT_FRAME, E_STATE },
		{ "ends within its bytes", "000000056162", LIMIT_FRAME, E_STATE },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int pair[2];
		AUTO(buf_clear) struct buf bytes = check_unhex(rows[i].hex);
		AUTO(buf_clear) struct buf got = BUF(rows[i].max);
		if (!have_pair(pair))
			return;
		CHECK_INT(write(pair[1], bytes.data, bytes.len), bytes.len, "%s",
			rows[i].name);
		close(pair[1]);
		struct err err = frame_receive(pair[0], &got, NULL);
		CHECK_ERR(err, rows[i].want, "%s", rows[i].name);
		CHECK(strcmp(err.text, "closed") != 0, "%s: not taken for a clean end",
			rows[i].name);
		close(pair[0]);
	}
	AUTO(buf_clear) struct buf large = BUF(LIMIT_FRAME + 1);
	CHECK_OK(buf_reserve(&large, LIMIT_FRAME + 1), "room");
	CHECK_ERR(frame_send(1, blob_make(large.data, LIMIT_FRAME + 1)), E_INPUT,
		"never sent");
	int pair[2];
	if (!have_pair(pair))
		return;
	close(pair[1]);
	CHECK_ERR(frame_send(pair[0], blob_text("x")), E_STATE,
		"to a peer that is gone, without SIGPIPE");
	close(pair[0]);
}

static bool same_file(int a, int b)
{
	struct stat one, other;
	return fstat(a, &one) == 0 && fstat(b, &other) == 0 &&
	       one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

static void send_two_descriptors(int fd, int passed)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control;
	memset(&control, 0, sizeof control);
	char frame[] = { 0, 0, 0, 1, 'x' };
	int both[2] = { passed, passed };
	struct iovec part = { frame, sizeof frame };
	struct msghdr message = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof control.room };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof both);
	memcpy(CMSG_DATA(head), both, sizeof both);
	CHECK_INT(sendmsg(fd, &message, 0), sizeof frame, "two descriptors sent");
}

static int open_count(void)
{
	int count = 0;
	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void test_frames_pass_descriptors(void)
{
	int pair[2], passed = -2;
	AUTO(buf_clear) struct buf got = BUF(LIMIT_FRAME);
	if (!have_pair(pair))
		return;
	int file = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	CHECK_OK(frame_send_fd(pair[1], blob_text("tbs"), file), "sent");
	CHECK_OK(frame_receive(pair[0], &got, &passed), "received");
	CHECK_TEXT(buf_text(&got), "tbs", "the bytes beside it");
	CHECK(passed >= 0 && passed != file && same_file(passed, file),
		"the same file behind another number");
	CHECK((fcntl(passed, F_GETFD) & FD_CLOEXEC) != 0, "closes at exec");
	close(passed);
	CHECK_OK(frame_send(pair[1], blob_text("none")), "sent without");
	CHECK_OK(frame_receive(pair[0], &got, &passed), "received without");
	CHECK_INT(passed, -1, "no descriptor");

	int before = open_count();
	CHECK_OK(frame_send_fd(pair[1], blob_text("x"), file), "not asked for");
	CHECK_ERR(frame_receive(pair[0], &got, NULL), E_INPUT, "not asked for");
	send_two_descriptors(pair[1], file);
	passed = -7;
	CHECK_ERR(frame_receive(pair[0], &got, &passed), E_INPUT, "two");
	CHECK_INT(passed, -7, "out stays untouched");
	CHECK_INT(open_count(), before, "refused descriptors are closed");
	close(file);
	drop_pair(pair);
}

static void test_stop_ends_waiting(void)
{
	int pair[2];
	AUTO(buf_clear) struct buf got = BUF(LIMIT_FRAME);
	if (!have_pair(pair))
		return;
	CHECK_OK(proc_signals(), "handlers");
	pid_t tester = getpid();
	pid_t child = fork();
	if (child == 0) {
		usleep(100000);
		kill(tester, SIGHUP); /* not a reason to stop */
		usleep(100000);
		kill(tester, SIGTERM);
		_exit(0);
	}
	int64_t from = clock_monotonic_ms();
	struct err err = frame_receive(pair[0], &got, NULL);
	int64_t took = clock_monotonic_ms() - from;
	CHECK_ERR(err, E_STATE, "stopped");
	CHECK_TEXT(err.text, "stopping", "not taken for a closed peer");
	CHECK(proc_stop == 1 && proc_reload == 1, "both signals were noted");
	CHECK(took >= 190 && took < 1500, "stopped by SIGTERM only, at once: %d ms",
		(int)took);
	waitpid(child, NULL, 0);
	/* A signal that came before the wait is seen too. */
	CHECK_ERR(frame_receive(pair[0], &got, NULL), E_STATE, "proc_stop set before");
	/* What has come already is still delivered. */
	CHECK_OK(frame_send(pair[1], blob_text("last")), "sent");
	CHECK_OK(frame_receive(pair[0], &got, NULL), "received");
	drop_pair(pair);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
}

/* Runs /bin/sh -c SCRIPT as a child whose fd 3 is a pipe to us; its words come back. */
static struct err run_shell(const char *script, const char *user, struct buf *words)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return FAIL(E_IO, "pipe");
	struct proc_child child = { .name = "shell",
		.user = user,
		.argv = { "/bin/sh", "-c", script, NULL },
		.fds = { ends[1], -1, ends[1], -1, -1, -1 } };
	struct err err = proc_start(&child);
	close(ends[1]);
	char part[512];
	for (ssize_t got; (got = read(ends[0], part, sizeof part)) > 0;)
		IGNORE(buf_append(words,
			blob_make(part, (size_t)got))); /* compared below */
	close(ends[0]);
	if (!err_is(err))
		waitpid((pid_t)child.pid, NULL, 0);
	return err;
}

/* proves R-NET-04 */
static void test_child_has_only_what_it_was_given(void)
{
	AUTO(buf_clear) struct buf words = BUF(65536);
	int stray = open("/dev/zero", O_RDONLY); /* not close-on-exec: must not get in */
	int high = fcntl(stray, F_DUPFD, 100);
	CHECK_OK(run_shell("ls -l /proc/self/fd | sed -n 's/.* \\([0-9]*\\) -> "
			   "\\([a-z/]*\\).*/\\1=\\2/p' >&3;"
			   "grep -E 'NoNewPrivs|SigIgn|SigBlk' /proc/self/status >&3",
			 NULL, &words),
		"started");
	close(stray);
	close(high);
	const char *text = buf_text(&words);
	CHECK(strstr(text, "0=/dev/null") != NULL, "standard input: %s", text);
	CHECK(strstr(text, "3=pipe") != NULL && strstr(text, "5=pipe") != NULL,
		"fds 3 and 5: %s", text);
	CHECK(strstr(text, "zero") == NULL, "no stray descriptor: %s", text);
	CHECK(strstr(text, "4=pipe") == NULL, "a place named -1 stays empty: %s", text);
	CHECK(strstr(text, "NoNewPrivs:\t1") != NULL, "no new privileges: %s", text);
	CHECK(strstr(text, "SigBlk:\t0000000000000000") != NULL, "no signal blocked: %s",
		text);
}

/* proves R-NET-04 */
static void test_child_becomes_its_user(void)
{
	AUTO(buf_clear) struct buf words = BUF(4096);
	if (geteuid() != 0)
		return; /* only root can change; everybody else stays, which the other tests show */
	const struct passwd *nobody = getpwnam("nobody");
	char want[64];
	snprintf(want, sizeof want, "%u %u\n", (unsigned)nobody->pw_uid,
		(unsigned)nobody->pw_gid);
	CHECK_OK(run_shell("echo $(id -u) $(id -g) >&3", "nobody", &words), "started");
	CHECK_TEXT(buf_text(&words), want, "user and group");
	words.len = 0;
	CHECK_OK(run_shell("grep -E 'Groups|CapEff|CapPrm' /proc/self/status >&3",
			 "nobody", &words),
		"started");
	CHECK(strstr(buf_text(&words), "CapEff:\t0000000000000000") != NULL &&
			strstr(buf_text(&words), "CapPrm:\t0000000000000000") != NULL,
		"no capability is left: %s", buf_text(&words));
	CHECK_ERR(run_shell("true", "no-such-user-here", &words), E_NOT_FOUND,
		"unknown user");
	CHECK_ERR(run_shell("true", "root", &words), E_POLICY, "root");
}

static void test_child_that_cannot_start(void)
{
	struct proc_child child = { .name = "signer",
		.argv = { "/nowhere/inkan-signer", NULL },
		.fds = { -1, -1, -1, -1, -1, -1 } };
	int before = open_count();
	struct err err = proc_start(&child);
	CHECK_ERR(err, E_IO, "no such program");
	CHECK_TEXT(err.text, "child signer: exec: No such file or directory",
		"says who and why");
	CHECK_INT(child.pid, 0, "out stays untouched");
	CHECK_INT(open_count(), before, "no descriptor is lost");
	CHECK(waitpid(-1, NULL, WNOHANG) <= 0, "no zombie is left");
}

static bool start_shell(struct proc_child *child, const char *name, const char *script)
{
	*child = (struct proc_child){ .name = name,
		.argv = { "/bin/sh", "-c", script, NULL },
		.fds = { -1, -1, -1, -1, -1, -1 } };
	return CHECK_OK(proc_start(child), "%s", name);
}

static void test_watch_ends_all_when_one_ends(void)
{
	static const struct {
		const char *script, *text;
	} rows[] = {
		{ "exit 3", "one ended with exit code 3" },
		{ "kill -9 $$", "one was ended by signal 9" },
		{ "kill -SYS $$", "one made a system call that it has no power for" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct proc_child children[2];
		if (!start_shell(&children[0], "other", "exec sleep 60") ||
			!start_shell(&children[1], "one", rows[i].script))
			return;
		pid_t other = (pid_t)children[0].pid;
		int64_t from = clock_monotonic_ms();
		struct err err = proc_watch(children, 2, 5);
		CHECK_ERR(err, E_STATE, "%s", rows[i].script);
		CHECK_TEXT(err.text, rows[i].text, "names it and how");
		CHECK(kill(other, 0) != 0, "%s: the other was stopped too",
			rows[i].script);
		CHECK(clock_monotonic_ms() - from < 2000, "%s: at once", rows[i].script);
	}
}

static void test_watch_stops_all(void)
{
	struct proc_child children[2];
	/* One does not listen to SIGTERM: it goes after the grace. */
	if (!start_shell(&children[0], "deaf",
		    "trap '' TERM; while :; do sleep 0.05; done") ||
		!start_shell(&children[1], "good", "exec sleep 60"))
		return;
	usleep(100000); /* the trap must be set */
	proc_stop = 1;
	int64_t from = clock_monotonic_ms();
	CHECK_OK(proc_watch(children, 2, 1), "stopped when asked");
	int64_t took = clock_monotonic_ms() - from;
	CHECK(took >= 950 && took < 3000, "SIGKILL after the grace: %d ms", (int)took);
	CHECK(children[0].pid == 0 && children[1].pid == 0, "both are gone");
}

static RESULT two_lives(void *context)
{
	int *lives = context;
	return ++*lives < 3 ? FAIL(E_STATE, "life %d", *lives) : FAIL(E_IO, "the end");
}

static void test_live(void)
{
	int lives = 1; /* so that only one short life is waited for */
	CHECK_ERR(proc_live(two_lives, &lives), E_IO, "any other error is the end");
	CHECK_INT(lives, 3, "E_STATE began another");
}

static void *stop_later(void *unused)
{
	usleep(1600 * 1000);
	proc_stop = 1;
	return unused;
}

/* One lives for ever, one ends at once: it alone is started again, a line of each life tells so. */
static void test_keep(void)
{
	int ends[2], ready[2];
	char log[64], script[160], line[64] = "";
	snprintf(log, sizeof log, "/tmp/inkan-keep-%d", (int)getpid());
	snprintf(script, sizeof script, "echo x >> %s; echo ready >&3", log);
	if (!CHECK(pipe2(ends, O_CLOEXEC) == 0 && pipe2(ready, O_CLOEXEC) == 0, "pipes"))
		return;
	struct proc_child children[] = {
		{ .name = "steady",
			.argv = { "/bin/sh", "-c", "exec sleep 60" },
			.fds = { -1, -1, -1, -1, -1, -1 } },
		{ .name = "brief",
			.argv = { "/bin/sh", "-c", script },
			.fds = { ends[1], -1, -1, -1, -1, -1 } },
	};
	pthread_t later;
	if (!CHECK(pthread_create(&later, NULL, stop_later, NULL) == 0, "thread"))
		return;
	CHECK_OK(proc_keep(children, 2, ends[0], ready[1]), "until asked to stop");
	pthread_join(later, NULL);
	CHECK_INT(read(ready[0], line, sizeof line - 1), 6, "told once");
	CHECK_TEXT(line, "ready\n", "the line of the first life");
	CHECK(children[0].pid == 0 && children[1].pid == 0, "both are gone");
	struct stat stat_of;
	CHECK(stat(log, &stat_of) == 0 && stat_of.st_size >= 4, "started again: %d lives",
		(int)stat_of.st_size / 2);
	unlink(log);
	close(ends[0]);
	close(ends[1]);
	close(ready[0]);
}

static void test_program(void)
{
	char own[4096], other[4096], small[8];
	CHECK_OK(proc_program(NULL, own, sizeof own), "our own");
	CHECK_OK(proc_program("inkan-lint", other, sizeof other), "beside it");
	CHECK(strncmp(own, other, (size_t)(strrchr(own, '/') - own)) == 0 &&
			strcmp(strrchr(other, '/'), "/inkan-lint") == 0,
		"%s", other);
	CHECK(err_is(proc_program("inkan-lint", small, sizeof small)), "no room");
}

static void test_ready(void)
{
	int ends[2];
	char got[64] = "";
	char path[64];
	if (!CHECK(pipe2(ends, O_CLOEXEC) == 0, "pipe"))
		return;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	snprintf(path, sizeof path, "@inkan-test-%d", (int)getpid());
	memcpy(address.sun_path + 1, path + 1, strlen(path) - 1);
	int listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CHECK_INT(bind(listener, (struct sockaddr *)&address,
			  (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				      strlen(path))),
		0, "bind");
	setenv("NOTIFY_SOCKET", path, 1);
	CHECK_OK(proc_ready(ends[1], "https://127.0.0.1:8443"), "told");
	unsetenv("NOTIFY_SOCKET");
	CHECK_INT(read(ends[0], got, sizeof got - 1), 23, "line");
	CHECK_TEXT(got, "https://127.0.0.1:8443\n", "line");
	CHECK_INT(read(ends[0], got, sizeof got - 1), 0, "closed behind it");
	CHECK_INT(recv(listener, got, sizeof got, MSG_DONTWAIT), 7, "datagram");
	CHECK(memcmp(got, "READY=1", 7) == 0, "datagram");
	close(listener);
	close(ends[0]);
	setenv("NOTIFY_SOCKET", "relative", 1);
	CHECK_ERR(proc_ready(-1, ""), E_INPUT, "neither a path nor abstract");
	unsetenv("NOTIFY_SOCKET");
	CHECK_OK(proc_ready(-1, ""), "nobody to tell");
}

/* What a restricted process tries. 0: it works; else errno. */
static char folder[] =
	"/tmp/inkan-proc-XXXXXX"; /* holds in/ and out/, each with a file `f` */
static int listening = -1;
static uint16_t port;

static int as_errno(bool good)
{
	return good ? 0 : errno;
}

static int try_open(const char *name, int flags)
{
	char path[96];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, flags | O_CLOEXEC, 0600);
	return as_errno(fd >= 0);
}
static int read_in(void)
{
	return try_open("in/f", O_RDONLY);
}
static int read_out(void)
{
	return try_open("out/f", O_RDONLY);
}
static int write_in(void)
{
	return try_open("in/f", O_WRONLY | O_TRUNC);
}
static int create_in(void)
{
	return try_open("in/new", O_RDWR | O_CREAT);
}
static int create_out(void)
{
	return try_open("out/new", O_RDWR | O_CREAT);
}
static int rename_in(void)
{
	char from[96], to[96];
	snprintf(from, sizeof from, "%s/in/f", folder);
	snprintf(to, sizeof to, "%s/in/g", folder);
	int done = as_errno(rename(from, to) == 0);
	if (done == 0)
		done = as_errno(rename(to, from) == 0);
	return done;
}
static int sync_held(void)
{
	return as_errno(fsync(listening) == 0 || errno == EINVAL);
}
static int connect_tcp(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return as_errno(
		fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
}
static int connect_unix(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return as_errno(
		fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
}
static int resolve(void)
{
	struct addrinfo *found = NULL;
	int done = getaddrinfo("localhost", "80", NULL, &found);
	if (done == 0)
		freeaddrinfo(found);
	return done == 0 ? 0 : EPERM;
}
static int accept_one(void) /* nobody calls: EAGAIN is an answer */
{
	return as_errno(
		accept4(listening, NULL, NULL, SOCK_NONBLOCK) >= 0 || errno == EAGAIN);
}
static int run_shell_directly(void)
{
	char *const argv[] = { "/bin/true", NULL };
	execv(argv[0], argv);
	return errno;
}
static int fork_one(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return as_errno(pid > 0 && waitpid(pid, NULL, 0) == pid);
}
static int signal_parent(void)
{
	return as_errno(kill(getppid(), 0) == 0);
}
static int map_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return as_errno(at != MAP_FAILED);
}
static int mount_over(void)
{
	return as_errno(mount("none", folder, "tmpfs", 0, NULL) == 0);
}
static int frames_and_memory(void) /* everybody's daily work */
{
	int ends[2];
	uint8_t random[16];
	void *memory = malloc(8 << 20);
	struct timespec little = { 0, 1000 };
	char got[4];
	bool good = pipe2(ends, O_CLOEXEC) == 0 && write(ends[1], "x", 1) == 1 &&
		    read(ends[0], got, 1) == 1 &&
		    getrandom(random, sizeof random, 0) == sizeof random &&
		    memory != NULL && nanosleep(&little, NULL) == 0 && clock_now() > 0 &&
		    eventfd(0, EFD_CLOEXEC) >= 0 && epoll_create1(EPOLL_CLOEXEC) >= 0;
	free(memory);
	return as_errno(good);
}

static void *do_nothing(void *context)
{
	return context;
}
static int begin_thread(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, do_nothing, NULL);
	return error != 0 ? error : pthread_join(thread, NULL);
}
static int begin_thread_and_fork(void)
{
	int error = begin_thread();
	return error != 0 ? error : fork_one();
}

enum outcome { WORKS, REFUSED, KILLED };
static const char *const outcome_names[] = { "works", "refused", "killed" };

/* Runs the attempt in a child with these powers and says what came of it; -1: proc_restrict itself failed. */
static int outcome_of(unsigned powers, const char *const *read_below,
	const char *const *write_below, int (*attempt)(void))
{
	pid_t pid = fork();
	if (pid == 0) {
		if (err_is(proc_restrict(powers, read_below, write_below)))
			_exit(99);
		_exit(attempt());
	}
	int status = 0;
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : -2;
	if (WEXITSTATUS(status) == 0)
		return WORKS;
	int why = WEXITSTATUS(status);
	return why == EPERM || why == EACCES || why == ENOSYS || why == EXDEV
		       ? REFUSED
		       : -why - 100;
}

static bool make_folder(void)
{
	static const char *const parts[] = { "in", "out" };
	char path[96];
	if (!CHECK(mkdtemp(folder) != NULL, "temporary folder"))
		return false;
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, parts[i]);
		CHECK_INT(mkdir(path, 0700), 0, "%s", path);
		snprintf(path, sizeof path, "%s/%s/f", folder, parts[i]);
		int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		CHECK(fd >= 0, "%s", path);
		close(fd);
	}
	return true;
}

static void drop_folder(void)
{
	static const char *const files[] = { "in/f", "in/g", "in/new", "out/f", "out/new",
		"socket" };
	char path[96];
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i]);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/in", folder);
	rmdir(path);
	snprintf(path, sizeof path, "%s/out", folder);
	rmdir(path);
	rmdir(folder);
	strncpy(strrchr(folder, '-') + 1, "XXXXXX", 7);
}

static int listen_tcp(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof address;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
			listen(fd, 8) == 0 &&
			getsockname(fd, (struct sockaddr *)&address, &len) == 0,
		"listening");
	port = ntohs(address.sin_port);
	return fd;
}

static int listen_unix(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
			listen(fd, 8) == 0,
		"listening");
	return fd;
}

/* proves R-NET-04 */
static void test_powers(void)
{
	if (!make_folder())
		return;
	char in[96];
	snprintf(in, sizeof in, "%s/in", folder);
	const char *const only_in[] = { in, NULL };
	const char *const nothing[] = { NULL };
	enum {
		R = POWER_FILE_READ,
		W = POWER_FILE_WRITE,
		S = POWER_NET_SERVE,
		C = POWER_NET_CONNECT,
		T = POWER_THREAD,
		F = POWER_FORK
	};
	const struct {
		const char *name;
		unsigned powers;
		const char *const *read, *const *write;
		int (*attempt)(void);
		enum outcome want;
	} rows[] = {
		{ "none: daily work", 0, NULL, NULL, frames_and_memory, WORKS },
		{ "none: read a file", 0, NULL, NULL, read_in, REFUSED },
		{ "none: read, list given", 0, only_in, NULL, read_in, REFUSED },
		{ "none: write a file", 0, NULL, NULL, write_in, KILLED },
		{ "none: rename", 0, NULL, NULL, rename_in, KILLED },
		{ "none: fsync", 0, NULL, NULL, sync_held, KILLED },
		{ "none: accept", 0, NULL, NULL, accept_one, KILLED },
		{ "none: connect", 0, NULL, NULL, connect_tcp, REFUSED },
		{ "none: connect to a Unix socket", 0, NULL, NULL, connect_unix,
			REFUSED },
		{ "none: exec", 0, NULL, NULL, run_shell_directly, KILLED },
		{ "none: fork", 0, NULL, NULL, fork_one, KILLED },
		{ "none: signal another", 0, NULL, NULL, signal_parent, KILLED },
		{ "none: mount", 0, NULL, NULL, mount_over, KILLED },
		{ "read: everywhere", R, NULL, NULL, read_out, WORKS },
		{ "read: below", R, only_in, NULL, read_in, WORKS },
		{ "read: not below", R, only_in, NULL, read_out, REFUSED },
		{ "read: below nothing", R, nothing, NULL, read_in, REFUSED },
		{ "read: writes", R, NULL, NULL, write_in, KILLED },
		{ "read: creates", R, NULL, NULL, create_in, KILLED },
		{ "read: daily work", R, only_in, NULL, frames_and_memory, WORKS },
		{ "write: everywhere", R | W, NULL, NULL, create_out, WORKS },
		{ "write: below", R | W, nothing, only_in, create_in, WORKS },
		{ "write: truncates below", W, NULL, only_in, write_in, WORKS },
		{ "write: renames below", W, NULL, only_in, rename_in, WORKS },
		{ "write: reads below", R | W, nothing, only_in, read_in, WORKS },
		{ "write: not below", R | W, NULL, only_in, create_out, REFUSED },
		{ "write: read-only folder", R | W, only_in, nothing, write_in, REFUSED },
		{ "write: connects", R | W, NULL, NULL, connect_tcp, REFUSED },
		{ "serve: accept", S, NULL, NULL, accept_one, WORKS },
		{ "serve: connect", S, NULL, NULL, connect_tcp, REFUSED },
		{ "serve: exec", S, NULL, NULL, run_shell_directly, KILLED },
		{ "serve: read", S, NULL, NULL, read_in, REFUSED },
		{ "serve: fork", S | C, NULL, NULL, fork_one, KILLED },
		{ "connect: TCP", C, NULL, NULL, connect_tcp, WORKS },
		{ "connect: Unix", C, NULL, NULL, connect_unix, WORKS },
		{ "connect: resolves a name", C, NULL, NULL, resolve, WORKS },
		{ "connect: reads elsewhere", C, NULL, NULL, read_in, REFUSED },
		{ "connect: accept", C, NULL, NULL, accept_one, KILLED },
		{ "thread: one of our own", T, NULL, NULL, begin_thread, WORKS },
		{ "thread: and no process", T, NULL, NULL, begin_thread_and_fork,
			KILLED },
		{ "none: a thread", 0, NULL, NULL, begin_thread, KILLED },
		{ "parent: fork", F, NULL, NULL, fork_one, WORKS },
		{ "parent: exec", F, NULL, NULL, run_shell_directly, WORKS },
		{ "parent: signals", F, NULL, NULL, signal_parent, WORKS },
		{ "parent: mount", F, NULL, NULL, mount_over, REFUSED },
		{ "parent: what its children need", F, NULL, NULL, create_in, WORKS },
		{ "none: map code", S | C, NULL, NULL, map_code, WORKS },
		{ "none: map code", S, NULL, NULL, map_code, KILLED },
	};
	listening = listen_tcp();
	int unix_socket = listen_unix();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int got = outcome_of(rows[i].powers, rows[i].read, rows[i].write,
			rows[i].attempt);
		CHECK(got == (int)rows[i].want, "%s: %s, got %d", rows[i].name,
			outcome_names[rows[i].want], got);
	}
	close(listening);
	close(unix_socket);
	drop_folder();
}

static int narrow_twice(void)
{
	return err_is(proc_restrict(0, NULL, NULL)) ? 77 : read_in();
}

static void test_restrict_borders(void)
{
	static const char *const missing[] = { "/no/such/folder", NULL };
	if (!make_folder())
		return;
	pid_t pid = fork();
	if (pid == 0) {
		struct err err = proc_restrict(POWER_FILE_READ, missing, NULL);
		_exit(err.code == E_IO && strstr(err.text, "/no/such/folder") != NULL
				? 0
				: 1);
	}
	int status = 0;
	waitpid(pid, &status, 0);
	CHECK_INT(status, 0, "a folder that is missing is named");
	CHECK_INT(outcome_of(POWER_FILE_READ, NULL, NULL, narrow_twice), REFUSED,
		"a second call takes away more");
	drop_folder();
}

static const CU_TestInfo tests[] = {
	{ "frames come through whole, up to the largest", test_frames_round_trip },
	{ "frames that are wrong are refused", test_frames_refuse },
	{ "frames pass one descriptor and never two", test_frames_pass_descriptors },
	{ "a stop ends waiting", test_stop_ends_waiting },
	{ "a child has only what it was given", test_child_has_only_what_it_was_given },
	{ "a child becomes its user", test_child_becomes_its_user },
	{ "a child that cannot start is told", test_child_that_cannot_start },
	{ "watch stops all when one ends", test_watch_ends_all_when_one_ends },
	{ "watch stops all when asked", test_watch_stops_all },
	{ "a life ends, another begins", test_live },
	{ "each is kept alone", test_keep },
	{ "programs that stand beside ours", test_program },
	{ "ready is told", test_ready },
	{ "each power: what works and what does not", test_powers },
	{ "restrict at its borders", test_restrict_borders },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_proc = { "common/proc", tests, set_up, NULL };
