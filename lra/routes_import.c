/* routes_import: many applications out of one file: upload, mapping, mending, signing, progress. */
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "lra/answers.h"
#include "lra/guard.h"
#include "lra/import_store.h"
#include "lra/routes.h"

enum {
	FILE_LARGEST = 1024 * 1024 * 1024, /* octets; rows have no limit of their own */
	ROWS_MOST = 500,
	CHANGES_MOST = 1000,
};

static RESULT id_of(const struct http_request *request, size_t at, int64_t *out)
{
	return err_is(text_to_int(request->parameter[at], 1, INT64_MAX, out))
		       ? FAIL(E_NOT_FOUND, "no such number")
		       : OK;
}

/* ---- upload */

static RESULT do_post_import(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	int64_t id;
	bool again;
	TRY(lra_import_end(call, request->sink, &id, &again));
	response->status = again ? 200 : 201;
	return answer_import(call->lra->db, call->person->lra, id, &again,
		&response->body);
}
LRA_HANDLER(post_import)

static RESULT read_wish(const struct http_request *request, struct import_wish *out)
{
	char charset[16], separator[16];
	struct faults faults = { .count = 0 };
	TRY(lra_query_or(request, "name", "", out->name, sizeof out->name));
	TRY(lra_query_or(request, "charset", "", charset, sizeof charset));
	TRY(lra_query_or(request, "separator", "", separator, sizeof separator));
	TRY(charset_by_name(charset, &out->charset));
	lra_guard_text("name", out->name, &faults);
	TRY(faults_result(&faults, E_POLICY));
	static const struct {
		const char *name;
		char separator;
	} rows[] = { { "", 0 }, { "comma", ',' }, { "tab", '\t' }, { "semicolon", ';' } };
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].name, separator) == 0) {
			out->separator = rows[i].separator;
			return OK;
		}
	return FAIL(E_INPUT, "separator: comma, tab or semicolon");
}

RESULT lra_import_sink(void *context, const struct http_request *request,
	struct http_sink *out)
{
	struct lra *lra = context;
	struct import_upload *upload = NULL;
	struct import_wish wish;
	if (request->route->handler != post_import)
		return OK;
	const struct roster_person *person = roster_person(lra->roster, request->who);
	if (person == NULL)
		return FAIL(E_DENIED, "nobody we know");
	TRY(read_wish(request, &wish));
	TRY(import_upload_begin(lra, person, &wish, request->now, &upload));
	*out = (struct http_sink){ .context = upload,
		.put = import_upload_put,
		.free = import_upload_free };
	return OK;
}

/* ---- looking */

static RESULT do_list_imports(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	int64_t before, limit;
	TRY(lra_query_int(request, "before", "999999999999999999", 1, INT64_MAX,
		&before));
	TRY(lra_query_int(request, "limit", "50", 1, ROWS_MOST, &limit));
	return answer_imports(call->lra->db, lra_reader(call), before, limit,
		&response->body);
}

static RESULT do_get_import(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	int64_t id;
	TRY(id_of(request, 0, &id));
	return answer_import(call->lra->db, lra_reader(call), id, NULL, &response->body);
}

static RESULT do_list_rows(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *found = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	int64_t id, after, limit;
	char state[16];
	TRY(id_of(request, 0, &id));
	TRY(lra_query_or(request, "state", "", state, sizeof state));
	TRY(lra_query_int(request, "after", "0", 0, INT64_MAX, &after));
	TRY(lra_query_int(request, "limit", "100", 1, ROWS_MOST, &limit));
	TRY(import_store_find(call->lra->db, lra_reader(call), id, &found));
	TRY(import_store_rows(call->lra->db, id, state, after, limit, &rows));
	return answer_import_rows(found, rows, limit, &response->body);
}

static RESULT do_get_faults(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *found = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	int64_t id;
	TRY(id_of(request, 0, &id));
	TRY(import_store_find(call->lra->db, lra_reader(call), id, &found));
	TRY(import_store_rows(call->lra->db, id, "problem", 0, 2 * ROWS_MOST, &rows));
	response->media_type = "text/csv; charset=utf-8";
	TRY(http_header(response, "Content-Disposition",
		"attachment; filename=\"faults.csv\""));
	return answer_import_faults(rows, &response->body);
}

static RESULT do_get_template(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	(void)call;
	(void)request;
	response->media_type = "text/csv; charset=utf-8";
	TRY(http_header(response, "Content-Disposition",
		"attachment; filename=\"template.csv\""));
	return answer_import_template(&response->body);
}

static RESULT do_get_changes(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *found = NULL;
	AUTO(db_rows_free) struct db_rows *joiners = NULL;
	AUTO(db_rows_free) struct db_rows *leavers = NULL;
	struct db *db = call->lra->db;
	int64_t id;
	TRY(id_of(request, 0, &id));
	TRY(import_store_find(db, lra_reader(call), id, &found));
	TRY(import_store_joiners(db, id, call->now, CHANGES_MOST, &joiners));
	TRY(import_store_leavers(db, db_text(found, 0, IMPORT_LRA), id, call->now,
		CHANGES_MOST, &leavers));
	return answer_import_changes(joiners, leavers, &response->body);
}

