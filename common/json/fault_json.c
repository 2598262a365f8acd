#include "common/json/fault_json.h"

RESULT fault_json_new(const struct faults *faults, struct json **out)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->row[i];
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "code", fault->code));
		TRY(json_set_text(row, "clause", fault->clause));
		TRY(json_set_text(row, "field", fault->field));
		TRY(json_set_text(row, "detail", fault->detail));
		TRY(json_set_text(row, "message_en", fault->en));
		TRY(json_set_text(row, "message_ja", fault->ja));
		TRY(json_append(array, MOVE(row)));
	}
	*out = MOVE(array);
	return OK;
}

RESULT fault_json_write(const struct faults *faults, struct buf *out)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(fault_json_new(faults, &array));
	return json_write(array, out);
}
