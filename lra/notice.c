#include "lra/notice.h"

#include "lra/notice_store.h"

/* clang-format off */
static const struct fault_rule nobody = { "notice.nobody", "UX-38",
	"This notice has nobody to go to, or is being sent right now. Look at the mail address of the application.",
	"送信先がないか、送信処理中の通知です。申込のメールアドレスを確認してください。" };
/* clang-format on */

static RESULT delivery_json(const struct db_rows *rows, size_t row, struct json *array)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "channel", db_text(rows, row, NOTICE_CHANNEL)));
	TRY(json_set_text(object, "recipient", db_text(rows, row, NOTICE_RECIPIENT)));
	TRY(json_set_text(object, "state", db_text(rows, row, NOTICE_STATE)));
	TRY(json_set_int(object, "round", db_int(rows, row, NOTICE_ROUND)));
	TRY(json_set_int(object, "tries", db_int(rows, row, NOTICE_TRIES)));
	TRY(json_set_time(object, "at", db_int(rows, row, NOTICE_CHANGED_AT)));
	if (strcmp(db_text(rows, row, NOTICE_STATE), "queued") == 0)
		TRY(json_set_time(object, "next", db_int(rows, row, NOTICE_NEXT_AT)));
	if (db_text(rows, row, NOTICE_ANSWER)[0] != 0)
		TRY(json_set_text(object, "answer", db_text(rows, row, NOTICE_ANSWER)));
	return json_append(array, MOVE(object));
}

static RESULT notice_json(const struct db_rows *rows, size_t from, size_t until,
	struct json *array)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *deliveries = NULL;
	TRY(json_new_object(&object));
	TRY(json_new_array(&deliveries));
	TRY(json_set_int(object, "id", db_int(rows, from, NOTICE_ID)));
	TRY(json_set_text(object, "kind", db_text(rows, from, NOTICE_KIND)));
	TRY(json_set_time(object, "at", db_int(rows, from, NOTICE_AT)));
	TRY(json_set_text(object, "receiptNumber", db_text(rows, from, NOTICE_RECEIPT)));
	if (!db_is_null(rows, from, NOTICE_DAYS))
		TRY(json_set_int(object, "days", db_int(rows, from, NOTICE_DAYS)));
	if (!db_is_null(rows, from, NOTICE_SERIAL))
		TRY(json_set_hex(object, "serialNumber",
			db_blob(rows, from, NOTICE_SERIAL)));
	if (!db_is_null(rows, from, NOTICE_WORDS))
		TRY(json_set_text(object, "forApplicant",
			db_text(rows, from, NOTICE_WORDS)));
	for (size_t i = from; i < until; i++)
		if (!db_is_null(rows, i, NOTICE_CHANNEL))
			TRY(delivery_json(rows, i, deliveries));
	TRY(json_set(object, "deliveries", MOVE(deliveries)));
	return json_append(array, MOVE(object));
}

RESULT lra_notices_answer(const struct db_rows *rows, struct json *array)
{
	for (size_t from = 0, until; from < db_count(rows); from = until) {
		until = from + 1;
		while (until < db_count(rows) &&
			db_int(rows, until, NOTICE_ID) == db_int(rows, from, NOTICE_ID))
			until++;
		TRY(notice_json(rows, from, until, array));
	}
	return OK;
}

struct resending {
	struct lra_call *call;
	int64_t id;
	const char *receipt;
};

static RESULT resend(void *context, struct db_tx *tx)
{
	struct resending *resending = context;
	struct lra_call *call = resending->call;
	char detail[48];
	int64_t count;
	TRY(lra_store_notice_again(tx, resending->id, call->now, &count));
	if (count == 0)
		return lra_refuse(call, E_STATE, &nobody, "notice", "%lld",
			(long long)resending->id);
	snprintf(detail, sizeof detail, "{\"notice\":%lld}", (long long)resending->id);
	return lra_audit(call, tx, AUDIT_NOTICE_ASKED_AGAIN, NULL, ROLE_LRA_CLERK,
		resending->receipt, detail);
}

RESULT lra_notice_again(struct lra_call *call, int64_t id)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(lra_store_notice(call->lra->db, call->person->lra, id, &rows));
	struct resending resending = { call, id, db_text(rows, 0, NOTICE_RECEIPT) };
	return db_run(call->lra->db, resend, &resending);
}
