#include "lra/queue_store.h"

#include "common/base/table.h"
#include "common/pki/name_key.h"

/* clang-format off */
/* As the index application_queue has it: with these words the planner may use it whatever the parameters are. */
#define OPEN "a.state IN ('received', 'identified', 'submitted', 'verified', 'ordered', 'issued', 'delivered', 'refused')"
#define SECONDS(column) "extract(epoch FROM " column ")::bigint"

static const struct db_stmt counts = { "lra_queue_counts",
	"SELECT a.state, a.key_origin = 'handover', count(*), count(*) FILTER (WHERE a.changed_at < to_timestamp("
	"CASE a.state WHEN 'delivered' THEN $2::bigint - $4::bigint ELSE $2::bigint - $3::bigint END)), " SECONDS("min(a.changed_at)")
	" FROM application a WHERE " OPEN " AND a.held_at IS NULL AND a.lra = $1 GROUP BY 1, 2" };
/* A day begins in Japan. */
#define LOOK_AGAIN "(a.resume_on::timestamp AT TIME ZONE interval '+09:00')"
static const struct db_stmt held_count = { "lra_queue_held_count",
	"SELECT count(*), count(*) FILTER (WHERE " LOOK_AGAIN " <= to_timestamp($2::bigint)), " SECONDS("min(a.held_at)")
	" FROM application a WHERE a.held_at IS NOT NULL AND a.lra = $1" };
static const struct db_stmt taken = { "lra_queue_taken",
	"SELECT count(*) FROM application_taker t JOIN application a ON a.id = t.application_id"
	" WHERE t.person = $2 AND a.lra = $1 AND " OPEN };

/* Somebody could not be told, nor was told anything the same way since. */
#define UNTOLD "EXISTS (SELECT FROM notice n JOIN notice_delivery s ON s.notice_id = n.id WHERE n.application_id = a.id" \
	" AND s.state IN ('bounced', 'failed') AND NOT EXISTS (SELECT FROM notice m JOIN notice_delivery l ON l.notice_id = m.id" \
	" WHERE m.application_id = a.id AND m.id > n.id AND l.channel = s.channel AND l.state = 'sent'))"
/* Of the mails that ask for the receipt of what was handed over, those that did not arrive. */
#define UNDELIVERED "CASE a.state WHEN 'delivered' THEN (SELECT count(DISTINCT n.id) FROM notice n JOIN notice_delivery s" \
	" ON s.notice_id = n.id WHERE n.application_id = a.id AND n.kind IN ('receiptAsked', 'receiptReminder') AND n.at >= a.changed_at" \
	" AND s.channel = 'mail' AND s.state IN ('bounced', 'failed')) ELSE 0 END"
/* How the link of the last hand-over ended, when that one is to be done again. */
#define UNFETCHED "CASE a.state WHEN 'verified' THEN (SELECT p.ended_as FROM delivery h LEFT JOIN pickup p ON p.delivery_id = h.id" \
	" WHERE h.application_id = a.id ORDER BY h.id DESC LIMIT 1) END"
#define NO_CERTIFICATE "NULL::text, NULL::bytea"
#define CASE_COLUMNS(due, event, proposed, certificate) \
	"a.id, a.receipt_number, a.state, a.profile, a.display_name, a.entity, a.key_origin, a.entered_by, " \
	SECONDS("a.received_at") ", " SECONDS("a.changed_at") ", " due " AS due, t.person, " event ", " proposed ", " UNTOLD ", " UNDELIVERED ", " UNFETCHED ", " \
	SECONDS("a.held_at") ", a.hold_reason, a.resumer, a.resume_on::text, " certificate
#define TERM(state) "CASE " state " WHEN 'delivered' THEN $3::bigint ELSE $4::bigint END"
/* One walk of the index for each state, as far as needed; a case comes up in the order of its due time in each. */
static const struct db_stmt list = { "lra_queue_list",
	"SELECT q.* FROM unnest($2::text[]) s(state) CROSS JOIN LATERAL ("
	"SELECT " CASE_COLUMNS(SECONDS("a.changed_at") " + " TERM("s.state"), "NULL::text", "false", NO_CERTIFICATE)
	" FROM application a LEFT JOIN application_taker t ON t.application_id = a.id"
	" WHERE a.state = s.state AND " OPEN " AND a.lra = $1"
	" AND (a.state <> 'verified' OR $5::bigint = 2 OR (a.key_origin = 'handover') = ($5 = 1))"
	" AND ($6 = '' OR t.person = $6) AND ($10 OR a.held_at IS NULL)"
	" AND (a.changed_at, a.id) > (to_timestamp($7::bigint - " TERM("s.state") "), $8)"
	" ORDER BY a.changed_at, a.id LIMIT $9) q ORDER BY q.due, q.id LIMIT $9" };
