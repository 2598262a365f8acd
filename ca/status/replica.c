#include "ca/status/replica.h"

#include <errno.h>
#include <lmdb.h>
#include <sys/stat.h>

/*
 * Record: form, status, reason, then id, revocationDate and notAfter as eight octets each, big-endian.
 * Key: issuer, NUL, serial number. Position: transaction, id, synced_at, then the registry's name.
 */
enum {
	RECORD_FORM = 1,
	KEY_MAX = 96,
	ISSUER_MAX = 64,
	POSITION_NUMBERS = 24,
	READERS_MAX = 256,
};
static const char position_key[] = "position";

struct replica {
	MDB_env *env;
	MDB_dbi statuses, meta;
	bool has_tables;
	MDB_txn *look; /* NULL until the first look */
	bool looking;
};

static struct err lmdb_make(int rc, const char *where, const char *what)
{
	enum err_code code = rc == MDB_NOTFOUND || rc == ENOENT ? E_NOT_FOUND : E_IO;
	return err_make(code, where, "replica: %s: %s", what, mdb_strerror(rc));
}
#define LMDB(call, what)                                                                 \
	do {                                                                             \
		int rc_ = (call);                                                        \
		if (rc_ != MDB_SUCCESS)                                                  \
			return lmdb_make(rc_, ERR_WHERE, (what));                        \
	} while (0)

static void txn_abort(MDB_txn *txn)
{
	mdb_txn_abort(txn);
}
AUTO_DEFINE(MDB_txn, txn_abort)

static void put_i64(uint8_t *out, int64_t value)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
}

static int64_t get_i64(const uint8_t *in)
{
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | in[i];
	return (int64_t)value;
}

static MDB_val as_val(const void *data, size_t len)
{
	return (MDB_val){ .mv_size = len, .mv_data = (void *)(uintptr_t)data };
}

static RESULT key_make(const char *issuer, struct blob serial,
	uint8_t out[static KEY_MAX], size_t *len)
{
	size_t name = strnlen(issuer, ISSUER_MAX + 1);
	if (name == 0 || name > ISSUER_MAX || serial.len == 0 || serial.len > 20)
		return FAIL(E_INPUT, "replica: issuer or serialNumber of a wrong length");
	memcpy(out, issuer, name + 1);
	memcpy(out + name + 1, serial.data, serial.len);
	*len = name + 1 + serial.len;
	return OK;
}

static void record_make(const struct replica_row *row, uint8_t out[static REPLICA_RECORD])
{
	out[0] = RECORD_FORM;
	out[1] = (uint8_t)row->status;
	out[2] = (uint8_t)row->reason;
	put_i64(out + 3, row->id);
	put_i64(out + 11, row->revocation_date);
	put_i64(out + 19, row->not_after);
}

static RESULT record_read(MDB_val value, struct replica_status *out)
{
	const uint8_t *in = value.mv_data;
	if (value.mv_size != REPLICA_RECORD || in[0] != RECORD_FORM ||
		in[1] > OCSP_REVOKED || in[2] > REASON_AA_COMPROMISE)
		return FAIL(E_BUG, "replica: a record of an unknown form");
	memcpy(out->record, in, REPLICA_RECORD);
	out->status = (enum ocsp_status)in[1];
	out->reason = (enum revocation_reason)in[2];
	out->id = get_i64(in + 3);
	out->revocation_date = get_i64(in + 11);
	out->not_after = get_i64(in + 19);
	return OK;
}

static RESULT open_env(struct replica *replica, const char *folder, size_t map_size,
	unsigned flags)
{
	LMDB(mdb_env_create(&replica->env), "create");
	LMDB(mdb_env_set_maxdbs(replica->env, 2), "tables");
	LMDB(mdb_env_set_maxreaders(replica->env, READERS_MAX), "readers");
	if (map_size > 0)
		LMDB(mdb_env_set_mapsize(replica->env, map_size), "map size");
	/* NOTLS: a look belongs to its handle, not to the thread. */
	LMDB(mdb_env_open(replica->env, folder, flags | MDB_NOTLS, 0640), folder);
	return OK;
}

