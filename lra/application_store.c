#include "lra/application_store.h"

#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/person_key.h"

static const struct db_stmt next_receipt = { "lra_next_receipt",
	"SELECT nextval('receipt_sequence')" };
static const struct db_stmt agreement_known = { "lra_agreement_known",
	"SELECT EXISTS (SELECT FROM agreement WHERE sha256 = $1)" };
static const struct db_stmt accept_terms = { "lra_accept_terms",
	"INSERT INTO agreement_acceptance (agreement, accepted_by, accepted_at, means, "
	"record_keeping, correctness,"
	" key_obligations, publication) VALUES ($1, $2, to_timestamp($3::bigint), $4, "
	"$5, $6, $7, $8) RETURNING id" };
static const struct db_stmt insert = { "lra_insert",
	"INSERT INTO application (receipt_number, lra, method, state, event, event_role, "
	"version, content, profile,"
	" subject_digest, display_name, entity, key_origin, subject_public_key_info, "
	"acceptance_id, entered_by,"
	" received_at, changed_at, idempotency_key, notice_mail, notice_language, "
	"name_key, person_romaji, person_kanji, organization_number) VALUES "
	"($1, $2, $3, $4, 'receive', "
	"'lraClerk', $5::bigint, $6, $7, $8,"
	" $9, $10, $11, $12, $13, $14, to_timestamp($15::bigint), "
	"to_timestamp($15::bigint), $16, $17, coalesce($18, 'ja'), $19, $20, $21, $22) "
	"RETURNING id" };
static const struct db_stmt amend = { "lra_amend",
	"UPDATE application SET state = $2, event = 'amend', event_role = 'lraClerk', "
	"version = $3::bigint, content = $4,"
	" profile = $5, subject_digest = $6, display_name = $7, entity = $8, key_origin "
	"= $9,"
	" subject_public_key_info = $10, identified_by = NULL, approved_by = NULL, "
	"refusal = NULL,"
	" changed_at = to_timestamp($11::bigint), notice_mail = $12, notice_language = "
	"coalesce($13, 'ja'), notice_words = NULL, name_key = $14, person_romaji = $15, "
	"person_kanji = $16, organization_number = $17 WHERE id = $1" };
static const struct db_stmt insert_version = { "lra_insert_version",
	"INSERT INTO application_version (application_id, version, document, sha256, "
	"entered_by, entered_at)"
	" VALUES ($1, $2::bigint, $3, sha256($3), $4, to_timestamp($5::bigint))" };
static const struct db_stmt find_repeat = { "lra_find_repeat",
	"SELECT a.receipt_number, a.state, a.version, v.sha256, a.content FROM "
	"application a JOIN application_version v"
	" ON v.application_id = a.id AND v.version = 1 WHERE a.lra = $1 AND "
	"a.idempotency_key = $2" };
static const struct db_stmt find = { "lra_find",
	"SELECT id, lra, state, version, content, key_origin, subject_public_key_info, "
	"entered_by,"
	" coalesce(identified_by, ''), coalesce(approved_by, ''), extract(epoch FROM "
	"received_at)::bigint, coalesce(resumer, '')"
	" FROM application WHERE receipt_number = $1 FOR UPDATE" };
static const struct db_stmt step = { "lra_step",
	"UPDATE application SET state = $2, event = $3, event_role = $4, changed_at = "
	"to_timestamp($5::bigint),"
	" identified_by = nullif($6, ''), approved_by = nullif($7, ''), notice_words = "
	"nullif($8, ''), held_at = NULL, held_by = NULL, hold_reason = NULL, hold_note = "
	"NULL, resumer = NULL, resume_on = NULL WHERE id = $1" };
static const struct db_stmt hold = { "lra_hold",
	"UPDATE application SET event = 'hold', event_role = $2, held_at = "
	"to_timestamp($3::bigint), held_by = $4, hold_reason = $5, hold_note = $6, "
	"resumer = $7, resume_on = nullif($8::text, '')::date WHERE id = $1" };
/* The time on hold is not counted; what was corrected meanwhile waits since then. */
static const struct db_stmt resume = { "lra_resume",
	"UPDATE application SET event = 'resume', event_role = $2, changed_at = "
	"least(changed_at + (to_timestamp($3::bigint) - held_at), "
	"to_timestamp($3::bigint)), held_at = NULL, held_by = NULL, hold_reason = NULL, "
	"hold_note = NULL, resumer = NULL, resume_on = NULL WHERE id = $1" };
