/* import_read: a file becomes rows of the registry as it comes; no part of it is held longer than its part. */
#include <openssl/evp.h>

#include "common/base/limits.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "lra/guard.h"
#include "lra/import_store.h"

/* clang-format off */
static const struct fault_rule bad_file = { "import.file", "R-LRA-06",
	"The file cannot be read as a table. See the line named, or save it as CSV again.",
	"ファイルを表として読み取れません。示された行を確認するか、CSV形式で保存し直してください。" };
static const struct fault_rule no_rows = { "import.empty", "R-LRA-06",
	"The file has no rows.",
	"ファイルに行がありません。" };
/* clang-format on */

enum { PART = 200, PART_BYTES = 256 * 1024 }; /* rows and octets of one INSERT */

struct import_upload {
	struct lra *lra;
	char lra_id[32];
	int64_t id;
	struct csv *csv;
	EVP_MD_CTX *digest;
	int64_t size, rows;
	bool first_seen, header, ended;
	struct import_columns columns;
	struct err err;   /* of the registry: the answer */
	struct err fault; /* of the file: told when all has come */
	size_t count;     /* of the part */
	int64_t numbers[PART];
	size_t starts[PART];
	struct buf cells; /* JSON of the part's rows, one behind the other */
};

static RESULT write_part(struct import_upload *upload)
{
	struct blob cells[PART];
	for (size_t i = 0; i < upload->count; i++) {
		size_t end =
			i + 1 < upload->count ? upload->starts[i + 1] : upload->cells.len;
		cells[i] = blob_make(upload->cells.data + upload->starts[i],
			end - upload->starts[i]);
	}
	if (upload->count > 0)
		TRY(import_store_add_rows(upload->lra->db, upload->id, upload->numbers,
			cells, upload->count));
	upload->count = 0;
	upload->cells.len = 0;
	return OK;
}

/* R-IDV-13: before any step sees it; the number is not kept anywhere. */
static const char *withhold(const char *text)
{
	struct faults faults = { .count = 0 };
	lra_guard_text("", text, &faults);
	return faults.count > 0 ? IMPORT_WITHHELD : text;
}

static RESULT take_row(void *context, const struct csv_row *row)
{
	struct import_upload *upload = context;
	AUTO(json_free) struct json *cells = NULL;
	if (!upload->first_seen) {
		upload->first_seen = true;
		upload->header = import_columns_of(row, &upload->columns);
		if (upload->header)
			return OK;
	}
	TRY(json_new_array(&cells));
	for (size_t i = 0; i < row->count; i++)
		TRY_IN(json_append_text(cells, withhold(row->cell[i])), "line %lld",
			(long long)row->line);
	upload->rows++;
	upload->numbers[upload->count] = row->line;
	upload->starts[upload->count++] = upload->cells.len;
	TRY(json_write(cells, &upload->cells));
	if (upload->count < PART && upload->cells.len < PART_BYTES)
		return OK;
	upload->err = write_part(upload);
	return upload->err;
}

RESULT import_upload_begin(struct lra *lra, const struct roster_person *person,
	const struct import_wish *wish, int64_t now, struct import_upload **out)
{
	struct import_upload *upload = calloc(1, sizeof *upload);
	if (upload == NULL)
		return FAIL(E_IO, "out of memory");
	const struct csv_settings settings = { .charset = wish->charset,
		.separator = wish->separator,
		.row = take_row,
		.context = upload };
	upload->lra = lra;
	upload->cells = BUF(PART_BYTES + 8 * CSV_ROW);
	upload->digest = EVP_MD_CTX_new();
	struct err err = upload->digest == NULL || EVP_DigestInit_ex(upload->digest,
							   EVP_sha256(), NULL) != 1
				 ? FAIL(E_CRYPTO, "sha256")
				 : csv_new(&settings, &upload->csv);
	if (!err_is(err))
		err = text_copy(person->lra, upload->lra_id, sizeof upload->lra_id);
	if (!err_is(err))
		err = import_store_begin(lra->db, person->lra, wish->name, person->id,
			now, &upload->id);
	if (err_is(err)) {
		import_upload_free(upload);
		return err;
	}
	*out = upload;
	return OK;
}

