#include "common/proc/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/table.h"
#include "common/proc/proc.h"

/* Newer than Debian 12's kernel headers; numbers of linux/landlock.h, and the version each came with. */
enum {
	ACCESS_TRUNCATE = 1 << 14, /* 3 */
	NET_BIND_TCP = 1 << 0,     /* 4 */
	NET_CONNECT_TCP = 1 << 1,
	SCOPE_ABSTRACT_UNIX = 1 << 0, /* 6 */
	SCOPE_SIGNAL = 1 << 1,
};
struct ruleset_attr {
	uint64_t handled_access_fs, handled_access_net, scoped;
};

enum {
	READ_ALL = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	WRITE_FILE = LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE,
	WRITE_ALL = WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
		    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
		    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM |
		    LANDLOCK_ACCESS_FS_REFER,
	MAKE_OTHER = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK |
		     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK,
	/* Rights that mean something for a file that is not a folder; the kernel refuses a rule with others. */
	OF_FILES = LANDLOCK_ACCESS_FS_READ_FILE | WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE,
};

/* What glibc, OpenSSL and the resolver open by themselves at any time; nothing secret is there. */
static const char *const always_readable[] = {
	"/usr",
	"/lib",
	"/lib64",
	"/dev/null",
	"/dev/urandom",
	"/dev/random",
	"/etc/ld.so.cache",
	"/etc/localtime",
	"/etc/nsswitch.conf",
	"/etc/hosts",
	"/etc/host.conf",
	"/etc/resolv.conf",
	"/etc/gai.conf",
	"/etc/services",
	"/etc/protocols",
	"/etc/passwd",
	"/etc/group",
	"/etc/ssl/openssl.cnf",
	"/etc/gnutls/config",
	"/etc/softhsm",
	"/sys/devices/system/cpu",
};

int landlock_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION);
	return version < 0 ? 0 : (int)version;
}

static RESULT allow_below(int ruleset, const char *path, uint64_t access,
	bool may_be_missing)
{
	struct stat about;
	struct landlock_path_beneath_attr rule = { .allowed_access = access };
	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return may_be_missing ? OK : FAIL(E_IO, "%s: %s", path, strerror(errno));
	if (fstat(rule.parent_fd, &about) == 0 && !S_ISDIR(about.st_mode))
		rule.allowed_access &= OF_FILES;
	long done = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
		&rule, 0);
	int why = errno;
	close(rule.parent_fd);
	return done == 0 ? OK : FAIL(E_IO, "landlock: %s: %s", path, strerror(why));
}

static RESULT allow_list(int ruleset, const char *const *paths, uint64_t access)
{
	for (; paths != NULL && *paths != NULL; paths++)
		TRY(allow_below(ruleset, *paths, access, false));
	return OK;
}

#ifdef INKAN_TEST_CLOCK
/* The folder of the file that a variable of the environment names. */
static RESULT allow_beside(int ruleset, const char *variable, uint64_t access)
{
	char folder[512];
	const char *path = getenv(variable);
	if (path == NULL || strlen(path) >= sizeof folder || access == 0)
		return OK;
	memcpy(folder, path, strlen(path) + 1);
	return allow_below(ruleset, dirname(folder), access, true);
}
#endif

/*
 * Check builds read the moved clock's file for ever, and their leak checker its own threads; a fault's file is read and
 * removed wherever it strikes.
 */
static RESULT allow_check_build(int ruleset, uint64_t handled)
{
#ifdef INKAN_TEST_CLOCK
	uint64_t reading = handled & READ_ALL;
	if (reading != 0)
		TRY(allow_below(ruleset, "/proc", reading, true));
	TRY(allow_beside(ruleset, "INKAN_TEST_CLOCK", reading));
	return allow_beside(ruleset, "INKAN_FAULT",
		handled & (READ_ALL | LANDLOCK_ACCESS_FS_REMOVE_FILE));
#else
	(void)ruleset;
	(void)handled;
	return OK;
#endif
}

static RESULT allow_all(int ruleset, unsigned powers, uint64_t handled,
	const char *const *read_below, const char *const *write_below)
{
	uint64_t reading = handled & READ_ALL;
	if (reading != 0 && (powers & (POWER_FILE_READ | POWER_NET_CONNECT)) != 0)
		for (size_t i = 0; i < COUNT(always_readable); i++)
			TRY(allow_below(ruleset, always_readable[i], reading, true));
	TRY(allow_check_build(ruleset, handled));
	if (reading != 0 && (powers & POWER_FILE_READ) != 0)
		TRY(allow_list(ruleset, read_below, reading));
	uint64_t writing = handled & (READ_ALL | WRITE_ALL);
	if ((powers & POWER_FILE_WRITE) != 0)
		TRY(allow_list(ruleset, write_below, writing));
	if (writing != 0 && (powers & POWER_FILE_WRITE) != 0)
		TRY(allow_below(ruleset, "/dev/null", writing, true));
	return OK;
}

/* A power without a list holds everywhere; without the power nothing may be opened, list or not. */
static struct ruleset_attr what_to_handle(unsigned powers, const char *const *read_below,
	const char *const *write_below, int version)
{
	bool parent = (powers & POWER_FORK) != 0;
	struct ruleset_attr out = { .handled_access_fs = MAKE_OTHER };
	if (!parent)
		out.handled_access_fs |= LANDLOCK_ACCESS_FS_EXECUTE;
	if ((powers & POWER_FILE_READ) != 0 ? read_below != NULL : !parent)
		out.handled_access_fs |= READ_ALL;
	if ((powers & POWER_FILE_WRITE) != 0 ? write_below != NULL : !parent)
		out.handled_access_fs |= WRITE_ALL;
	if (version < 2)
		out.handled_access_fs &= ~(uint64_t)LANDLOCK_ACCESS_FS_REFER;
	if (version < 3)
		out.handled_access_fs &= ~(uint64_t)ACCESS_TRUNCATE;
	if (version >= 4 && !parent && (powers & POWER_NET_CONNECT) == 0)
		out.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP;
	if (version >= 6 && !parent)
		out.scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL;
	return out;
}

RESULT landlock_apply(unsigned powers, const char *const *read_below,
	const char *const *write_below)
{
	int version = landlock_version();
	struct ruleset_attr attr =
		what_to_handle(powers, read_below, write_below, version);
	/* An older kernel knows only the members of its time. */
	size_t size = version < 4 ? 8 : version < 6 ? 16 : 24;
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (ruleset < 0)
		return FAIL(E_IO, "landlock: %s", strerror(errno));
	struct err err = allow_all(ruleset, powers, attr.handled_access_fs, read_below,
		write_below);
	if (!err_is(err) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		err = FAIL(E_IO, "no new privileges: %s", strerror(errno));
	if (!err_is(err) && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		err = FAIL(E_IO, "landlock: %s", strerror(errno));
	close(ruleset);
	return err;
}