/* The soonest to be looked at first. */
static const struct db_stmt held = { "lra_queue_held",
	"SELECT " CASE_COLUMNS(SECONDS(LOOK_AGAIN), "NULL::text", "false", NO_CERTIFICATE)
	" FROM application a LEFT JOIN application_taker t ON t.application_id = a.id"
	" WHERE a.held_at IS NOT NULL AND a.lra = $1 AND ($2 = '' OR t.person = $2) ORDER BY a.resume_on, a.id LIMIT $3" };
/*
 * What a person asked for, and what nobody did yet, but is proposed: the receipt was not confirmed in time (feature 17). A
 * proposal is no row: it is there as long as it is true, and nothing comes of it but by a person.
 */
static const struct db_stmt revocations = { "lra_queue_revocations",
	"(SELECT " CASE_COLUMNS(SECONDS("v.due_at"), "v.event", "false", NO_CERTIFICATE)
	" FROM revocation v JOIN issuer i ON i.name = v.issuer"
	" JOIN certificate c ON c.issuer_id = i.id AND c.serial_number = v.serial_number"
	" JOIN certificate_order o ON o.id = c.order_id JOIN application a ON a.id = o.application_id"
	" LEFT JOIN application_taker t ON t.application_id = a.id"
	" WHERE v.state = 'asked' AND a.lra = $1 ORDER BY v.due_at, v.id LIMIT $2)"
	" UNION ALL (SELECT " CASE_COLUMNS(SECONDS("a.changed_at") " + $4::bigint", "'notReceived'", "true", "d.issuer, d.serial_number")
	" FROM application a LEFT JOIN application_taker t ON t.application_id = a.id"
	" CROSS JOIN LATERAL (SELECT * FROM delivery h WHERE h.application_id = a.id ORDER BY h.id DESC LIMIT 1) d"
	" WHERE a.state = 'delivered' AND " OPEN " AND a.lra = $1 AND a.changed_at < to_timestamp($3::bigint - $4::bigint)"
	" AND NOT EXISTS (SELECT FROM revocation v WHERE v.issuer = d.issuer AND v.serial_number = d.serial_number AND v.state <> 'refused')"
	" AND NOT EXISTS (SELECT FROM certificate_revocation c JOIN issuer i ON i.id = c.issuer_id WHERE i.name = d.issuer"
	" AND c.serial_number = d.serial_number) ORDER BY a.changed_at, a.id LIMIT $2)"
	" ORDER BY due, 1 LIMIT $2" };
/*
 * Each way of finding walks an index of its own, whatever the parameters are: prefixes are ranges in the order of octets
 * (chr(1114111) is behind every character), parts of names are trigrams. The newest first, behind those already shown.
 */
#define PREFIX(column, from) column " ~>=~ " from " AND " column " ~<~ (" from " || chr(1114111))"
/* "+ 0": or the planner walks all cases from the newest on, hoping to meet enough of them soon. */
#define SEEN "($1 = '' OR a.lra = $1) AND a.id < $7 AND ($8 = '' OR a.state = $8) ORDER BY a.id + 0 DESC LIMIT $9"
static const struct db_stmt search = { "lra_search",
	"WITH found AS ("
	"(SELECT a.id FROM application a WHERE " PREFIX("a.receipt_number", "upper($2)") " AND " SEEN ")"
	" UNION (SELECT a.id FROM application a WHERE " PREFIX("a.entity", "$3") " AND " SEEN ")"
	" UNION (SELECT a.id FROM certificate c JOIN certificate_order o ON o.id = c.order_id"
	" JOIN application a ON a.id = o.application_id WHERE c.issuer_id IN (SELECT id FROM issuer) AND c.serial_number = ANY($4::bytea[]) AND " SEEN ")"
	" UNION (SELECT a.id FROM certificate c JOIN certificate_order o ON o.id = c.order_id"
	" JOIN application a ON a.id = o.application_id WHERE sha256(c.der) = $12 AND " SEEN ")"
	" UNION (SELECT a.id FROM certificate c JOIN certificate_order o ON o.id = c.order_id"
	" JOIN application a ON a.id = o.application_id WHERE public.digest(c.der, 'sha1') = $13 AND " SEEN ")"
	/* Of an organisation there may be many: the newest, as they stand in the index. */
	" UNION (SELECT a.id FROM application a WHERE a.organization_number = $14 AND a.organization_number IS NOT NULL"
	" AND ($1 = '' OR a.lra = $1) AND a.id < $7 AND ($8 = '' OR a.state = $8) ORDER BY a.id DESC LIMIT $9)"
	" UNION (SELECT a.id FROM application a WHERE (lower(a.display_name) LIKE lower($5) OR lower(a.display_name) LIKE lower($6))"
	" AND " SEEN ")"
	" UNION (SELECT a.id FROM application a WHERE (a.name_key LIKE $10 OR a.name_key LIKE $11) AND $10 <> '%' AND " SEEN ")"
	" UNION (SELECT a.id FROM application a WHERE lower(a.notice_mail) = lower($2) AND a.notice_mail IS NOT NULL AND " SEEN "))"
	" SELECT " CASE_COLUMNS("NULL::bigint", "NULL::text", "false", NO_CERTIFICATE)
	" FROM found JOIN application a ON a.id = found.id LEFT JOIN application_taker t ON t.application_id = a.id"
	" ORDER BY a.id DESC LIMIT $9" };

