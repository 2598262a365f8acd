#include "lra/corporate_load.h"

#include <openssl/evp.h>

#include "common/base/limits.h"
#include "common/base/ossl.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/flow/audit_store.h"
#include "common/proc/fault_point.h"
#include "lra/conf.h"
#include "lra/corporate_file.h"
#include "lra/corporate_store.h"

enum {
	PART = 2000,
	PART_BYTES = 1024 * KIB,
	READ_AT_ONCE = 64 * 1024,
	TELL_EVERY = 100000
};

struct loading {
	struct db_tx *tx;
	bool full;
	void (*told)(int64_t rows);
	int64_t rows, first_line;
	char newest[16];
	size_t count;
	struct buf words; /* of the part's rows, one behind the other */
	size_t start[CORPORATE_TEXTS][PART];  /* of each text in words */
	size_t length[CORPORATE_TEXTS][PART]; /* NO_TEXT: none */
	struct blob text[CORPORATE_TEXTS][PART];
	int64_t kind[PART];
};
#define NO_TEXT SIZE_MAX

static void loading_free(struct loading *loading)
{
	if (loading == NULL)
		return;
	buf_clear(&loading->words);
	free(loading);
}
AUTO_DEFINE(struct loading, loading_free)

static RESULT flush(struct loading *loading, int64_t line)
{
	struct corporate_part part = { .count = loading->count, .kind = loading->kind };
	if (loading->count == 0)
		return OK;
	for (size_t i = 0; i < CORPORATE_TEXTS; i++) {
		part.text[i] = loading->text[i];
		for (size_t j = 0; j < loading->count; j++)
			loading->text[i][j] =
				loading->length[i][j] == NO_TEXT
					? BLOB_NONE
					: blob_make(loading->words.data +
							    loading->start[i][j],
						  loading->length[i][j]);
	}
	struct err err = loading->full ? corporate_store_load(loading->tx, &part)
				       : corporate_store_update(loading->tx, &part);
	if (err.code == E_CONFLICT)
		return FAIL(E_INPUT, "lines %lld to %lld: a number that came before",
			(long long)loading->first_line, (long long)line);
	TRY(err);
	loading->count = 0;
	loading->words.len = 0;
	return OK;
}

static RESULT keep(struct loading *loading, size_t column, const char *text,
	bool may_be_absent)
{
	size_t len = strlen(text);
	loading->start[column][loading->count] = loading->words.len;
	loading->length[column][loading->count] =
		may_be_absent && len == 0 ? NO_TEXT : len;
	return buf_append(&loading->words, blob_make(text, len));
}

static RESULT take_row(void *context, const struct csv_row *row)
{
	struct loading *loading = context;
	struct corporate_row entry;
	TRY_IN(corporate_row_read(row, &entry), "line %lld", (long long)row->line);
	if (!entry.latest || (loading->full && entry.removed))
		return OK;
	const char *const texts[CORPORATE_TEXTS] = { entry.number, entry.name,
		entry.furigana, entry.en_name, entry.address, entry.en_address,
		entry.updated_on, entry.closed_on, entry.close_cause, entry.successor };
	if (loading->count == 0)
		loading->first_line = row->line;
	for (size_t i = 0; i < CORPORATE_TEXTS; i++)
		TRY(keep(loading, i, texts[i], texts[i] == entry.closed_on));
	loading->kind[loading->count++] = entry.kind;
	if (strcmp(entry.updated_on, loading->newest) > 0)
		TRY(text_copy(entry.updated_on, loading->newest, sizeof loading->newest));
	loading->rows++;
	if (loading->told != NULL && loading->rows % TELL_EVERY == 0)
		loading->told(loading->rows);
	return loading->count == PART || loading->words.len > PART_BYTES
		       ? flush(loading, row->line)
		       : OK;
}

static RESULT read_all(struct loading *loading, FILE *file, struct corporate_loaded *out)
{
	const struct csv_settings settings = { .charset = CHARSET_DETECT,
		.separator = ',',
		.row = take_row,
		.context = loading };
	AUTO(csv_free) struct csv *csv = NULL;
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *digest = EVP_MD_CTX_new();
	uint8_t room[READ_AT_ONCE];
	size_t len;
	if (digest == NULL || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	TRY(csv_new(&settings, &csv));
	while ((len = fread(room, 1, sizeof room, file)) > 0) {
		if (EVP_DigestUpdate(digest, room, len) != 1)
			return FAIL_OSSL(E_CRYPTO, "digest");
		TRY(csv_put(csv, blob_make(room, len)));
		out->size += (int64_t)len;
	}
	if (ferror(file))
		return FAIL(E_IO, "could not read the file");
	TRY(csv_end(csv));
	TRY(flush(loading, INT64_MAX));
	if (EVP_DigestFinal_ex(digest, out->sha256, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	return loading->rows > 0 ? OK : FAIL(E_INPUT, "the file has no entries");
}

static RESULT end(const char *by, struct db_tx *tx, const struct loading *loading,
	int64_t now, struct corporate_loaded *out)
{
	AUTO(buf_clear) struct buf hex = BUF(64);
	char detail[256];
	const struct corporate_load load = { .kind = out->full ? "full" : "update",
		.by = by,
		.newest = loading->newest,
		.sha256 = BLOB(out->sha256),
		.at = now,
		.size = out->size,
		.rows = loading->rows };
	TRY(corporate_store_end(tx, &load, &out->total));
	TRY(hex_append(&hex, BLOB(out->sha256)));
	snprintf(detail, sizeof detail,
		"{\"kind\":\"%s\",\"rows\":%lld,\"sha256\":\"%s\",\"size\":%lld}",
		load.kind, (long long)load.rows, buf_text(&hex), (long long)load.size);
	const struct audit_event event = { .name = audit_event_name(
						   AUDIT_CORPORATE_REGISTER_LOADED),
		.at = now,
		.actor = by,
		.role = "operator",
		.origin = "lra register import",
		.object = "corporateRegister",
		.detail = detail };
	return audit_store_append(tx, &event);
}

RESULT corporate_load(const struct lra_conf *conf, FILE *file, bool full, int64_t now,
	void (*told)(int64_t rows), struct corporate_loaded *out)
{
	const struct db_stmt_list lists[] = { lra_corporate_load_stmts,
		audit_store_writing };
	AUTO(db_close) struct db *db = NULL;
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(loading_free) struct loading *loading = calloc(1, sizeof *loading);
	*out = (struct corporate_loaded){ .full = full };
	if (loading == NULL)
		return FAIL(E_IO, "out of memory");
	loading->words = BUF(PART_BYTES + 128 * KIB);
	loading->full = full;
	loading->told = told;
	TRY(db_open(conf->database, lists, COUNT(lists), &db));
	TRY(db_begin_read_committed(db, &tx));
	TRY(corporate_store_begin(tx));
	loading->tx = tx;
	TRY(read_all(loading, file, out));
	fault_point("register.loaded");
	TRY(end(conf->id, tx, loading, now, out));
	TRY(db_commit(&tx));
	out->rows = loading->rows;
	return text_copy(loading->newest, out->newest, sizeof out->newest);
}
