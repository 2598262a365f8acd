#include "lra/paper/recipient.h"

#include "common/base/text.h"
#include "common/pki/name.h"

static RESULT check(const char *name, const char *text, size_t most)
{
	struct blob bytes = blob_text(text);
	int32_t code;
	size_t at = 0;
	if (text_length(bytes) > most)
		return FAIL(E_INPUT, "%s: longer than %zu characters", name, most);
	while ((code = text_next(bytes, &at)) >= 0)
		if (code < ' ' || (code >= 0x7f && code < 0xa0))
			return FAIL(E_INPUT, "%s: a control character", name);
	return OK;
}

static RESULT read_text(const struct json *object, const char *name, size_t most,
	char *out, size_t size)
{
	const char *text;
	TRY(json_get_text_or(object, name, "", &text));
	TRY(check(name, text, most));
	TRY_IN(text_copy(text, out, size), "%s", name);
	return OK;
}

/* Typed in any width. */
static RESULT read_postal(const struct json *object, struct recipient *out)
{
	char good[128];
	bool changed = false;
	const char *text;
	TRY(json_get_text_or(object, "postalCode", "", &text));
	TRY_IN(name_normalize(text, good, sizeof good, &changed), "postalCode");
	TRY(check("postalCode", good, RECIPIENT_POSTAL - 1));
	TRY_IN(text_copy(good, out->postal_code, sizeof out->postal_code), "postalCode");
	return OK;
}

static RESULT read_address(const struct json *object, struct recipient *out)
{
	const struct json *list;
	if (!json_has(object, "address"))
		return OK;
	TRY(json_get_array(object, "address", &list));
	if (json_count(list) > RECIPIENT_LINES)
		return FAIL(E_INPUT, "address: more than %d lines", RECIPIENT_LINES);
	for (size_t i = 0; i < json_count(list); i++) {
		const char *line = json_as_text(json_at(list, i));
		if (line == NULL)
			return FAIL(E_INPUT, "address: not a text");
		TRY(check("address", line, RECIPIENT_TEXT));
		TRY_IN(text_copy(line, out->address[i], sizeof out->address[i]),
			"address");
	}
	out->address_count = json_count(list);
	return OK;
}

RESULT recipient_read(const struct json *object, struct recipient *out)
{
	static const char *const members[] = { "name", "organization", "unit",
		"postalCode", "address", NULL };
	*out = (struct recipient){ .address_count = 0 };
	TRY(json_only(object, members));
	TRY(read_text(object, "name", RECIPIENT_NAME, out->name, sizeof out->name));
	if (out->name[0] == 0)
		return FAIL(E_INPUT, "name: empty");
	TRY(read_text(object, "organization", RECIPIENT_TEXT, out->organization,
		sizeof out->organization));
	TRY(read_text(object, "unit", RECIPIENT_TEXT, out->unit, sizeof out->unit));
	TRY(read_postal(object, out));
	return read_address(object, out);
}

RESULT recipient_write(const struct recipient *recipient, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *list = NULL;
	TRY(json_new_object(&object));
	TRY(json_new_array(&list));
	for (size_t i = 0; i < recipient->address_count; i++)
		TRY(json_append_text(list, recipient->address[i]));
	TRY(json_set_text(object, "name", recipient->name));
	TRY(json_set_text(object, "organization", recipient->organization));
	TRY(json_set_text(object, "unit", recipient->unit));
	TRY(json_set_text(object, "postalCode", recipient->postal_code));
	TRY(json_set(object, "address", MOVE(list)));
	*out = MOVE(object);
	return OK;
}
