#include "common/flow/audit_store.h"

#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/json/json.h"

static const struct db_stmt audit_insert = { "audit_insert",
	"INSERT INTO audit_event (at, event, actor, role, origin, object, result, "
	"detail, digest)"
	" SELECT to_timestamp(t.at), t.event, t.actor, t.role, t.origin, t.object, "
	"t.result, t.detail, t.digest"
	" FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], "
	"$6::text[], $7::text[],"
	" $8::text[], $9::bytea[]) AS t (at, event, actor, role, origin, object, result, "
	"detail, digest)" };

static const struct db_stmt chain_last = { "audit_chain_last",
	"SELECT sequence, digest, last_transaction, last_event_id FROM audit_link ORDER "
	"BY sequence DESC LIMIT 1" };
static const struct db_stmt chain_next = { "audit_chain_next",
	"SELECT id, digest, transaction FROM audit_event"
	" WHERE (transaction, id) > ($1, $2) AND transaction < settled_transaction()"
	" ORDER BY transaction, id LIMIT $3" };
static const struct db_stmt chain_insert = { "audit_chain_insert",
	"INSERT INTO audit_link (sequence, previous, event_ids, event_digests, digest, "
	"last_transaction, last_event_id,"
	" sealed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::bigint))" };
static const struct db_stmt chain_links = { "audit_chain_links",
	"SELECT sequence, previous, event_ids::text, event_digests, digest FROM "
	"audit_link"
	" WHERE sequence > $1 ORDER BY sequence LIMIT 16" };
static const struct db_stmt chain_events = {
	"audit_chain_events",
	"SELECT e.id, extract(epoch FROM e.at)::bigint, e.event, e.actor, e.role, "
	"e.origin, e.object, e.result, e.detail,"
	" e.digest FROM audit_link l, unnest(l.event_ids) WITH ORDINALITY AS w (id, "
	"place)"
	" LEFT JOIN audit_event e ON e.id = w.id WHERE l.sequence = $1 ORDER BY w.place"
};
static const struct db_stmt chain_counts = { "audit_chain_counts",
	"SELECT (SELECT count(*) FROM audit_event),"
	" (SELECT coalesce(sum(cardinality(event_ids)), 0)::bigint FROM audit_link)" };

static const struct db_stmt check_insert = { "audit_check_insert",
	"INSERT INTO audit_check (checked_at, links, events, head, fault)"
	" VALUES (to_timestamp($1::bigint), $2, $3, $4, $5)" };

static const struct db_stmt *const writing[] = { &audit_insert };
static const struct db_stmt *const chaining[] = { &chain_last, &chain_next, &chain_insert,
	&chain_links, &chain_events, &chain_counts, &check_insert };
const struct db_stmt_list audit_store_writing = { writing, COUNT(writing) };
const struct db_stmt_list audit_store_chain = { chaining, COUNT(chaining) };

enum { APPEND_MOST = 512 };

static RESULT append_some(struct db_tx *tx, const struct audit_event *events,
	size_t count)
{
	int64_t at[APPEND_MOST];
	struct blob text[7][APPEND_MOST], digests[APPEND_MOST];
	uint8_t digest[APPEND_MOST][32];
	for (size_t i = 0; i < count; i++) {
		const struct audit_event *e = &events[i];
		const char *const fields[7] = { e->name, e->actor, e->role, e->origin,
			e->object, e->refused ? "refused" : "done", e->detail };
		TRY(audit_event_digest(e, digest[i]));
		at[i] = e->at;
		digests[i] = BLOB(digest[i]);
		for (size_t j = 0; j < COUNT(fields); j++)
			text[j][i] = blob_text(fields[j]);
	}
	return db_exec(tx, &audit_insert,
		DB_ARGS(DB_INTS(at, count), DB_TEXTS(text[0], count),
			DB_TEXTS(text[1], count), DB_TEXTS(text[2], count),
			DB_TEXTS(text[3], count), DB_TEXTS(text[4], count),
			DB_TEXTS(text[5], count), DB_TEXTS(text[6], count),
			DB_BLOBS(digests, count)));
}