static const struct db_stmt bind_key = { "lra_bind_key",
	"UPDATE application SET event = 'bindKey', event_role = 'lraGateway', "
	"subject_public_key_info = $2,"
	" changed_at = to_timestamp($3::bigint) WHERE id = $1 AND state = 'verified'" };
static const struct db_stmt lose_key = { "lra_lose_key",
	"UPDATE application SET state = 'verified', event = 'loseKey', event_role = "
	"'lraGateway',"
	" subject_public_key_info = NULL, changed_at = to_timestamp($2::bigint) WHERE id "
	"= $1" };
static const struct db_stmt notify = { "lra_notify", "SELECT pg_notify($1, '')" };
static const struct db_stmt ping = { "lra_ping",
	"SELECT max(version) FROM schema_version" };

#define VIEW_COLUMNS                                                                     \
	"SELECT a.id, a.receipt_number, a.lra, a.state, a.version, a.profile, "          \
	"a.display_name, a.entered_by,"                                                  \
	" extract(epoch FROM a.received_at)::bigint, extract(epoch FROM "                \
	"a.changed_at)::bigint,"                                                         \
	" (SELECT extract(epoch FROM max(d.receipt_due_at))::bigint FROM delivery d "    \
	"WHERE d.application_id = a.id"                                                  \
	" AND a.state = 'delivered')"
static const struct db_stmt list = { "lra_list",
	VIEW_COLUMNS " FROM application a WHERE ($1 = '' OR a.lra = $1) AND ($2 = '' OR "
		     "a.state = $2) AND a.id > $3"
		     " ORDER BY a.id LIMIT $4" };
static const struct db_stmt view = { "lra_view",
	VIEW_COLUMNS ", a.method, a.identified_by, a.approved_by, a.content, a.refusal, "
		     "extract(epoch FROM a.held_at)::bigint, a.held_by, a.hold_reason, "
		     "a.hold_note, a.resumer, a.resume_on::text FROM application a"
		     " WHERE a.receipt_number = $2 AND ($1 = '' OR a.lra = $1)" };
static const struct db_stmt versions = { "lra_versions",
	"SELECT version, sha256, entered_by, extract(epoch FROM entered_at)::bigint FROM "
	"application_version"
	" WHERE application_id = $1 ORDER BY version" };

static const struct db_stmt agreements = { "lra_agreements",
	"SELECT sha256, title, version, extract(epoch FROM published_at)::bigint FROM "
	"agreement"
	" ORDER BY published_at DESC, title LIMIT 200" };
static const struct db_stmt agreement_document = { "lra_agreement_document",
	"SELECT document FROM agreement WHERE sha256 = $1" };
static const struct db_stmt publish_agreement = { "lra_publish_agreement",
	"INSERT INTO agreement (sha256, title, version, document, published_at)"
	" VALUES (sha256($3), $1, $2, $3, to_timestamp($4::bigint))"
	" ON CONFLICT (sha256) DO NOTHING" }; /* the same text again is the same text */

static const struct db_stmt *const stmts[] = { &next_receipt, &agreement_known,
	&accept_terms, &insert, &amend, &insert_version, &find_repeat, &find, &step,
	&hold, &resume, &bind_key, &lose_key, &notify, &ping, &list, &view, &versions,
	&agreements, &agreement_document, &publish_agreement };
const struct db_stmt_list lra_application_stmts = { stmts, COUNT(stmts) };

static RESULT ask_number(struct db_tx *tx, const struct db_stmt *stmt,
	struct db_args args, int64_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, stmt, args, &rows));
	*out = db_int(rows, 0, 0);
	return OK;
}

RESULT lra_store_next_receipt(struct db_tx *tx, int64_t *out)
{
	return ask_number(tx, &next_receipt, DB_NO_ARGS, out);
}

RESULT lra_store_agreement_known(struct db_tx *tx, struct blob sha256, bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &agreement_known, DB_ARGS(DB_BLOB(sha256)), &rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}

