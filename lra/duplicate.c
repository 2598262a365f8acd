#include "lra/duplicate.h"

#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/person_key.h"
#include "lra/routes.h"

/* clang-format off */
static const struct fault_rule key_used = { "key.used", "R-PKQ-08",
	"This key is another subject's already. Every subject needs a key of its own.",
	"この鍵は別の名義の申込で使われています。名義ごとに新しい鍵が必要です。" };

/* How much each likeness says, of 100; together never more. */
static const struct { int64_t why, score; const char *word; } reasons[] = {
	{ DUPLICATE_KEY,    100, "key" },
	{ DUPLICATE_KANJI,  60,  "kanji" },
	{ DUPLICATE_MAIL,   50,  "mail" },
	{ DUPLICATE_ROMAJI, 30,  "romaji" },
};
/* clang-format on */

static RESULT set_reasons(struct json *row, int64_t why)
{
	AUTO(json_free) struct json *array = NULL;
	int64_t score = 0;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < COUNT(reasons); i++)
		if ((why & reasons[i].why) != 0) {
			score += reasons[i].score;
			TRY(json_append_text(array, reasons[i].word));
		}
	TRY(json_set_int(row, "score", score < 100 ? score : 100));
	return json_set(row, "reasons", MOVE(array));
}

static RESULT append_case(const struct db_rows *rows, size_t i, struct json *array)
{
	AUTO(json_free) struct json *row = NULL;
	const char *entity = db_text(rows, i, DUPLICATE_ENTITY),
		   *colon = strchr(entity, ':');
	TRY(json_new_object(&row));
	TRY(json_set_text(row, "receiptNumber", db_text(rows, i, DUPLICATE_RECEIPT)));
	TRY(json_set_text(row, "state", db_text(rows, i, DUPLICATE_STATE)));
	TRY(json_set_text(row, "profile", db_text(rows, i, DUPLICATE_PROFILE)));
	TRY(json_set_text(row, "commonName", db_text(rows, i, DUPLICATE_NAME)));
	TRY(json_set_text(row, "employeeNumber", colon == NULL ? entity : colon + 1));
	TRY(set_reasons(row, db_int(rows, i, DUPLICATE_WHY)));
	return json_append(array, MOVE(row));
}

static RESULT answer(const struct db_rows *rows, struct json **out)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++)
		if (!db_is_null(rows, i, DUPLICATE_RECEIPT))
			TRY(append_case(rows, i, array));
	*out = MOVE(array);
	return OK;
}

RESULT duplicates_of_form(struct lra_call *call, const struct lra_form *form,
	const struct content *content, struct json **out)
{
	AUTO(person_key_clear) struct person_key key = PERSON_KEY;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const char *mail = lra_notice_mail(form, &content->subject_alt_name);
	TRY(person_key_make(&content->subject, &content->subject_alt_name, form->written,
		&key));
	const struct duplicate_query query = { .lra = call->person->lra,
		.entity = content->entity,
		.romaji = buf_text(&key.romaji),
		.kanji = buf_text(&key.kanji),
		.mail = mail == NULL ? "" : mail,
		.spki = buf_view(&form->spki) };
	TRY(duplicate_store_find(call->lra->db, &query, &rows));
	return answer(rows, out);
}

RESULT duplicates_of_case(struct lra_call *call, const char *receipt, struct json **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(duplicate_store_find_of(call->lra->db, lra_reader(call), receipt, &rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "application %.30s", receipt);
	return answer(rows, out);
}

RESULT duplicate_key_check(struct lra_call *call, const struct duplicate_key *key)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(duplicate_store_key(call->lra->db, key, &rows));
	if (db_count(rows) == 0)
		return OK;
	/* Whose it is elsewhere is no business of this LRA. */
	bool own = strcmp(db_text(rows, 0, 1), call->person->lra) == 0;
	faults_add(call->faults, &key_used, "key", "%s", own ? db_text(rows, 0, 0) : "");
	return OK;
}