RESULT audit_store_append_all(struct db_tx *tx, const struct audit_event *events,
	size_t count)
{
	for (size_t done = 0; done < count; done += APPEND_MOST) {
		size_t left = count - done;
		TRY_IN(append_some(tx, events + done,
			       left < APPEND_MOST ? left : APPEND_MOST),
			"audit");
	}
	return OK;
}

RESULT audit_store_append(struct db_tx *tx, const struct audit_event *event)
{
	return audit_store_append_all(tx, event, 1);
}

/* ---- the chain */

struct link {
	int64_t sequence, transaction, event_id;
	uint8_t digest[32];
};

static RESULT last_link(struct db_tx *tx, struct link *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	*out = (struct link){ .sequence = 0 };
	TRY(db_query_tx(tx, &chain_last, DB_NO_ARGS, &rows));
	if (db_count(rows) == 0)
		return OK; /* the first link follows 32 zero octets */
	out->sequence = db_int(rows, 0, 0);
	out->transaction = db_int(rows, 0, 2);
	out->event_id = db_int(rows, 0, 3);
	struct blob digest = db_blob(rows, 0, 1);
	if (digest.len != 32)
		return FAIL(E_BUG, "audit link %lld: digest", (long long)out->sequence);
	memcpy(out->digest, digest.data, 32);
	return OK;
}

static RESULT seal_rows(struct db_tx *tx, const struct link *last,
	const struct db_rows *rows, int64_t now)
{
	size_t count = db_count(rows);
	AUTO(buf_clear) struct buf ids = BUF(8 * count);
	AUTO(buf_clear) struct buf digests = BUF(32 * count);
	uint8_t digest[32];
	for (size_t i = 0; i < count; i++) {
		int64_t id = db_int(rows, i, 0);
		TRY(buf_append(&ids, blob_make(&id, sizeof id)));
		TRY(buf_append(&digests, db_blob(rows, i, 1)));
	}
	TRY(audit_link_digest(last->digest, last->sequence + 1, buf_view(&digests),
		digest));
	return db_exec_one(tx, &chain_insert,
		DB_ARGS(DB_INT(last->sequence + 1), DB_BLOB(BLOB(last->digest)),
			DB_INTS((const int64_t *)(const void *)ids.data, count),
			DB_BLOB(buf_view(&digests)), DB_BLOB(BLOB(digest)),
			DB_INT(db_int(rows, count - 1, 2)),
			DB_INT(db_int(rows, count - 1, 0)), DB_INT(now)));
}

RESULT audit_store_seal(struct db *db, int64_t now, int64_t most, size_t *count)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	struct link last;
	*count = 0;
	TRY(db_begin(db, &tx));
	TRY(last_link(tx, &last));
	TRY(db_query_tx(tx, &chain_next,
		DB_ARGS(DB_INT(last.transaction), DB_INT(last.event_id), DB_INT(most)),
		&rows));
	if (db_count(rows) > 0)
		TRY(seal_rows(tx, &last, rows, now));
	TRY(db_commit(&tx));
	*count = db_count(rows);
	return OK;
}

static RESULT write_line(FILE *out, int64_t sequence, const struct db_rows *rows,
	size_t row)
{
	static const char *const names[] = { "event", "actor", "role", "origin", "object",
		"result" };
	AUTO(json_free) struct json *line = NULL;
	AUTO(json_free) struct json *detail = NULL;
	AUTO(buf_clear) struct buf text = BUF(64 * 1024);
	TRY(json_new_object(&line));
	TRY(json_set_int(line, "sequence", sequence));
	TRY(json_set_int(line, "id", db_int(rows, row, 0)));
	TRY(json_set_time(line, "at", db_int(rows, row, 1)));
	for (size_t i = 0; i < COUNT(names); i++)
		TRY(json_set_text(line, names[i], db_text(rows, row, i + 2)));
	TRY(json_parse(blob_text(db_text(rows, row, 8)), &detail));
	TRY(json_set(line, "detail", MOVE(detail)));
	TRY(json_set_hex(line, "digest", db_blob(rows, row, 9)));
	TRY(json_write(line, &text));
	if (fprintf(out, "%s\n", buf_text(&text)) < 0)
		return FAIL(E_IO, "could not write the audit export");
	return OK;
}

