#include "lra/examined.h"

#include "common/base/text.h"
#include "lra/guard.h"

/* clang-format off */
static const struct fault_rule bad_number = { "evidence.number", "R-IDV-10",
	"This is not a number as papers of this kind carry it.",
	"この種類の書類の番号として正しくありません。" };
/* clang-format on */

static RESULT read_row(const struct json *object, size_t index, struct examined *out,
	struct faults *faults)
{
	static const char *const members[] = { "kind", "method", "sha256", "issuedOn",
		"validUntil", "proves", "number", NULL };
	const char *text;
	char field[40];
	TRY_IN(json_only(object, members), "evidence");
	TRY(evidence_read_item(object, &out->evidence));
	TRY_IN(json_get_text_or(object, "number", "", &text), "evidence");
	snprintf(field, sizeof field, "evidence[%zu].number", index);
	if (err_is(text_copy(text, out->number, sizeof out->number)))
		faults_add(faults, &bad_number, field, "longer than %zu octets",
			sizeof out->number - 1);
	else if (!lra_guard_paper_number(out->evidence.kind, out->number))
		faults_add(faults, &bad_number, field, "of a %s", out->evidence.kind);
	return OK;
}

RESULT examined_read(const struct json *array, struct examined_list *out,
	struct faults *faults)
{
	if (json_count(array) > LIMIT_EVIDENCE)
		return FAIL(E_INPUT, "evidence: more than %d items", LIMIT_EVIDENCE);
	*out = (struct examined_list){ .count = json_count(array) };
	for (size_t i = 0; i < out->count; i++)
		TRY_IN(read_row(json_at(array, i), i, &out->row[i], faults), "item %zu",
			i + 1);
	return OK;
}