/* ---- changing */

static RESULT do_put_mapping(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "common", "columns", NULL };
	AUTO(json_free) struct json *object = NULL;
	const struct json *common = NULL, *columns = NULL;
	int64_t id;
	TRY(id_of(request, 0, &id));
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	if (json_has(object, "common"))
		TRY(json_get_object(object, "common", &common));
	if (json_has(object, "columns"))
		TRY(json_get_array(object, "columns", &columns));
	TRY(lra_import_change(call, id, common, columns));
	return answer_import(call->lra->db, call->person->lra, id, NULL, &response->body);
}

static RESULT do_put_row(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "version", "cells", "keep", NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(db_rows_free) struct db_rows *found = NULL;
	AUTO(db_rows_free) struct db_rows *row = NULL;
	const struct json *cells = NULL;
	int64_t id, number, version;
	bool keep = false;
	TRY(id_of(request, 0, &id));
	TRY(id_of(request, 1, &number));
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_int(object, "version", &version));
	if (json_has(object, "cells"))
		TRY(json_get_object(object, "cells", &cells));
	if (json_has(object, "keep"))
		TRY(json_get_bool(object, "keep", &keep));
	TRY(lra_import_mend(call, id, number, version, cells, keep));
	TRY(import_store_find(call->lra->db, call->person->lra, id, &found));
	TRY(import_store_row(call->lra->db, id, number, &row));
	return answer_import_row(found, row, &response->body);
}

static RESULT do_get_statement(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(buf_clear) struct buf statement = BUF(LIMIT_STATEMENT);
	char mode[16];
	int64_t id;
	TRY(id_of(request, 0, &id));
	TRY(lra_query_or(request, "mode", "goodRows", mode, sizeof mode));
	TRY(lra_import_statement(call, id, mode, &statement));
	return answer_statement(buf_view(&statement), &response->body);
}

static RESULT do_post_start(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(decision_clear) struct decision decision = DECISION;
	int64_t id;
	TRY(id_of(request, 0, &id));
	TRY(lra_read_decision(request, &decision));
	TRY(lra_check_present(call, &decision));
	TRY(lra_import_start(call, id, &decision));
	response->status = 202;
	return answer_import(call->lra->db, call->person->lra, id, NULL, &response->body);
}

static RESULT do_post_cancel(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	int64_t id;
	TRY(id_of(request, 0, &id));
	TRY(lra_import_cancel(call, id));
	return answer_import(call->lra->db, call->person->lra, id, NULL, &response->body);
}

LRA_HANDLER(list_imports)
LRA_HANDLER(get_import)
LRA_HANDLER(list_rows)
LRA_HANDLER(get_faults)
LRA_HANDLER(get_template)
LRA_HANDLER(get_changes)
LRA_HANDLER(put_mapping)
LRA_HANDLER(put_row)
LRA_HANDLER(get_statement)
LRA_HANDLER(post_start)
LRA_HANDLER(post_cancel)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "POST", "/v1/imports",                   CLERK,  MEDIA_ANY,  FILE_LARGEST, post_import,
	  "Reads a file of applications (CSV, TSV) into rows" },
	{ "GET",  "/v1/imports",                   READER, MEDIA_NONE, 0,            list_imports,
	  "Imports, the newest first" },
	{ "GET",  "/v1/imports/{id}",              READER, MEDIA_NONE, 0,            get_import,
	  "One import with its counts and progress" },
	{ "PUT",  "/v1/imports/{id}/mapping",      CLERK,  MEDIA_JSON, 128 * KIB,    put_mapping,
	  "Says what columns are and what all rows have in common" },
	{ "GET",  "/v1/imports/{id}/rows",         READER, MEDIA_NONE, 0,            list_rows,
	  "Rows with what is wrong with them" },
	{ "PUT",  "/v1/imports/{id}/rows/{row}",   CLERK,  MEDIA_JSON, 128 * KIB,    put_row,
	  "Mends one row; only it is judged anew" },
	{ "GET",  "/v1/imports/{id}/faults.csv",   READER, MEDIA_NONE, 0,            get_faults,
	  "What is wrong, as a table" },
	{ "GET",  "/v1/imports/{id}/changes",      READER, MEDIA_NONE, 0,            get_changes,
	  "Joiners and leavers against the living certificates" },
	{ "GET",  "/v1/imports/{id}/statement",    CLERK,  MEDIA_NONE, 0,            get_statement,
	  "What is signed to enter the rows" },
	{ "POST", "/v1/imports/{id}/start",        CLERK,  MEDIA_JSON, 128 * KIB,    post_start,
	  "Enters the rows, signed" },
	{ "POST", "/v1/imports/{id}/cancel",       CLERK,  MEDIA_JSON, 1 * KIB,      post_cancel,
	  "Ends an import; what was entered stays" },
	{ "GET",  "/v1/import-template",           READER, MEDIA_NONE, 0,            get_template,
	  "A table with the headings that are known" },
};
/* clang-format on */
const struct lra_route_set lra_routes_import = { routes, COUNT(routes) };
