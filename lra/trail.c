#include "lra/trail.h"

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/csv/csv.h"
#include "common/json/json.h"
#include "lra/answers.h"
#include "lra/trail_store.h"

enum { ROWS_AT_ONCE = 500, SHOWN_AGAIN_S = HOUR };

struct trail {
	const struct lra *lra;
	struct trail_query query;
	size_t people_count;
	struct blob *people; /* owned; ids borrowed from the roster, hence copied below */
	struct buf ids;
	bool begun, over;
};

void trail_free(struct trail *trail)
{
	if (trail == NULL)
		return;
	free(trail->people);
	buf_clear(&trail->ids);
	free(trail);
}

/* The roster may be read again between two parts: the ids are kept. */
static RESULT keep_people(struct trail *trail)
{
	const struct roster *roster = trail->lra->roster;
	const struct roster_person *person;
	size_t count = 0, at = 0;
	for (size_t i = 0; (person = roster_person_at(roster, i)) != NULL; i++)
		if (strcmp(person->lra, trail->query.lra) == 0) {
			TRY(buf_append(&trail->ids,
				blob_make(person->id, strlen(person->id) + 1)));
			count++;
		}
	trail->people = calloc(count + 1, sizeof *trail->people);
	if (trail->people == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t i = 0; i < count; i++) {
		trail->people[i] = blob_text((const char *)trail->ids.data + at);
		at += trail->people[i].len + 1;
	}
	trail->people_count = count;
	return OK;
}

RESULT trail_open(struct lra_call *call, const struct trail_query *query,
	struct trail **out)
{
	AUTO(trail_free) struct trail *trail = calloc(1, sizeof *trail);
	if (trail == NULL)
		return FAIL(E_IO, "out of memory");
	trail->lra = call->lra;
	trail->query = *query;
	trail->ids = BUF(MIB);
	TRY(keep_people(trail));
	*out = MOVE(trail);
	return OK;
}

static RESULT fetch(struct trail *trail, int64_t most, struct db_rows **out)
{
	const struct trail_query *query = &trail->query;
	const struct lra_trail_filter filter = { .lra = query->lra,
		.people = trail->people,
		.people_count = trail->people_count,
		.person = query->person,
		.object = query->object,
		.event = query->event,
		.from = query->from,
		.until = query->until,
		.before = query->before,
		.most = most };
	TRY(lra_store_trail(trail->lra->db, &filter, out));
	size_t count = db_count(*out);
	trail->over = (int64_t)count < most;
	if (count > 0)
		trail->query.before = db_int(*out, count - 1, TRAIL_ID);
	return OK;
}

/* ---- one page */

static RESULT event_row(const struct db_rows *rows, size_t row, struct json **out)
{
	/* clang-format off */
	static const struct { const char *name; size_t column; } texts[] = {
		{ "event",  TRAIL_EVENT  }, { "actor",  TRAIL_ACTOR  }, { "role",   TRAIL_ROLE },
		{ "origin", TRAIL_ORIGIN }, { "object", TRAIL_OBJECT }, { "result", TRAIL_RESULT },
	};
	/* clang-format on */
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *detail = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_int(object, "id", db_int(rows, row, TRAIL_ID)));
	TRY(json_set_time(object, "at", db_int(rows, row, TRAIL_AT)));
	for (size_t i = 0; i < COUNT(texts); i++)
		TRY(json_set_text(object, texts[i].name,
			db_text(rows, row, texts[i].column)));
	TRY(json_parse(blob_text(db_text(rows, row, TRAIL_DETAIL)), &detail));
	TRY(json_set(object, "detail", MOVE(detail)));
	*out = MOVE(object);
	return OK;
}

static RESULT set_chain(const struct lra *lra, struct json *object)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *chain = NULL;
	TRY(lra_store_chain(lra->db, &rows));
	if (db_count(rows) == 0)
		return OK;
	TRY(json_new_object(&chain));
	TRY(json_set_time(chain, "checkedAt", db_int(rows, 0, CHAIN_CHECKED_AT)));
	TRY(json_set_int(chain, "links", db_int(rows, 0, CHAIN_LINKS)));
	TRY(json_set_int(chain, "events", db_int(rows, 0, CHAIN_EVENTS)));
	TRY(json_set_hex(chain, "head", db_blob(rows, 0, CHAIN_HEAD)));
	if (!db_is_null(rows, 0, CHAIN_FAULT))
		TRY(json_set_text(chain, "fault", db_text(rows, 0, CHAIN_FAULT)));
	return json_set(object, "chain", MOVE(chain));
}

