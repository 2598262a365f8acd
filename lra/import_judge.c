/* import_judge: one row, judged by what judges an application at the counter; so is what it would become. */
#include "common/json/fault_json.h"
#include "common/pki/key.h"
#include "lra/answers.h"
#include "lra/guard.h"
#include "lra/import.h"

/* clang-format off */
static const struct fault_rule no_form = { "row.form", "R-LRA-06",
	"The row cannot be read as an application.",
	"この行は申込として読み取れません。" };
static const struct fault_rule withheld = { "personalNumber", "R-IDV-13",
	"This cell held what looks like somebody's Individual Number (My Number). It was not kept. Clear the cell.",
	"個人番号の疑いがあるため保存していません。このセルを空にしてください。" };
/* clang-format on */

void import_verdict_clear(struct import_verdict *verdict)
{
	buf_clear(&verdict->form);
	buf_clear(&verdict->faults);
	buf_clear(&verdict->repairs);
	buf_clear(&verdict->subject);
}

static void find_withheld(const struct json *cells, const struct import_columns *columns,
	struct faults *faults)
{
	for (size_t i = 0; i < json_count(cells); i++) {
		const char *text = json_as_text(json_at(cells, i));
		const struct import_field *field =
			i < columns->count ? columns->field[i] : NULL;
		if (text != NULL && strcmp(text, IMPORT_WITHHELD) == 0)
			faults_add(faults, &withheld, field == NULL ? "" : field->name,
				"column %zu", i + 1);
	}
}

/* A row without a person's name has no subject to show; that is among its faults. */
static RESULT judge_form(struct lra_call *call, const struct json *object,
	struct import_verdict *out)
{
	AUTO(lra_form_free) struct lra_form *form = NULL;
	AUTO(json_free) struct json *repairs = NULL;
	struct lra_preview preview = { .subject = "" };
	TRY(lra_form_new(&form));
	struct err err = lra_form_read(object, form, call->faults);
	if (!err_is(err))
		err = lra_preview(call, form, &preview);
	if (err.code == E_INPUT) {
		faults_add(call->faults, &no_form, "", "%s", err.text);
		err = OK;
	}
	TRY(err);
	snprintf(out->entity, sizeof out->entity, "%s:%.60s", call->person->lra,
		form->entity[0] != 0 ? form->entity : form->employee_number);
	out->has_key = form->spki.len > 0 &&
		       !err_is(key_digest(buf_view(&form->spki), out->key));
	TRY(answer_repairs(form, &repairs));
	TRY(json_write(repairs, &out->repairs));
	return buf_append_text(&out->subject, preview.subject);
}

RESULT import_judge(struct lra_call *call, int64_t id, int64_t number,
	const struct json *common, const struct import_columns *columns,
	const struct json *cells, struct import_verdict *out)
{
	AUTO(json_free) struct json *object = NULL;
	char key[64];
	*call->faults = (struct faults){ .count = 0 };
	snprintf(key, sizeof key, "import-%lld-%lld", (long long)id, (long long)number);
	TRY(import_compose(common, columns, cells, key, &object));
	lra_guard_json(object, call->faults);
	find_withheld(cells, columns, call->faults);
	TRY(judge_form(call, object, out));
	TRY(json_write(object, &out->form));
	TRY(fault_json_write(call->faults, &out->faults));
	out->state = call->faults->count == 0 ? "good" : "faulty";
	return OK;
}