/* What is wrong with the file is told when it has come in whole, so that the connection stays good. */
RESULT import_upload_put(void *context, struct blob bytes)
{
	struct import_upload *upload = context;
	upload->size += (int64_t)bytes.len;
	if (EVP_DigestUpdate(upload->digest, bytes.data, bytes.len) != 1)
		return FAIL(E_CRYPTO, "sha256");
	if (err_is(upload->fault))
		return OK;
	struct err err = csv_put(upload->csv, bytes);
	if (err_is(upload->err))
		return upload->err;
	if (err.code == E_INPUT)
		upload->fault = err;
	return err.code == E_INPUT ? OK : err;
}

void import_upload_free(void *context)
{
	struct import_upload *upload = context;
	if (upload == NULL)
		return;
	if (!upload->ended && upload->id != 0)
		IGNORE(import_store_drop(upload->lra->db,
			upload->id)); /* the keeper drops what is left */
	csv_free(upload->csv);
	EVP_MD_CTX_free(upload->digest);
	buf_clear(&upload->cells);
	free(upload);
}

/* ---- the end */

struct ending {
	struct lra_call *call;
	struct import_upload *upload;
	uint8_t sha256[32];
	struct buf columns, common;
	int64_t *id;
	bool *again;
};

static RESULT end(void *context, struct db_tx *tx)
{
	struct ending *ending = context;
	struct import_upload *upload = ending->upload;
	struct csv_found found = csv_found(upload->csv);
	char object[40];
	TRY(import_store_find_same(tx, upload->lra_id, BLOB(ending->sha256), ending->id));
	*ending->again = *ending->id != 0;
	if (*ending->again)
		return OK;
	const struct import_end row = { .sha256 = BLOB(ending->sha256),
		.size = upload->size,
		.rows = upload->rows,
		.charset = charset_name(found.charset),
		.reason = found.reason,
		.columns = buf_text(&ending->columns),
		.common = buf_text(&ending->common),
		.separator = found.separator,
		.header = upload->header };
	TRY(import_store_end(tx, upload->id, &row));
	snprintf(object, sizeof object, "import %lld", (long long)upload->id);
	TRY(lra_audit(ending->call, tx, AUDIT_IMPORT_READ, NULL, ROLE_LRA_CLERK, object,
		"{}"));
	*ending->id = upload->id;
	return OK;
}

static RESULT finish(struct import_upload *upload, uint8_t sha256[static 32])
{
	unsigned len = 32;
	if (!err_is(upload->fault))
		upload->fault = csv_end(upload->csv);
	TRY(upload->err);
	if (err_is(upload->fault) && upload->fault.code != E_INPUT)
		return upload->fault;
	if (!err_is(upload->fault))
		TRY(write_part(upload));
	return EVP_DigestFinal_ex(upload->digest, sha256, &len) == 1
		       ? OK
		       : FAIL(E_CRYPTO, "sha256");
}

RESULT lra_import_end(struct lra_call *call, struct import_upload *upload, int64_t *id,
	bool *again)
{
	AUTO(buf_clear) struct buf columns = BUF(32 * KIB);
	AUTO(buf_clear) struct buf common = BUF(LIMIT_JSON);
	struct ending ending = { .call = call,
		.upload = upload,
		.id = id,
		.again = again };
	if (upload == NULL)
		return lra_refuse(call, E_INPUT, &no_rows, "file", "empty");
	TRY(finish(upload, ending.sha256));
	if (err_is(upload->fault))
		return lra_refuse(call, E_INPUT, &bad_file, "file", "%s",
			upload->fault.text);
	if (upload->rows == 0)
		return lra_refuse(call, E_INPUT, &no_rows, "file", "%s",
			upload->header ? "only headings" : "");
	TRY(import_columns_write(&upload->columns, &columns));
	TRY(import_store_last_common(call->lra->db, upload->lra_id, &common));
	ending.columns = columns;
	ending.common = common;
	struct err err = db_run(call->lra->db, end, &ending);
	if (err.code ==
		E_CONFLICT) /* the same bytes came at the same moment: now they are found */
		err = db_run(call->lra->db, end, &ending);
	upload->ended = !err_is(err) && !*again;
	return err;
}
