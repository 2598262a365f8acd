#include "lra/notices/queue_store.h"

#include "common/base/table.h"
#include "common/base/text.h"

/* clang-format off */
#define SECONDS(column) "extract(epoch FROM " column ")::bigint"
#define NOTICE \
	"SELECT id, kind, " SECONDS("at") ", receipt_number, lra, language, name, mail, words, serial_number, days, " \
	SECONDS("due_at") ", " SECONDS("not_after") " FROM notice_open "

static const struct db_stmt revocations = { "notices_revocations", "SELECT notice_revocations($1::bigint::integer)" };
static const struct db_stmt reminders = { "notices_reminders", "SELECT notice_reminders($1, $2)" };
static const struct db_stmt new_one = { "notices_new", NOTICE "WHERE NOT expanded ORDER BY id LIMIT 1" };
static const struct db_stmt add = { "notices_add",
	"INSERT INTO notice_delivery (notice_id, channel, recipient, state, queued_at, next_at, changed_at)"
	" VALUES ($1, $2, $3, $4, to_timestamp($5::bigint), to_timestamp($5::bigint), to_timestamp($5::bigint)) ON CONFLICT DO NOTHING" };
static const struct db_stmt expanded = { "notices_expanded", "UPDATE notice SET expanded = true WHERE id = $1 AND NOT expanded" };
static const struct db_stmt claim = { "notices_claim",
	"UPDATE notice_delivery SET next_at = to_timestamp($3::bigint), tries = tries + 1, changed_at = to_timestamp($2::bigint)"
	" WHERE id = (SELECT id FROM notice_delivery WHERE state = 'queued' AND next_at <= to_timestamp($2::bigint) AND channel = $1"
	" ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)"
	" RETURNING id, notice_id, round, tries, " SECONDS("queued_at") ", recipient" };
static const struct db_stmt one = { "notices_one", NOTICE "WHERE id = $1" };
static const struct db_stmt recent = { "notices_recent",
	"SELECT count(*) FROM notice_delivery WHERE recipient = $1 AND state = 'sent' AND changed_at > to_timestamp($2::bigint)" };
static const struct db_stmt record = { "notices_record",
	"UPDATE notice_delivery SET state = $3, next_at = to_timestamp($4::bigint), answer = $5, changed_at = to_timestamp($6::bigint)"
	" WHERE id = $1 AND state = 'queued' AND round = $2::bigint" };
/* clang-format on */
static const struct db_stmt *const stmts[] = { &revocations, &reminders, &new_one, &add,
	&expanded, &claim, &one, &recent, &record };
const struct db_stmt_list notice_queue_stmts = { stmts, COUNT(stmts) };

static const char *const words[CHANNEL_COUNT] = {
	[CHANNEL_MAIL] = "mail",
	[CHANNEL_WEBHOOK] = "webhook",
};

const char *notice_channel_word(enum notice_channel channel)
{
	return words[channel];
}

static RESULT ask_number(struct db_tx *tx, const struct db_stmt *stmt,
	struct db_args args, int64_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, stmt, args, &rows));
	*out = db_int(rows, 0, 0);
	return OK;
}

RESULT queue_store_revocations(struct db_tx *tx, int64_t most, int64_t *out)
{
	return ask_number(tx, &revocations, DB_ARGS(DB_INT(most)), out);
}

RESULT queue_store_reminders(struct db_tx *tx, int64_t now, const struct blob *holidays,
	size_t count, int64_t *out)
{
	return ask_number(tx, &reminders, DB_ARGS(DB_INT(now), DB_TEXTS(holidays, count)),
		out);
}

static RESULT read_notice(const struct db_rows *rows, struct notice *out)
{
	struct notice notice = { .id = db_int(rows, 0, 0),
		.at = db_int(rows, 0, 2),
		.days = db_int(rows, 0, 10),
		.due_at = db_int(rows, 0, 11),
		.not_after = db_int(rows, 0, 12) };
	struct blob serial = db_blob(rows, 0, 9);
	TRY(text_copy(db_text(rows, 0, 1), notice.kind, sizeof notice.kind));
	TRY(text_copy(db_text(rows, 0, 3), notice.receipt, sizeof notice.receipt));
	TRY(text_copy(db_text(rows, 0, 4), notice.lra, sizeof notice.lra));
	TRY(text_copy(db_text(rows, 0, 5), notice.language, sizeof notice.language));
	TRY(text_copy(db_text(rows, 0, 6), notice.name, sizeof notice.name));
	TRY(text_copy(db_text(rows, 0, 7), notice.mail, sizeof notice.mail));
	TRY(text_copy(db_text(rows, 0, 8), notice.words, sizeof notice.words));
	if (serial.len > 20)
		return FAIL(E_BUG, "serial number of %zu octets", serial.len);
	hex_encode(serial, notice.serial_number);
	*out = notice;
	return OK;
}

RESULT queue_store_new(struct db_tx *tx, struct notice *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &new_one, DB_NO_ARGS, &rows));
	return db_count(rows) == 0 ? FAIL(E_NOT_FOUND, "no new notice")
				   : read_notice(rows, out);
}

RESULT queue_store_add(struct db_tx *tx, int64_t notice, enum notice_channel channel,
	const char *recipient, const char *state, int64_t now)
{
	return db_exec(tx, &add,
		DB_ARGS(DB_INT(notice), DB_TEXT(words[channel]), DB_TEXT(recipient),
			DB_TEXT(state), DB_INT(now)));
}

RESULT queue_store_expanded(struct db_tx *tx, int64_t notice)
{
	return db_exec_one(tx, &expanded, DB_ARGS(DB_INT(notice)));
}

RESULT queue_store_claim(struct db_tx *tx, enum notice_channel channel, int64_t now,
	int64_t lease_until, struct notice_task *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &claim,
		DB_ARGS(DB_TEXT(words[channel]), DB_INT(now), DB_INT(lease_until)),
		&rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "nothing to send");
	*out = (struct notice_task){ .id = db_int(rows, 0, 0),
		.notice_id = db_int(rows, 0, 1),
		.round = db_int(rows, 0, 2),
		.tries = db_int(rows, 0, 3),
		.queued_at = db_int(rows, 0, 4) };
	return text_copy(db_text(rows, 0, 5), out->recipient, sizeof out->recipient);
}

RESULT queue_store_notice(struct db *db, int64_t id, struct notice *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &one, DB_ARGS(DB_INT(id)), &rows));
	return db_count(rows) == 0 ? FAIL(E_NOT_FOUND, "notice %lld", (long long)id)
				   : read_notice(rows, out);
}

RESULT queue_store_recent(struct db *db, const char *recipient, int64_t since,
	int64_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &recent, DB_ARGS(DB_TEXT(recipient), DB_INT(since)), &rows));
	*out = db_int(rows, 0, 0);
	return OK;
}

RESULT queue_store_record(struct db_tx *tx, const struct notice_task *task,
	const char *state, int64_t next_at, const char *answer, int64_t now)
{
	return db_exec(tx, &record,
		DB_ARGS(DB_INT(task->id), DB_INT(task->round), DB_TEXT(state),
			DB_INT(next_at), DB_TEXT(answer), DB_INT(now)));
}