RESULT trail_page(struct trail *trail, struct buf *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *events = NULL;
	AUTO(json_free) struct json *people = NULL;
	TRY(fetch(trail, trail->query.most, &rows));
	TRY(json_new_object(&object));
	TRY(json_new_array(&events));
	TRY(json_new_object(&people));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY_IN(event_row(rows, i, &row), "event %lld",
			(long long)db_int(rows, i, TRAIL_ID));
		TRY(json_append(events, MOVE(row)));
		TRY(answer_person(people, trail->lra->roster,
			db_text(rows, i, TRAIL_ACTOR)));
	}
	TRY(json_set(object, "events", MOVE(events)));
	TRY(json_set(object, "people", MOVE(people)));
	if (!trail->over)
		TRY(json_set_int(object, "next", trail->query.before));
	TRY(set_chain(trail->lra, object));
	return json_write_pretty(object, out);
}

/* ---- all of it */

static RESULT audit(struct lra_call *call, enum audit_event_kind kind, const char *object,
	const char *detail)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin(call->lra->db, &tx));
	TRY(lra_audit(call, tx, kind, NULL, role_first(call->person->roles), object,
		detail));
	return db_commit(&tx);
}

RESULT trail_export(struct lra_call *call, struct trail *trail)
{
	char from[CLOCK_TEXT], until[CLOCK_TEXT], detail[128];
	clock_text(trail->query.from, from);
	clock_text(trail->query.until, until);
	snprintf(detail, sizeof detail, "{\"from\":\"%s\",\"until\":\"%s\"}", from,
		until);
	return audit(call, AUDIT_TRAIL_EXPORTED,
		trail->query.lra[0] == 0 ? "all" : trail->query.lra, detail);
}

static RESULT csv_row(const struct db_rows *rows, size_t row, struct buf *part)
{
	static const size_t columns[] = { TRAIL_EVENT, TRAIL_RESULT, TRAIL_ACTOR,
		TRAIL_ROLE, TRAIL_OBJECT, TRAIL_ORIGIN, TRAIL_DETAIL };
	char at[CLOCK_TEXT];
	clock_text(db_int(rows, row, TRAIL_AT), at);
	TRY(buf_append_format(part, "%lld,%s", (long long)db_int(rows, row, TRAIL_ID),
		at));
	for (size_t i = 0; i < COUNT(columns); i++) {
		TRY(buf_append_text(part, ","));
		TRY(csv_append_cell(part, db_text(rows, row, columns[i])));
	}
	return buf_append_text(part, "\r\n");
}

RESULT trail_next(struct trail *trail, struct buf *part)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	if (trail->over)
		return OK;
	TRY(fetch(trail, ROWS_AT_ONCE, &rows));
	if (!trail->begun)
		TRY(buf_append_text(part, "\xef\xbb\xbfid,at,event,result,actor,role,"
					  "object,origin,detail\r\n"));
	trail->begun = true;
	for (size_t i = 0; i < db_count(rows); i++)
		TRY(csv_row(rows, i, part));
	return OK;
}

/* ---- who looked */

struct look {
	struct lra_call *call;
	const char *receipt;
};

static RESULT look(void *context, struct db_tx *tx)
{
	const struct look *look = context;
	struct lra_call *call = look->call;
	bool known;
	TRY(lra_store_shown(tx, look->receipt, call->person->id,
		call->now - SHOWN_AGAIN_S, &known));
	return known ? OK
		     : lra_audit(call, tx, AUDIT_APPLICATION_SHOWN, NULL,
			       role_first(call->person->roles), look->receipt, "{}");
}

RESULT trail_note_shown(struct lra_call *call, const char *receipt)
{
	struct look context = { call, receipt };
	return call->person == NULL ? OK : db_run(call->lra->db, look, &context);
}