static const struct db_stmt take = { "lra_take",
	"INSERT INTO application_taker (application_id, person, taken_at)"
	" SELECT a.id, $3, to_timestamp($4::bigint) FROM application a WHERE a.receipt_number = $2 AND a.lra = $1"
	" ON CONFLICT (application_id) DO UPDATE SET person = excluded.person, taken_at = excluded.taken_at"
	" RETURNING application_id" };
static const struct db_stmt history = { "lra_history",
	"SELECT " SECONDS("at") ", event, actor, role, detail FROM application_history"
	" WHERE receipt_number = $2 AND ($1 = '' OR lra = $1) AND event <> 'applicationShown' ORDER BY at, id LIMIT 500" };
static const struct db_stmt entered = { "lra_entered",
	"SELECT v.document FROM application a JOIN application_version v ON v.application_id = a.id"
	" WHERE a.receipt_number = $2 AND ($1 = '' OR a.lra = $1) AND v.version = $3::bigint" };
static const struct db_stmt deliveries = { "lra_deliveries",
	"SELECT d.form, d.file_channel, d.pin_channel, d.sealed_pin IS NOT NULL, " SECONDS("d.pin_shown_at")
	", d.delivered_by, " SECONDS("d.delivered_at") ", " SECONDS("d.receipt_due_at") ", r.method, " SECONDS("r.confirmed_at")
	", " SECONDS("p.until") ", p.tries, " SECONDS("coalesce(p.fetched_at, p.ended_at)") ", CASE WHEN p.fetched_at IS NOT NULL THEN 'fetched'"
	" ELSE coalesce(p.ended_as, CASE WHEN p.tries >= 5 THEN 'locked' ELSE 'waiting' END) END"
	" FROM application a JOIN delivery d ON d.application_id = a.id LEFT JOIN pickup p ON p.delivery_id = d.id"
	" LEFT JOIN receipt r ON r.application_id = a.id AND r.serial_number = d.serial_number"
	" WHERE a.receipt_number = $2 AND ($1 = '' OR a.lra = $1) ORDER BY d.id" };
static const struct db_stmt reminders = { "lra_reminders",
	"SELECT days, " SECONDS("d.delivered_at + make_interval(days => days)") ", a.lra"
	" FROM application a CROSS JOIN LATERAL (SELECT * FROM delivery h WHERE h.application_id = a.id ORDER BY h.id DESC LIMIT 1) d"
	" CROSS JOIN unnest(notice_days_of_receipt()) days"
	" WHERE a.receipt_number = $2 AND ($1 = '' OR a.lra = $1) AND a.state = 'delivered' ORDER BY days" };
/* clang-format on */
static const struct db_stmt *const stmts[] = { &counts, &held_count, &taken, &list, &held,
	&revocations, &search, &take, &history, &entered, &deliveries, &reminders };
const struct db_stmt_list lra_queue_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_queue_counts(struct db *db, const char *lra,
	const struct lra_queue_terms *terms, struct db_rows **out)
{
	return db_query(db, &counts,
		DB_ARGS(DB_TEXT(lra), DB_INT(terms->now), DB_INT(terms->within_s),
			DB_INT(terms->receipt_s)),
		out);
}

RESULT lra_store_queue_taken(struct db *db, const char *lra, const char *person,
	int64_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &taken, DB_ARGS(DB_TEXT(lra), DB_TEXT(person)), &rows));
	*out = db_int(rows, 0, 0);
	return OK;
}

RESULT lra_store_queue_list(struct db *db, const struct lra_queue_filter *filter,
	const struct lra_queue_terms *terms, struct db_rows **out)
{
	return db_query(db, &list,
		DB_ARGS(DB_TEXT(filter->lra),
			DB_TEXTS(filter->states, filter->state_count),
			DB_INT(terms->receipt_s), DB_INT(terms->within_s),
			DB_INT(filter->verified), DB_TEXT(filter->taken_by),
			DB_INT(filter->after_due), DB_INT(filter->after_id),
			DB_INT(filter->most), DB_BOOL(filter->held)),
		out);
}