static RESULT open_tables(struct replica *replica, MDB_txn *txn, unsigned flags)
{
	LMDB(mdb_dbi_open(txn, "status", flags, &replica->statuses), "status");
	LMDB(mdb_dbi_open(txn, "meta", flags, &replica->meta), "meta");
	replica->has_tables = true;
	return OK;
}

/* Readers of the group register themselves in the lock file; the data they only read. */
static RESULT share_lock(const char *folder)
{
	char path[4096];
	int len = snprintf(path, sizeof path, "%s/lock.mdb", folder);
	if (len < 0 || (size_t)len >= sizeof path || chmod(path, 0660) != 0)
		return FAIL(E_IO, "replica: %s/lock.mdb: %s", folder, strerror(errno));
	return OK;
}

RESULT replica_open_writer(const char *folder, size_t map_size, struct replica **out)
{
	AUTO(replica_close) struct replica *replica = calloc(1, sizeof *replica);
	if (replica == NULL)
		return FAIL(E_IO, "out of memory");
	/* NOMETASYNC: a crash of the machine may undo the last step, position and rows together; it is followed again. */
	TRY(open_env(replica, folder, map_size, MDB_NOMETASYNC));
	TRY(share_lock(folder));
	AUTO(txn_abort) MDB_txn *txn = NULL;
	LMDB(mdb_txn_begin(replica->env, NULL, 0, &txn), "begin");
	TRY(open_tables(replica, txn, MDB_CREATE));
	LMDB(mdb_txn_commit(MOVE(txn)), "commit");
	*out = MOVE(replica);
	return OK;
}

