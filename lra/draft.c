#include "lra/draft.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/draft_store.h"
#include "lra/seal.h"

enum { WHOSE = 160 };

bool lra_draft_name_good(const char *name)
{
	static const char *const before[] = { "copy.", "correct.", "renew.", "verify." };
	if (strcmp(name, "apply") == 0 || strcmp(name, "verify") == 0)
		return true;
	for (size_t i = 0; i < COUNT(before); i++)
		if (strncmp(name, before[i], strlen(before[i])) == 0)
			return receipt_number_valid(name + strlen(before[i]));
	return false;
}

static RESULT check_name(const char *name)
{
	return lra_draft_name_good(name) ? OK : FAIL(E_NOT_FOUND, "draft");
}

/* What the seal is bound to: a row that was moved to another person or name does not open. */
static void write_whose(const struct lra_call *call, const char *name,
	char out[static WHOSE])
{
	snprintf(out, WHOSE, "%s/%s", call->person->id, name);
}

struct saving {
	struct lra_call *call;
	const char *name;
	struct blob sealed;
};

static RESULT save(void *context, struct db_tx *tx)
{
	const struct saving *saving = context;
	return lra_store_put_draft(tx, saving->call->person->id, saving->name,
		saving->sealed, saving->call->now);
}

RESULT lra_draft_put(struct lra_call *call, const char *name, const struct json *values)
{
	AUTO(buf_clear) struct buf plain = BUF(LIMIT_DRAFT);
	AUTO(buf_clear) struct buf sealed = BUF(LIMIT_DRAFT + SEAL_MORE);
	char whose[WHOSE];
	TRY(check_name(name));
	write_whose(call, name, whose);
	if (values != NULL) {
		TRY(json_write(values, &plain));
		TRY(seal_close_bytes(call->lra->seal, SEAL_DRAFT, whose, buf_view(&plain),
			&sealed));
	}
	struct saving saving = { call, name, buf_view(&sealed) };
	return db_run(call->lra->db, save, &saving);
}

static RESULT set_head(struct json *object, const struct db_rows *rows, size_t row)
{
	TRY(json_set_text(object, "name", db_text(rows, row, 0)));
	return json_set_time(object, "savedAt", db_int(rows, row, 2));
}

RESULT lra_draft_list(struct lra_call *call, struct buf *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	TRY(lra_store_drafts(call->lra->db, call->person->id, "", &rows));
	TRY(json_new_object(&object));
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(set_head(row, rows, i));
		TRY(json_append(array, MOVE(row)));
	}
	TRY(json_set(object, "drafts", MOVE(array)));
	return json_write_pretty(object, out);
}

RESULT lra_draft_get(struct lra_call *call, const char *name, struct buf *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *values = NULL;
	AUTO(buf_clear) struct buf plain = BUF(LIMIT_DRAFT);
	char whose[WHOSE];
	TRY(check_name(name));
	write_whose(call, name, whose);
	TRY(lra_store_drafts(call->lra->db, call->person->id, name, &rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "draft");
	TRY(seal_open_bytes(call->lra->seal, SEAL_DRAFT, whose, db_blob(rows, 0, 1),
		&plain));
	TRY(json_parse(buf_view(&plain), &values));
	TRY(json_new_object(&object));
	TRY(set_head(object, rows, 0));
	TRY(json_set(object, "values", MOVE(values)));
	return json_write_pretty(object, out);
}

static RESULT forget(void *context, struct db_tx *tx)
{
	const struct lra_call *call = context;
	return lra_store_forget_drafts(tx, call->now - call->lra->conf->draft_keep_s);
}

RESULT lra_draft_sweep(struct lra_call *call)
{
	return db_run(call->lra->db, forget, call);
}
