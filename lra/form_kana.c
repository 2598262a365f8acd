#include "lra/form_kana.h"

#include <strings.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/japanese/fold.h"

/* clang-format off */
static const struct fault_rule no_kana = { "kana.letters", "UX-37",
	"A reading is written in kana, of any width.",
	"フリガナはひらがな又はカタカナで入力してください (全角・半角は問いません)。" };
static const struct fault_rule other_spelling = { "romaji.reason", "UX-37",
	"The passport spells this name otherwise. Take its spelling, or say why the person's own is another.",
	"旅券式のローマ字と異なります。旅券式にするか、異なる理由を入力してください。" };
static const struct { const char *name; enum name_type type; } parts[FORM_KANA_PARTS] = {
	{ "surname",   NAME_SURNAME },
	{ "givenName", NAME_GIVEN_NAME },
};
/* clang-format on */

static RESULT read_part(const struct json *inner, size_t part, struct form_kana *out,
	struct faults *faults)
{
	const char *text;
	char field[32];
	TRY(json_get_text_or(inner, parts[part].name, "", &text));
	if (text[0] == 0)
		return OK;
	snprintf(field, sizeof field, "kana.%s", parts[part].name);
	struct err err = strlen(text) > 400 ? FAIL(E_INPUT, "too long")
					    : japanese_passport(text, out->romaji[part],
						      sizeof out->romaji[part]);
	if (err_is(err))
		faults_add(faults, &no_kana, field, "%s", err.text);
	return OK;
}

RESULT form_kana_read(const struct json *object, struct form_kana *out,
	struct faults *faults)
{
	static const char *const members[] = { "surname", "givenName", NULL };
	const struct json *inner;
	const char *reason;
	TRY(json_get_text_or(object, "romajiReason", "", &reason));
	out->has_reason = reason[strspn(reason, " \t\n")] != 0;
	if (text_length(blob_text(reason)) > 300)
		return FAIL(E_INPUT, "romajiReason: longer than 300 characters");
	if (!json_has(object, "kana"))
		return OK;
	TRY(json_get_object(object, "kana", &inner));
	TRY_IN(json_only(inner, members), "kana");
	for (size_t i = 0; i < COUNT(parts); i++)
		TRY_IN(read_part(inner, i, out, faults), "kana");
	return OK;
}

void form_kana_judge(const struct form_kana *kana, const struct name *subject,
	struct faults *faults)
{
	for (size_t i = 0; i < COUNT(parts); i++) {
		const char *value = name_get(subject, parts[i].type);
		if (kana->has_reason || kana->romaji[i][0] == 0 || value == NULL ||
			strcasecmp(value, kana->romaji[i]) == 0)
			continue;
		faults_add(faults, &other_spelling, parts[i].name, "%.60s",
			kana->romaji[i]);
	}
}

/* The surname in capitals, the given name as names are written: TAKAHASHI Ichiro. */
static void as_written(const char *capitals, bool surname, char out[static 128])
{
	snprintf(out, 128, "%.127s", capitals);
	for (size_t i = 1; !surname && out[i] != 0; i++)
		out[i] = (char)(out[i] >= 'A' && out[i] <= 'Z' ? out[i] + 32 : out[i]);
}

RESULT form_kana_answer(const struct form_kana *kana, struct json *object)
{
	AUTO(json_free) struct json *inner = NULL;
	bool any = false;
	TRY(json_new_object(&inner));
	for (size_t i = 0; i < COUNT(parts); i++) {
		char text[128];
		if (kana->romaji[i][0] == 0)
			continue;
		as_written(kana->romaji[i], parts[i].type == NAME_SURNAME, text);
		TRY(json_set_text(inner, parts[i].name, text));
		any = true;
	}
	return any ? json_set(object, "romaji", MOVE(inner)) : OK;
}