RESULT lra_store_accept_terms(struct db_tx *tx, const struct form_acceptance *acceptance,
	int64_t now, int64_t *id)
{
	return ask_number(tx, &accept_terms,
		DB_ARGS(DB_BLOB(BLOB(acceptance->agreement)),
			DB_TEXT(acceptance->accepted_by), DB_INT(now),
			DB_TEXT(acceptance->means), DB_BOOL(acceptance->record_keeping),
			DB_BOOL(acceptance->correctness),
			DB_BOOL(acceptance->key_obligations),
			DB_BOOL(acceptance->publication)),
		id);
}

static RESULT add_version(struct db_tx *tx, const struct lra_application_row *row,
	int64_t id)
{
	return db_exec_one(tx, &insert_version,
		DB_ARGS(DB_INT(id), DB_INT(row->version), DB_BLOB(row->document),
			DB_TEXT(row->entered_by), DB_INT(row->at)));
}

RESULT lra_store_insert(struct db_tx *tx, const struct lra_application_row *row,
	int64_t *id)
{
	int64_t made;
	TRY(ask_number(tx, &insert,
		DB_ARGS(DB_TEXT(row->receipt), DB_TEXT(row->lra), DB_TEXT(row->method),
			DB_TEXT(application_state_name(row->state)), DB_INT(row->version),
			DB_BLOB(row->content_bytes), DB_TEXT(row->content->profile),
			DB_BLOB(row->subject_digest), DB_TEXT(row->display_name),
			DB_TEXT(row->content->entity),
			DB_TEXT(key_origin_name(row->content->key_origin)),
			DB_BLOB(row->spki), DB_INT(row->acceptance_id),
			DB_TEXT(row->entered_by), DB_INT(row->at),
			DB_TEXT(row->idempotency_key), DB_TEXT(row->notice_mail),
			DB_TEXT(row->notice_language),
			DB_TEXT(buf_text(&row->key->words)),
			DB_TEXT(buf_text(&row->key->romaji)),
			DB_TEXT(buf_text(&row->key->kanji)),
			DB_TEXT(row->organization_number)),
		&made));
	TRY(add_version(tx, row, made));
	*id = made;
	return OK;
}

RESULT lra_store_amend(struct db_tx *tx, const struct lra_application_row *row)
{
	TRY(db_exec_one(tx, &amend,
		DB_ARGS(DB_INT(row->id), DB_TEXT(application_state_name(row->state)),
			DB_INT(row->version), DB_BLOB(row->content_bytes),
			DB_TEXT(row->content->profile), DB_BLOB(row->subject_digest),
			DB_TEXT(row->display_name), DB_TEXT(row->content->entity),
			DB_TEXT(key_origin_name(row->content->key_origin)),
			DB_BLOB(row->spki), DB_INT(row->at), DB_TEXT(row->notice_mail),
			DB_TEXT(row->notice_language),
			DB_TEXT(buf_text(&row->key->words)),
			DB_TEXT(buf_text(&row->key->romaji)),
			DB_TEXT(buf_text(&row->key->kanji)),
			DB_TEXT(row->organization_number))));
	return add_version(tx, row, row->id);
}

RESULT lra_store_find_repeat(struct db_tx *tx, const char *lra,
	const char *idempotency_key, struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &find_repeat, DB_ARGS(DB_TEXT(lra), DB_TEXT(idempotency_key)),
		&rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "no such request came before");
	*out = MOVE(rows);
	return OK;
}

static RESULT read_application(const struct db_rows *rows, const char *receipt,
	struct lra_application *out)
{
	out->id = db_int(rows, 0, 0);
	out->version = db_int(rows, 0, 3);
	out->received_at = db_int(rows, 0, 10);
	TRY(text_copy(receipt, out->receipt, sizeof out->receipt));
	TRY(text_copy(db_text(rows, 0, 1), out->lra, sizeof out->lra));
	TRY(application_state_by_name(db_text(rows, 0, 2), &out->state));
	TRY(buf_append(&out->content_bytes, db_blob(rows, 0, 4)));
	TRY(key_origin_by_name(db_text(rows, 0, 5), &out->key_origin));
	if (!db_is_null(rows, 0, 6))
		TRY(buf_append(&out->spki, db_blob(rows, 0, 6)));
	TRY(text_copy(db_text(rows, 0, 7), out->entered_by, sizeof out->entered_by));
	TRY(text_copy(db_text(rows, 0, 8), out->identified_by,
		sizeof out->identified_by));
	TRY(text_copy(db_text(rows, 0, 9), out->approved_by, sizeof out->approved_by));
	TRY(text_copy(db_text(rows, 0, 11), out->resumer, sizeof out->resumer));
	return content_parse_bytes(buf_view(&out->content_bytes), &out->content);
}