RESULT lra_store_queue_held(struct db *db, const char *lra, const char *taken_by,
	int64_t most, struct db_rows **out)
{
	return db_query(db, &held, DB_ARGS(DB_TEXT(lra), DB_TEXT(taken_by), DB_INT(most)),
		out);
}

RESULT lra_store_queue_held_count(struct db *db, const char *lra, int64_t now,
	struct db_rows **out)
{
	return db_query(db, &held_count, DB_ARGS(DB_TEXT(lra), DB_INT(now)), out);
}

RESULT lra_store_queue_revocations(struct db *db, const char *lra,
	const struct lra_queue_terms *terms, int64_t most, struct db_rows **out)
{
	return db_query(db, &revocations,
		DB_ARGS(DB_TEXT(lra), DB_INT(most), DB_INT(terms->now),
			DB_INT(terms->receipt_s)),
		out);
}

/* A pattern of LIKE: no character of the text is a wildcard. */
static RESULT pattern(const char *before, const char *text, struct buf *out)
{
	TRY(buf_append_text(out, before));
	for (const char *c = text; *c != 0; c++) {
		if (strchr("\\%_", *c) != NULL)
			TRY(buf_append_text(out, "\\"));
		TRY(buf_append(out, (struct blob){ (const uint8_t *)c, 1 }));
	}
	return buf_append_text(out, "%");
}

static size_t characters(const char *text)
{
	size_t count = 0;
	for (; *text != 0; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

/* Shorter than a trigram: only at the beginning of a word, for which there is one. */
static RESULT part_of(const char *text, struct buf *anywhere, struct buf *word)
{
	enum { TRIGRAM = 3 };
	bool whole = characters(text) >= TRIGRAM;
	TRY(pattern(whole ? "%" : "", text, anywhere));
	return pattern(whole ? "%" : "% ", text, word);
}

RESULT lra_store_search(struct db *db, const struct lra_search *asked,
	struct db_rows **out)
{
	enum { LONGEST = 2048 };
	AUTO(buf_clear) struct buf anywhere = BUF(LONGEST);
	AUTO(buf_clear) struct buf word = BUF(LONGEST);
	AUTO(buf_clear) struct buf entity = BUF(LONGEST);
	AUTO(buf_clear) struct buf key = BUF(LONGEST);
	AUTO(buf_clear) struct buf key_anywhere = BUF(LONGEST);
	AUTO(buf_clear) struct buf key_word = BUF(LONGEST);
	TRY(part_of(asked->text, &anywhere, &word));
	TRY(name_key(asked->text, &key));
	TRY(part_of(buf_text(&key), &key_anywhere, &key_word));
	TRY(buf_append_format(&entity, "%s%s%s", asked->lra,
		asked->lra[0] == 0 ? "" : ":", asked->text));
	return db_query(db, &search,
		DB_ARGS(DB_TEXT(asked->lra), DB_TEXT(asked->text),
			DB_TEXT(buf_text(&entity)),
			DB_BLOBS(asked->serial_numbers, asked->serial_count),
			DB_TEXT(buf_text(&anywhere)), DB_TEXT(buf_text(&word)),
			DB_INT(asked->before), DB_TEXT(asked->state), DB_INT(asked->most),
			DB_TEXT(buf_text(&key_anywhere)), DB_TEXT(buf_text(&key_word)),
			DB_BLOB(asked->sha256), DB_BLOB(asked->sha1),
			DB_TEXT(asked->organization_number)),
		out);
}

RESULT lra_store_take(struct db_tx *tx, const char *lra, const char *receipt,
	const char *person, int64_t now)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &take,
		DB_ARGS(DB_TEXT(lra), DB_TEXT(receipt), DB_TEXT(person), DB_INT(now)),
		&rows));
	return db_count(rows) == 1 ? OK : FAIL(E_NOT_FOUND, "application %.30s", receipt);
}

RESULT lra_store_history(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out)
{
	return db_query(db, &history, DB_ARGS(DB_TEXT(lra), DB_TEXT(receipt)), out);
}

RESULT lra_store_entered(struct db *db, const char *lra, const char *receipt,
	int64_t version, struct buf *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &entered,
		DB_ARGS(DB_TEXT(lra), DB_TEXT(receipt), DB_INT(version)), &rows));
	return db_count(rows) == 1 ? buf_append(out, db_blob(rows, 0, 0))
				   : FAIL(E_NOT_FOUND, "application %.30s", receipt);
}

RESULT lra_store_deliveries(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out)
{
	return db_query(db, &deliveries, DB_ARGS(DB_TEXT(lra), DB_TEXT(receipt)), out);
}

RESULT lra_store_reminders(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out)
{
	return db_query(db, &reminders, DB_ARGS(DB_TEXT(lra), DB_TEXT(receipt)), out);
}
