#include "common/base/fault.h"

#include <stdarg.h>

#include "common/base/text.h"

void faults_add(struct faults *faults, const struct fault_rule *rule, const char *field,
	const char *format, ...)
{
	if (faults->count == FAULTS_MAX) {
		faults->more = true;
		return;
	}
	struct fault *row = &faults->row[faults->count++];
	*row = (struct fault){ .code = rule->code,
		.clause = rule->clause,
		.en = rule->en,
		.ja = rule->ja };
	snprintf(row->field, sizeof row->field, "%s", field);
	va_list args;
	va_start(args, format);
	vsnprintf(row->detail, sizeof row->detail, format, args);
	va_end(args);
	text_mend(row->field);
	text_mend(row->detail);
}

RESULT faults_result(const struct faults *faults, enum err_code code)
{
	if (faults->count == 0)
		return OK;
	const struct fault *first = &faults->row[0];
	if (faults->count == 1)
		return FAIL(code, "%s: %s (%s)", first->field, first->detail,
			first->code);
	return FAIL(code, "%s: %s (%s), and %zu more", first->field, first->detail,
		first->code, faults->count - 1);
}
