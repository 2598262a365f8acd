#include "ca/quota.h"

#include <lmdb.h>

#include "common/base/clock.h"
#include "common/base/limits.h"

/*
 * Keys: "count", the month, the LRA → a number; "order", the month, the digest → nothing. A month is "2026-11": the keys of
 * one lie together, and those of the month before the last are removed when a new one begins.
 */
enum { MAP_SIZE = 1024 * MIB, KEY_MOST = 96, MONTH_TEXT = 16 };

struct quota {
	MDB_env *env;
	MDB_dbi table;
	MDB_txn *taking; /* NULL: nothing was taken since it was kept */
};

static struct err lmdb_make(int rc, const char *where, const char *what)
{
	return err_make(E_IO, where, "quota: %s: %s", what, mdb_strerror(rc));
}
#define LMDB(call, what)                                                                 \
	do {                                                                             \
		int rc_ = (call);                                                        \
		if (rc_ != MDB_SUCCESS)                                                  \
			return lmdb_make(rc_, ERR_WHERE, (what));                        \
	} while (0)

RESULT quota_open(const char *folder, struct quota **out)
{
	AUTO(quota_close) struct quota *quota = calloc(1, sizeof *quota);
	if (quota == NULL)
		return FAIL(E_IO, "out of memory");
	LMDB(mdb_env_create(&quota->env), "create");
	LMDB(mdb_env_set_mapsize(quota->env, MAP_SIZE), "map size");
	LMDB(mdb_env_open(quota->env, folder, MDB_NOTLS, 0600), folder);
	LMDB(mdb_txn_begin(quota->env, NULL, 0, &quota->taking), "begin");
	LMDB(mdb_dbi_open(quota->taking, NULL, 0, &quota->table), "table");
	TRY(quota_keep(quota));
	*out = MOVE(quota);
	return OK;
}

void quota_drop(struct quota *quota)
{
	if (quota->taking != NULL)
		mdb_txn_abort(MOVE(quota->taking));
}

void quota_close(struct quota *quota)
{
	if (quota == NULL)
		return;
	quota_drop(quota);
	if (quota->env != NULL)
		mdb_env_close(quota->env);
	free(quota);
}

RESULT quota_keep(struct quota *quota)
{
	if (quota->taking != NULL)
		LMDB(mdb_txn_commit(MOVE(quota->taking)), "commit");
	return OK;
}

/* ---- keys */

static void month_of(int64_t time, int back, char out[static MONTH_TEXT])
{
	struct clock_fields fields = clock_split(time);
	int month = fields.year * 12 + fields.month - 1 - back;
	snprintf(out, MONTH_TEXT, "%04d-%02d", (month / 12) % 10000, month % 12 + 1);
}

struct key {
	size_t len;
	uint8_t bytes[KEY_MOST];
};

static struct key key_make(const char *kind, const char *month, struct blob rest)
{
	struct key key;
	int len = snprintf((char *)key.bytes, sizeof key.bytes, "%s %s ", kind, month);
	key.len = (size_t)len;
	if (rest.len > sizeof key.bytes - key.len)
		rest.len = sizeof key.bytes - key.len;
	if (rest.len > 0)
		memcpy(key.bytes + key.len, rest.data, rest.len);
	key.len += rest.len;
	return key;
}

static MDB_val val_of(struct key *key)
{
	return (MDB_val){ .mv_size = key->len, .mv_data = key->bytes };
}

static RESULT find(struct quota *quota, struct key key, MDB_val *value, bool *there)
{
	MDB_val at = val_of(&key);
	int rc = mdb_get(quota->taking, quota->table, &at, value);
	*there = rc == MDB_SUCCESS;
	if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND)
		return lmdb_make(rc, ERR_WHERE, "get");
	return OK;
}

static RESULT put(struct quota *quota, struct key key, const void *data, size_t len)
{
	MDB_val at = val_of(&key),
		value = { .mv_size = len, .mv_data = (void *)(uintptr_t)data };
	LMDB(mdb_put(quota->taking, quota->table, &at, &value, 0), "put");
	return OK;
}

/* ---- counting */

static RESULT is_counted(struct quota *quota, const uint8_t order[static 32], int64_t now,
	bool *out)
{
	*out = false;
	for (int back = 0; back < 2 && !*out; back++) {
		char month[MONTH_TEXT];
		MDB_val nothing;
		month_of(now, back, month);
		TRY(find(quota, key_make("order", month, blob_make(order, 32)), &nothing,
			out));
	}
	return OK;
}

static void cursor_close(MDB_cursor *cursor)
{
	mdb_cursor_close(cursor);
}
AUTO_DEFINE(MDB_cursor, cursor_close)

/* Orders up to that month: whoever comes again after so long a time is counted again. Counts stay, one a month and LRA. */
static RESULT forget_orders(struct quota *quota, const char *month)
{
	AUTO(cursor_close) MDB_cursor *cursor = NULL;
	struct key key = key_make("order", "", BLOB_NONE),
		   last = key_make("order", month, BLOB_NONE);
	MDB_val at, value;
	LMDB(mdb_cursor_open(quota->taking, quota->table, &cursor), "cursor");
	key.len--; /* "order ": before the first month */
	at = val_of(&key);
	int rc = mdb_cursor_get(cursor, &at, &value, MDB_SET_RANGE);
	while (rc == MDB_SUCCESS && at.mv_size >= last.len &&
		memcmp(at.mv_data, last.bytes, last.len) <= 0) {
		LMDB(mdb_cursor_del(cursor, 0), "delete");
		rc = mdb_cursor_get(cursor, &at, &value, MDB_NEXT);
	}
	return rc == MDB_SUCCESS || rc == MDB_NOTFOUND
		       ? OK
		       : lmdb_make(rc, ERR_WHERE, "cursor");
}

static RESULT counted(struct quota *quota, const char *month, const char *lra,
	int64_t *out)
{
	MDB_val value;
	bool there;
	*out = 0;
	TRY(find(quota, key_make("count", month, blob_text(lra)), &value, &there));
	if (there && value.mv_size != sizeof *out)
		return FAIL(E_IO, "quota: a count of %zu octets", value.mv_size);
	if (there)
		memcpy(out, value.mv_data, sizeof *out);
	return OK;
}

RESULT quota_take(struct quota *quota, const char *lra, int64_t most,
	const uint8_t order[static 32], int64_t now, bool *granted, int64_t *used)
{
	char month[MONTH_TEXT], old[MONTH_TEXT];
	int64_t count;
	bool again;
	if (quota->taking == NULL)
		LMDB(mdb_txn_begin(quota->env, NULL, 0, &quota->taking), "begin");
	month_of(now, 0, month);
	month_of(now, 2, old);
	TRY(counted(quota, month, lra, &count));
	TRY(is_counted(quota, order, now, &again));
	if (!again && count < most) {
		if (count == 0)
			TRY(forget_orders(quota, old));
		count++;
		TRY(put(quota, key_make("count", month, blob_text(lra)), &count,
			sizeof count));
		TRY(put(quota, key_make("order", month, blob_make(order, 32)), "", 0));
		again = true;
	}
	*granted = again;
	*used = count;
	return OK;
}
