#include "common/net/http_parts.h"

#include "common/base/fault.h"
#include "common/base/quote.h"
#include "common/base/table.h"

/* clang-format off */
/* Refusals that HTTP has a status of its own for; all others are those of the err_code. */
static const struct { int status; const char *name, *en, *ja; } refusals[] = {
	{ 405, "method",    "This address does not take that method.", "このアドレスでは使えないメソッドです。" },
	{ 413, "toolarge",  "The body is larger than this address takes.", "本文が上限を超えています。" },
	{ 415, "mediatype", "The body has another media type than this address takes.", "本文の形式 (Content-Type) が違います。" },
};
/* clang-format on */

struct text_row {
	const char *name, *text;
};

static RESULT append_members(struct buf *out, const struct text_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		TRY(buf_append_format(out, ",\"%s\":", rows[i].name));
		TRY(quote_json(out, rows[i].text));
	}
	return OK;
}

RESULT http_refusal_body(int status, struct err err, const char *ref, struct buf *out)
{
	const struct err_kind *kind = err_kind(err.code);
	struct text_row rows[] = {
		{ "name", kind->name },
		{ "message_ja", kind->message_ja },
		{ "message_en", kind->message_en },
		{ "ref", ref },
	};
	for (size_t i = 0; i < COUNT(refusals); i++)
		if (refusals[i].status == status) {
			rows[0].text = refusals[i].name;
			rows[1].text = refusals[i].ja;
			rows[2].text = refusals[i].en;
		}
	TRY(buf_append_format(out, "{\"code\":%d", status));
	TRY(append_members(out, rows, COUNT(rows)));
	return buf_append_text(out, "}");
}

RESULT http_error_body(struct err err, const char *ref, struct buf *out)
{
	return http_refusal_body(err_kind(err.code)->http_status, err, ref, out);
}

static RESULT append_fault(struct buf *out, const struct fault *fault)
{
	const struct text_row rows[] = {
		{ "field", fault->field },
		{ "detail", fault->detail },
		{ "clause", fault->clause },
		{ "message_ja", fault->ja },
		{ "message_en", fault->en },
	};
	TRY(buf_append_text(out, "{\"code\":"));
	TRY(quote_json(out, fault->code));
	TRY(append_members(out, rows, COUNT(rows)));
	return buf_append_text(out, "}");
}

RESULT http_faults_body(enum err_code code, const struct faults *faults, const char *ref,
	struct buf *out)
{
	TRY(http_error_body((struct err){ .code = code }, ref, out));
	out->len--; /* the last brace comes behind the list */
	TRY(buf_append_text(out, ",\"faults\":["));
	for (size_t i = 0; i < faults->count; i++) {
		TRY(buf_append_text(out, i == 0 ? "" : ","));
		TRY(append_fault(out, &faults->row[i]));
	}
	return buf_append_format(out, "],\"more\":%s}", faults->more ? "true" : "false");
}

RESULT http_denial_body(struct err err, const struct fault_rule *rule, const char *ref,
	struct buf *out)
{
	struct faults faults = { .count = 0 };
	faults_add(&faults, rule, "", "%s", "");
	return http_faults_body(err.code, &faults, ref, out);
}
