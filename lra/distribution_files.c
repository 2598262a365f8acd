/* distribution_files: the PKCS #12 files of a distribution as one ZIP archive, which any desktop opens; by libarchive, in parts. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "lra/distribution.h"
#include "lra/distribution_store.h"

enum { AT_ONCE = 32 };

struct distribution_files {
	struct db *db;
	int64_t id, after, made_at;
	struct archive *archive;
	struct buf *part; /* where libarchive writes to now */
	struct err err;   /* of writing there */
	bool over;
};

static la_ssize_t put(struct archive *archive, void *context, const void *bytes,
	size_t len)
{
	struct distribution_files *files = context;
	files->err = buf_append(files->part, blob_make(bytes, len));
	if (!err_is(files->err))
		return (la_ssize_t)len;
	archive_set_error(archive, EIO, "no room");
	return -1;
}

/* libarchive's errors in one place. */
static RESULT check(struct distribution_files *files, int result)
{
	TRY(files->err);
	return result == ARCHIVE_OK
		       ? OK
		       : FAIL(E_IO, "zip: %.100s", archive_error_string(files->archive));
}

void distribution_files_free(struct distribution_files *files)
{
	struct buf rest = BUF(LIMIT_PKCS12);
	if (files == NULL)
		return;
	files->part = &rest; /* what it still wants to write goes nowhere */
	archive_write_free(files->archive);
	buf_clear(&rest);
	free(files);
}

RESULT distribution_files_open(struct lra_call *call, int64_t id,
	struct distribution_files **out)
{
	AUTO(distribution_files_free)
	struct distribution_files *files = calloc(1, sizeof *files);
	if (files == NULL || (files->archive = archive_write_new()) == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(lra_distribution_fetch(call, id));
	files->db = call->lra->db;
	files->id = id;
	files->made_at = call->now;
	TRY(check(files, archive_write_set_format_zip(files->archive)));
	TRY(check(files, archive_write_set_bytes_per_block(files->archive, 0)));
	TRY(check(files, archive_write_open(files->archive, files, NULL, put, NULL)));
	*out = MOVE(files);
	return OK;
}

static void entry_free(struct archive_entry *entry)
{
	archive_entry_free(entry);
}
AUTO_DEFINE(struct archive_entry, entry_free)

/* The name says which case, and names nobody. */
static RESULT write_file(struct distribution_files *files, const char *receipt,
	struct blob pkcs12)
{
	char name[40];
	AUTO(entry_free) struct archive_entry *entry = archive_entry_new();
	if (entry == NULL)
		return FAIL(E_IO, "out of memory");
	snprintf(name, sizeof name, "%.30s.p12", receipt);
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0600);
	archive_entry_set_size(entry, (la_int64_t)pkcs12.len);
	archive_entry_set_mtime(entry, files->made_at, 0);
	TRY(check(files, archive_write_header(files->archive, entry)));
	if (archive_write_data(files->archive, pkcs12.data, pkcs12.len) !=
		(la_ssize_t)pkcs12.len)
		return FAIL(E_IO, "zip: %.100s", archive_error_string(files->archive));
	return check(files, archive_write_finish_entry(files->archive));
}

RESULT distribution_files_next(struct distribution_files *files, struct buf *part)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	if (files->over)
		return OK;
	files->part = part;
	TRY(distribution_store_files(files->db, files->id, files->after, AT_ONCE, &rows));
	for (size_t i = 0; i < db_count(rows); i++) {
		TRY(write_file(files, db_text(rows, i, FILE_RECEIPT),
			db_blob(rows, i, FILE_PKCS12)));
		files->after = db_int(rows, i, FILE_POSITION);
	}
	if (db_count(rows) > 0)
		return OK;
	files->over = true;
	return check(files, archive_write_close(files->archive)); /* the directory */
}