RESULT lra_store_find(struct db_tx *tx, const char *receipt, struct lra_application *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(lra_application_clear) struct lra_application found = LRA_APPLICATION;
	TRY(db_query_tx(tx, &find, DB_ARGS(DB_TEXT(receipt)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "application %.30s", receipt);
	TRY_IN(read_application(rows, receipt, &found), "application %.30s", receipt);
	lra_application_clear(out);
	*out = found;
	found = LRA_APPLICATION;
	return OK;
}

RESULT lra_store_step(struct db_tx *tx, const struct lra_application *application,
	enum application_event event, enum role as, enum application_state to,
	int64_t now)
{
	return db_exec_one(tx, &step,
		DB_ARGS(DB_INT(application->id), DB_TEXT(application_state_name(to)),
			DB_TEXT(application_event_name(event)), DB_TEXT(role_name(as)),
			DB_INT(now), DB_TEXT(application->identified_by),
			DB_TEXT(application->approved_by), DB_TEXT(application->told)));
}

RESULT lra_store_hold(struct db_tx *tx, const struct lra_hold_row *row)
{
	return db_exec_one(tx, &hold,
		DB_ARGS(DB_INT(row->id), DB_TEXT(role_name(row->as)), DB_INT(row->at),
			DB_TEXT(row->held_by), DB_TEXT(row->hold->reason),
			DB_TEXT(row->hold->note), DB_TEXT(row->resumer),
			DB_TEXT(row->hold->resume_on)));
}

RESULT lra_store_resume(struct db_tx *tx, int64_t id, enum role as, int64_t now)
{
	return db_exec_one(tx, &resume,
		DB_ARGS(DB_INT(id), DB_TEXT(role_name(as)), DB_INT(now)));
}

RESULT lra_store_bind_key(struct db_tx *tx, int64_t id, struct blob spki, int64_t now)
{
	return db_exec_one(tx, &bind_key,
		DB_ARGS(DB_INT(id), DB_BLOB(spki), DB_INT(now)));
}

RESULT lra_store_lose_key(struct db_tx *tx, int64_t id, int64_t now)
{
	return db_exec_one(tx, &lose_key, DB_ARGS(DB_INT(id), DB_INT(now)));
}

RESULT lra_store_notify(struct db_tx *tx, const char *channel)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	return db_query_tx(tx, &notify, DB_ARGS(DB_TEXT(channel)), &rows);
}

RESULT lra_store_ping(struct db *db)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	return db_query(db, &ping, DB_NO_ARGS, &rows);
}

RESULT lra_store_list(struct db *db, const char *lra, const char *state, int64_t after,
	int64_t most, struct db_rows **out)
{
	return db_query(db, &list,
		DB_ARGS(DB_TEXT(lra), DB_TEXT(state), DB_INT(after), DB_INT(most)), out);
}

RESULT lra_store_view(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &view, DB_ARGS(DB_TEXT(lra), DB_TEXT(receipt)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "application %.30s", receipt);
	*out = MOVE(rows);
	return OK;
}

RESULT lra_store_versions(struct db *db, int64_t id, struct db_rows **out)
{
	return db_query(db, &versions, DB_ARGS(DB_INT(id)), out);
}

RESULT lra_store_agreements(struct db *db, struct db_rows **out)
{
	return db_query(db, &agreements, DB_NO_ARGS, out);
}

RESULT lra_store_agreement_document(struct db *db, struct blob sha256,
	struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &agreement_document, DB_ARGS(DB_BLOB(sha256)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "agreement");
	*out = MOVE(rows);
	return OK;
}

RESULT lra_store_publish_agreement(struct db_tx *tx, const char *title,
	const char *version, struct blob document, int64_t now)
{
	return db_exec(tx, &publish_agreement,
		DB_ARGS(DB_TEXT(title), DB_TEXT(version), DB_BLOB(document),
			DB_INT(now)));
}
