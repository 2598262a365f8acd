#include "lra/distribution.h"

#include "common/base/text.h"
#include "common/json/json.h"
#include "lra/application_store.h"
#include "lra/deliver.h"
#include "lra/distribution_store.h"

/* clang-format off */
static const struct fault_rule no_list = { "distribution.list", "R-LRA-08",
	"Name one receipt number at least, and each once.",
	"受付番号を1件以上、重複なく指定してください。" };
static const struct fault_rule no_pin = { "distribution.form", "R-LRA-08",
	"Many are handed over at once as PKCS #12 files with PINs.",
	"一括配付はPKCS#12とPINの組み合わせだけです。" };
static const struct fault_rule unknown = { "distribution.unknown", "R-LRA-08",
	"There is no such application at this LRA.",
	"この登録局にこの受付番号はありません。" };
const struct fault_rule distribution_not_ready = { "distribution.notReady", "R-APP-01",
	"This application is not approved, or handed over already.",
	"承認前、または配付済みの申込です。" };
static const struct fault_rule own_key = { "distribution.ownKey", "R-SUB-KEY-01",
	"The subscriber made the key: hand over the certificate alone.",
	"鍵は利用者が生成しています。証明書だけを個別に渡してください。" };
static const struct fault_rule waits = { "distribution.waits", "R-LRA-06",
	"This application waits in another distribution already.",
	"この申込は別の一括配付に含まれています。" };
static const struct fault_rule running = { "distribution.running", "R-LRA-08",
	"Some of its people still wait. Fetch the files when it is done or cancelled.",
	"処理中です。完了または中止の後に取得してください。" };
static const struct fault_rule no_files = { "distribution.noFiles", "R-SUB-KEY-05",
	"No file is kept any more. Who has none is revoked and issued anew.",
	"ファイルは消去済みです。受け取っていない人は失効のうえ再発行してください。" };
/* clang-format on */

struct asking {
	struct lra_call *call;
	const struct lra_delivery *delivery;
	const struct json *receipts;
	const char *idempotency_key;
	struct blob *names; /* of the receipts, in their order */
	int64_t *ids;
	struct lra_distribution *out;
};
static void asking_clear(struct asking *asking)
{
	free(asking->names);
	free(asking->ids);
}
AUTO_DEFINE_HELD(struct asking, asking_clear)

static void judge(struct lra_call *call, const struct db_rows *rows, size_t row)
{
	enum application_state state = APP_NONE;
	const char *receipt = db_text(rows, row, READY_RECEIPT),
		   *word = db_text(rows, row, READY_STATE);
	IGNORE(application_state_by_name(word, &state)); /* then it is not ready */
	const struct fault_rule *rule = !db_bool(rows, row, READY_HANDOVER) ? &own_key
					: db_bool(rows, row, READY_WAITS)   ? &waits
					: state == APP_SUBMITTED || state == APP_VERIFIED
						? NULL
						: &distribution_not_ready;
	if (rule != NULL)
		faults_add(call->faults, rule, receipt, "%s", word);
}

static bool is_among(const struct db_rows *rows, struct blob receipt)
{
	for (size_t i = 0; i < db_count(rows); i++)
		if (blob_equal(blob_text(db_text(rows, i, READY_RECEIPT)), receipt))
			return true;
	return false;
}

/* Locked until it is written down: what was ready then is asked for once. */
static RESULT find_all(struct asking *asking, struct db_tx *tx, size_t count)
{
	struct lra_call *call = asking->call;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	*call->faults = (struct faults){ .count = 0 };
	TRY(distribution_store_applications(tx, call->person->lra, asking->names, count,
		&rows));
	for (size_t i = 0; i < db_count(rows); i++) {
		judge(call, rows, i);
		asking->ids[i] = db_int(rows, i, READY_ID);
	}
	if (db_count(rows) < count)
		for (size_t i = 0; i < count; i++)
			if (!is_among(rows, asking->names[i]))
				faults_add(call->faults, &unknown,
					(const char *)asking->names[i].data, "%s", "");
	TRY(faults_result(call->faults, E_POLICY));
	/* None is missing and none is wrong: then the same one came twice. */
	return db_count(rows) == count
		       ? OK
		       : lra_refuse(call, E_POLICY, &no_list, "receiptNumbers",
				 "%zu of %zu", db_count(rows), count);
}

static RESULT ask(void *context, struct db_tx *tx)
{
	struct asking *asking = context;
	struct lra_call *call = asking->call;
	const char *key = asking->idempotency_key;
	size_t count = json_count(asking->receipts);
	char object[32], detail[64];
	struct err err = key == NULL ? FAIL(E_NOT_FOUND, "no key")
				     : distribution_store_repeat(tx, call->person->lra,
					       key, &asking->out->id);
	asking->out->again = !err_is(err);
	if (err.code != E_NOT_FOUND)
		return err;
	TRY(find_all(asking, tx, count));
	const struct distribution_row row = { .lra = call->person->lra,
		.form = lra_delivery_name(asking->delivery->form),
		.file_channel = asking->delivery->file_channel,
		.pin_channel = asking->delivery->pin_channel,
		.asked_by = call->person->id,
		.idempotency_key = key,
		.asked_at = call->now };
	TRY(distribution_store_add(tx, &row, &asking->out->id));
	TRY(distribution_store_add_rows(tx, asking->out->id, asking->ids, count));
	snprintf(object, sizeof object, "distribution %lld", (long long)asking->out->id);
	snprintf(detail, sizeof detail, "{\"of\":%zu}", count);
	TRY(lra_audit(call, tx, AUDIT_DISTRIBUTION_ASKED, NULL, ROLE_LRA_CLERK, object,
		detail));
	return lra_store_notify(tx, "inkan_distribution");
}

