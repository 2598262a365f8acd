/* vault_list: what lies in the vault: names, and the sweeping of what nobody needs. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/text.h"
#include "lra/vault_parts.h"

void vault_listing_free(struct vault_listing *list)
{
	if (list == NULL)
		return;
	for (size_t i = 0; i < list->count; i++)
		free(list->name[i]);
	free(list->name);
	free(list);
}

static RESULT add(struct vault_listing *list, const char *name)
{
	if (list->count == list->room) {
		size_t room = list->room == 0 ? 16 : 2 * list->room;
		char **more = realloc(list->name, room * sizeof *more);
		if (more == NULL)
			return FAIL(E_IO, "out of memory");
		list->name = more;
		list->room = room;
	}
	char *copy = strdup(name);
	if (copy == NULL)
		return FAIL(E_IO, "out of memory");
	list->name[list->count++] = copy;
	return OK;
}

static RESULT read_names(DIR *folder, struct vault_listing *list)
{
	const struct dirent *entry;
	errno = 0;
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			TRY(add(list, entry->d_name));
	return errno == 0 ? OK : FAIL(E_IO, "evidence folder: %s", strerror(errno));
}

/* A descriptor of its own, for the place of reading belongs to the open folder. */
RESULT vault_list(int folder, struct vault_listing **out)
{
	AUTO(vault_listing_free) struct vault_listing *list = calloc(1, sizeof *list);
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *open = fd < 0 ? NULL : fdopendir(fd);
	if (list == NULL || open == NULL) {
		if (open == NULL && fd >= 0)
			close(fd);
		if (open != NULL)
			closedir(open);
		return FAIL(E_IO, "evidence folder: %s", strerror(errno));
	}
	struct err err = read_names(open, list);
	closedir(open);
	TRY(err);
	*out = MOVE(list);
	return OK;
}

/* ---- sweeping */

/* Whether nobody's: a row that is committed after this answer would be one whose process holds the lock still. */
static RESULT is_garbage(struct vault_sweep *sweep, int fd, const char *name, bool *out)
{
	char plain[VAULT_NAME];
	struct stat about;
	bool known = false;
	*out = false;
	if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) ||
		about.st_mtime >= sweep->before || flock(fd, LOCK_EX | LOCK_NB) != 0)
		return OK;
	if (text_ends(name, ".sealed") && strlen(name) == VAULT_NAME + 6) {
		snprintf(plain, sizeof plain, "%.32s", name);
		TRY(sweep->known(sweep->context, plain, &known));
		*out = !known;
		return OK;
	}
	*out = text_ends(name, ".part");
	return OK;
}

static bool is_older(int folder, const char *name, int64_t than)
{
	struct stat about;
	return fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
	       about.st_mtime < than;
}

static RESULT sweep_file(struct vault_sweep *sweep, int folder, const char *name)
{
	bool garbage;
	if (is_older(folder, name, sweep->after))
		return OK;
	AUTO(held_fd_clear)
	struct held_fd file = { openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) };
	if (file.fd < 0)
		return OK; /* gone meanwhile */
	TRY(is_garbage(sweep, file.fd, name, &garbage));
	if (garbage && unlinkat(folder, name, 0) == 0)
		sweep->removed++;
	return OK;
}

static RESULT sweep_case(struct vault *vault, struct vault_sweep *sweep,
	const char *receipt)
{
	AUTO(held_fd_clear) struct held_fd folder = HELD_FD;
	AUTO(vault_listing_free) struct vault_listing *list = NULL;
	if (is_older(vault->fd, receipt, sweep->after))
		return OK;
	struct err err = vault_case(vault, receipt, false, &folder.fd);
	if (err.code == E_NOT_FOUND)
		return OK;
	TRY(err);
	TRY(vault_list(folder.fd, &list));
	for (size_t i = 0; i < list->count; i++)
		TRY(sweep_file(sweep, folder.fd, list->name[i]));
	return OK;
}

RESULT vault_sweep(struct vault *vault, struct vault_sweep *sweep)
{
	AUTO(vault_listing_free) struct vault_listing *cases = NULL;
	sweep->removed = 0;
	TRY(vault_list(vault->fd, &cases));
	for (size_t i = 0; i < cases->count; i++)
		TRY(sweep_case(vault, sweep, cases->name[i]));
	return OK;
}