static RESULT verify_event(const struct db_rows *rows, size_t row, struct blob want)
{
	uint8_t digest[32];
	const struct audit_event event = { .name = db_text(rows, row, 2),
		.at = db_int(rows, row, 1),
		.actor = db_text(rows, row, 3),
		.role = db_text(rows, row, 4),
		.origin = db_text(rows, row, 5),
		.object = db_text(rows, row, 6),
		.refused = strcmp(db_text(rows, row, 7), "refused") == 0,
		.detail = db_text(rows, row, 8) };
	if (db_is_null(rows, row, 0))
		return FAIL(E_CRYPTO, "an event is missing");
	TRY(audit_event_digest(&event, digest));
	/* The row's own digest is what is sealed and exported: it may not say something else either. */
	if (!blob_equal(BLOB(digest), want) || !blob_equal(db_blob(rows, row, 9), want))
		return FAIL(E_CRYPTO, "event %lld was changed",
			(long long)db_int(rows, row, 0));
	return OK;
}

static RESULT verify_link(struct db *db, const struct db_rows *links, size_t row,
	struct audit_walk *walk, FILE *out)
{
	AUTO(db_rows_free) struct db_rows *events = NULL;
	uint8_t digest[32];
	int64_t expected = walk->links + 1;
	struct blob digests = db_blob(links, row, 3);
	if (db_int(links, row, 0) != expected)
		return FAIL(E_CRYPTO, "link %lld is missing", (long long)expected);
	TRY(audit_link_digest(walk->head, expected, digests, digest));
	if (!blob_equal(db_blob(links, row, 1), BLOB(walk->head)) ||
		!blob_equal(db_blob(links, row, 4), BLOB(digest)))
		return FAIL(E_CRYPTO, "link %lld was changed", (long long)expected);
	TRY(db_query(db, &chain_events, DB_ARGS(DB_INT(expected)), &events));
	if (db_count(events) * 32 != digests.len)
		return FAIL(E_CRYPTO, "link %lld: %zu events of %zu", (long long)expected,
			db_count(events), digests.len / 32);
	for (size_t i = 0; i < db_count(events); i++) {
		TRY_IN(verify_event(events, i, blob_make(digests.data + 32 * i, 32)),
			"link %lld, place %zu", (long long)expected, i + 1);
		if (out != NULL)
			TRY(write_line(out, expected, events, i));
	}
	memcpy(walk->head, digest, 32);
	walk->links++;
	walk->events += (int64_t)db_count(events);
	return OK;
}

RESULT audit_store_walk(struct db *db, struct audit_walk *walk, FILE *out, bool *over)
{
	AUTO(db_rows_free) struct db_rows *links = NULL;
	TRY(db_query(db, &chain_links, DB_ARGS(DB_INT(walk->links)), &links));
	for (size_t i = 0; i < db_count(links); i++)
		TRY(verify_link(db, links, i, walk, out));
	*over = db_count(links) == 0;
	return OK;
}

RESULT audit_store_verify(struct db *db, FILE *out, struct audit_report *report)
{
	AUTO(db_rows_free) struct db_rows *counts = NULL;
	struct audit_walk walk = { .links = 0 };
	bool over = false;
	while (!over)
		TRY(audit_store_walk(db, &walk, out, &over));
	TRY(db_query(db, &chain_counts, DB_NO_ARGS, &counts));
	*report = (struct audit_report){ .links = walk.links,
		.events = walk.events,
		.unsealed = db_int(counts, 0, 0) - db_int(counts, 0, 1) };
	return OK;
}

RESULT audit_store_note(struct db *db, int64_t now, const struct audit_walk *walk,
	const char *fault)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin(db, &tx));
	TRY(db_exec_one(tx, &check_insert,
		DB_ARGS(DB_INT(now), DB_INT(walk->links), DB_INT(walk->events),
			DB_BLOB(BLOB(walk->head)),
			fault == NULL ? DB_NULL : DB_TEXT(fault))));
	return db_commit(&tx);
}