static RESULT read_receipts(struct asking *asking)
{
	size_t count = json_count(asking->receipts);
	asking->names = calloc(count + 1, sizeof *asking->names);
	asking->ids = calloc(count + 1, sizeof *asking->ids);
	if (asking->names == NULL || asking->ids == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t i = 0; i < count; i++) {
		const char *receipt = json_as_text(json_at(asking->receipts, i));
		if (receipt == NULL)
			return FAIL(E_INPUT, "receiptNumbers: %zu: not a text", i + 1);
		if (!receipt_number_valid(receipt))
			faults_add(asking->call->faults, &unknown, receipt,
				"its check letter does not fit");
		asking->names[i] = blob_text(receipt);
	}
	return faults_result(asking->call->faults, E_POLICY);
}

RESULT lra_distribute(struct lra_call *call, const struct lra_delivery *delivery,
	const struct json *receipts, const char *idempotency_key,
	struct lra_distribution *out)
{
	AUTO(asking_clear)
	struct asking asking = { .call = call,
		.delivery = delivery,
		.receipts = receipts,
		.idempotency_key = idempotency_key,
		.out = out };
	if (delivery->form == DELIVERY_CERTIFICATE)
		return lra_refuse(call, E_POLICY, &no_pin, "form", "%s",
			lra_delivery_name(delivery->form));
	TRY(deliver_check(call, delivery));
	if (json_count(receipts) == 0)
		return lra_refuse(call, E_POLICY, &no_list, "receiptNumbers", "%d", 0);
	TRY(read_receipts(&asking));
	return db_run(call->lra->db, ask, &asking);
}

/* ---- cancelling, and taking the files */

struct ending {
	struct lra_call *call;
	int64_t id;
};

static RESULT view(struct lra_call *call, int64_t id, struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(distribution_store_list(call->lra->db, call->person->lra, id, id, 1, &rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "distribution %lld", (long long)id);
	*out = MOVE(rows);
	return OK;
}

static RESULT audit(const struct ending *ending, struct db_tx *tx,
	enum audit_event_kind kind, int64_t files)
{
	char object[32], detail[64] = "{}";
	snprintf(object, sizeof object, "distribution %lld", (long long)ending->id);
	if (files > 0)
		snprintf(detail, sizeof detail, "{\"files\":%lld}", (long long)files);
	return lra_audit(ending->call, tx, kind, NULL, ROLE_LRA_CLERK, object, detail);
}

static RESULT cancel(void *context, struct db_tx *tx)
{
	const struct ending *ending = context;
	struct lra_call *call = ending->call;
	TRY(distribution_store_cancel(tx, ending->id, call->now));
	TRY(distribution_store_end_cancelled(tx, call->person->lra, call->now));
	return audit(ending, tx, AUDIT_DISTRIBUTION_CANCELLED, 0);
}

RESULT lra_distribution_cancel(struct lra_call *call, int64_t id)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	struct ending ending = { .call = call, .id = id };
	TRY(view(call, id, &rows));
	/* A second time, or when all is done: there is nothing to cancel, and that is what was wanted. */
	if (db_int(rows, 0, DISTRIBUTION_WAITING) == 0 ||
		!db_is_null(rows, 0, DISTRIBUTION_CANCELLED_AT))
		return OK;
	return db_run(call->lra->db, cancel, &ending);
}

/* How many files there are, when it is time for them. */
static RESULT check_files(struct lra_call *call, int64_t id, int64_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(view(call, id, &rows));
	int64_t waiting = db_int(rows, 0, DISTRIBUTION_WAITING);
	*out = db_int(rows, 0, DISTRIBUTION_FILES);
	if (waiting > 0)
		return lra_refuse(call, E_STATE, &running, "waiting", "%lld",
			(long long)waiting);
	return *out > 0 ? OK : lra_refuse(call, E_STATE, &no_files, "files", "%d", 0);
}

static RESULT fetched(void *context, struct db_tx *tx)
{
	return audit(context, tx, AUDIT_DISTRIBUTION_FETCHED, 0);
}

RESULT lra_distribution_fetch(struct lra_call *call, int64_t id)
{
	struct ending ending = { .call = call, .id = id };
	int64_t files;
	TRY(check_files(call, id, &files));
	return db_run(call->lra->db, fetched, &ending);
}

struct taking {
	struct ending ending;
	int64_t files;
};

static RESULT taken(void *context, struct db_tx *tx)
{
	const struct taking *taking = context;
	TRY(distribution_store_taken(tx, taking->ending.id, taking->ending.call->now));
	return audit(&taking->ending, tx, AUDIT_DISTRIBUTION_ERASED, taking->files);
}

RESULT lra_distribution_taken(struct lra_call *call, int64_t id)
{
	struct taking taking = { .ending = { .call = call, .id = id } };
	TRY(check_files(call, id, &taking.files));
	return db_run(call->lra->db, taken, &taking);
}