RESULT replica_open_reader(const char *folder, struct replica **out)
{
	AUTO(replica_close) struct replica *replica = calloc(1, sizeof *replica);
	if (replica == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(open_env(replica, folder, 0, MDB_RDONLY));
	AUTO(txn_abort) MDB_txn *txn = NULL;
	LMDB(mdb_txn_begin(replica->env, NULL, MDB_RDONLY, &txn), "begin");
	TRY(open_tables(replica, txn, 0));
	/* Committed, so that the handles of the tables stay. */
	LMDB(mdb_txn_commit(MOVE(txn)), "commit");
	*out = MOVE(replica);
	return OK;
}

void replica_close(struct replica *replica)
{
	if (replica == NULL)
		return;
	if (replica->look != NULL)
		mdb_txn_abort(replica->look);
	if (replica->env != NULL)
		mdb_env_close(replica->env);
	free(replica);
}

/* A row that is not younger than what stands there is left out: feeds are read again after failures. */
static RESULT write_row(struct replica *replica, MDB_txn *txn,
	const struct replica_row *row)
{
	uint8_t key[KEY_MAX], record[REPLICA_RECORD];
	size_t key_len;
	MDB_val there;
	if (row->status != OCSP_GOOD && row->status != OCSP_REVOKED)
		return FAIL(E_INPUT, "replica: status %d", (int)row->status);
	TRY(key_make(row->issuer, row->serial_number, key, &key_len));
	MDB_val at = as_val(key, key_len);
	int rc = mdb_get(txn, replica->statuses, &at, &there);
	if (rc == MDB_SUCCESS) {
		struct replica_status old;
		TRY(record_read(there, &old));
		if (old.id >= row->id)
			return OK;
		/* R-REV-08: final, except for a hold. */
		if (old.status == OCSP_REVOKED && old.reason != REASON_CERTIFICATE_HOLD &&
			row->status == OCSP_GOOD)
			return FAIL(E_STATE,
				"feed row %lld makes a revoked certificate good",
				(long long)row->id);
	} else if (rc != MDB_NOTFOUND) {
		return lmdb_make(rc, ERR_WHERE, "get");
	}
	record_make(row, record);
	MDB_val value = as_val(record, sizeof record);
	LMDB(mdb_put(txn, replica->statuses, &at, &value, 0), "put");
	return OK;
}

static RESULT write_position(struct replica *replica, MDB_txn *txn,
	const struct replica_position *position)
{
	uint8_t bytes[POSITION_NUMBERS + sizeof position->registry];
	size_t name = strnlen(position->registry, sizeof position->registry - 1);
	put_i64(bytes, position->transaction);
	put_i64(bytes + 8, position->id);
	put_i64(bytes + 16, position->synced_at);
	memcpy(bytes + POSITION_NUMBERS, position->registry, name);
	MDB_val key = as_val(position_key, sizeof position_key);
	MDB_val value = as_val(bytes, POSITION_NUMBERS + name);
	LMDB(mdb_put(txn, replica->meta, &key, &value, 0), "position");
	return OK;
}

RESULT replica_write(struct replica *replica, const struct replica_row *rows,
	size_t count, const struct replica_position *position)
{
	AUTO(txn_abort) MDB_txn *txn = NULL;
	LMDB(mdb_txn_begin(replica->env, NULL, 0, &txn), "begin");
	for (size_t i = 0; i < count; i++)
		TRY(write_row(replica, txn, &rows[i]));
	TRY(write_position(replica, txn, position));
	LMDB(mdb_txn_commit(MOVE(txn)), "commit");
	return OK;
}

static RESULT read_position(struct replica *replica, MDB_txn *txn,
	struct replica_position *out)
{
	MDB_val key = as_val(position_key, sizeof position_key), value;
	struct replica_position position = { .transaction = 0 };
	int rc = mdb_get(txn, replica->meta, &key, &value);
	if (rc == MDB_SUCCESS) {
		const uint8_t *in = value.mv_data;
		if (value.mv_size < POSITION_NUMBERS ||
			value.mv_size - POSITION_NUMBERS >= sizeof position.registry)
			return FAIL(E_BUG, "replica: a position of an unknown form");
		position.transaction = get_i64(in);
		position.id = get_i64(in + 8);
		position.synced_at = get_i64(in + 16);
		memcpy(position.registry, in + POSITION_NUMBERS,
			value.mv_size - POSITION_NUMBERS);
	} else if (rc != MDB_NOTFOUND) {
		return lmdb_make(rc, ERR_WHERE, "position");
	}
	*out = position;
	return OK;
}

RESULT replica_get_position(struct replica *replica, struct replica_position *out)
{
	AUTO(txn_abort) MDB_txn *txn = NULL;
	LMDB(mdb_txn_begin(replica->env, NULL, MDB_RDONLY, &txn), "begin");
	return read_position(replica, txn, out);
}

int replica_sweep(struct replica *replica)
{
	int dead = 0;
	return mdb_reader_check(replica->env, &dead) == MDB_SUCCESS ? dead : 0;
}

/* One handle, made by the first look and renewed for ever. */
static int renew(struct replica *replica)
{
	if (replica->look == NULL)
		return mdb_txn_begin(replica->env, NULL, MDB_RDONLY, &replica->look);
	return mdb_txn_renew(replica->look);
}

/* The writer was started anew with a larger map: this process takes over the new size, once, then looks again. */
static int renew_resized(struct replica *replica)
{
	int rc = renew(replica);
	if (rc != MDB_MAP_RESIZED)
		return rc;
	rc = mdb_env_set_mapsize(replica->env, 0);
	return rc == MDB_SUCCESS ? renew(replica) : rc;
}

RESULT replica_look(struct replica *replica, int64_t *synced_at)
{
	struct replica_position position;
	replica_look_away(replica);
	LMDB(renew_resized(replica), "look");
	replica->looking = true;
	struct err err = read_position(replica, replica->look, &position);
	if (err_is(err)) {
		replica_look_away(replica);
		return err;
	}
	*synced_at = position.synced_at;
	return OK;
}

RESULT replica_find(struct replica *replica, const char *issuer,
	const struct serial *serial, struct replica_status *out)
{
	uint8_t key[KEY_MAX];
	size_t key_len;
	MDB_val value;
	if (!replica->looking)
		return FAIL(E_BUG, "replica: no look is open");
	TRY(key_make(issuer, serial_view(serial), key, &key_len));
	MDB_val at = as_val(key, key_len);
	LMDB(mdb_get(replica->look, replica->statuses, &at, &value), "find");
	return record_read(value, out);
}

void replica_look_away(struct replica *replica)
{
	if (replica->looking)
		mdb_txn_reset(replica->look);
	replica->looking = false;
}
