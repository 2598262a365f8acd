#include "lra/import_fields.h"

#include "common/base/limits.h"
#include "common/base/text.h"
#include "common/japanese/fold.h"

/* clang-format off */
const struct import_field import_fields[] = { /* name, heading in Japanese, in English, others */
	{ "employeeNumber",              "社員番号",           "Employee number",
	  "|社員NO|社員コード|職員番号|職員コード|従業員番号|利用者ID|employee id|employee no|" },
	{ "directoryName.commonName",    "氏名",               "Name (kanji)",     "|名前|漢字氏名|氏名(漢字)|" },
	{ "directoryName.surname",       "姓",                 "Surname (kanji)",  "|氏|姓(漢字)|" },
	{ "directoryName.givenName",     "名",                 "Given name (kanji)", "|名(漢字)|" },
	{ "kana.surname",                "フリガナ姓",         "Surname (kana)",   "|セイ|姓(カナ)|姓(フリガナ)|姓カナ|カナ姓|" },
	{ "kana.givenName",              "フリガナ名",         "Given name (kana)", "|メイ|名(カナ)|名(フリガナ)|名カナ|カナ名|" },
	{ "romajiReason",                "ローマ字の理由",     "Reason of the spelling", "|" },
	{ "subject.commonName",          "ローマ字氏名",       "Common name",      "|氏名ローマ字|氏名(ローマ字)|英字氏名|氏名(英字)|CN|name|" },
	{ "subject.surname",             "ローマ字姓",         "Surname",          "|姓ローマ字|姓(ローマ字)|family name|last name|" },
	{ "subject.givenName",           "ローマ字名",         "Given name",       "|名ローマ字|名(ローマ字)|first name|" },
	{ "subject.organizationalUnitName", "部署(英字)",      "Organizational unit", "|OU|" },
	{ "mailboxes",                   "メールアドレス",     "Mail address",     "|メール|電子メール|Eメール|e-mail|email|mail|" },
	{ "validity",                    "有効期間",           "Validity",         "|" },
	{ "key.csr",                     "CSR",                "Certification request", "|" },
	{ "recipient.name",              "宛名",               "Addressee",        "|" },
	{ "recipient.organization",      "送付先会社名",       "Addressee's company", "|" },
	{ "recipient.unit",              "部署",               "Department",       "|所属|部署名|所属部署|" },
	{ "recipient.postalCode",        "郵便番号",           "Postal code",      "|〒|zip|" },
	{ "recipient.address",           "住所",               "Address",          "|送付先住所|" },
	{ NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct import_field *import_field_find(const char *name)
{
	for (const struct import_field *field = import_fields; field->name != NULL;
		field++)
		if (strcmp(field->name, name) == 0)
			return field;
	return NULL;
}

/* ---- headings */

static bool folds_to(const char *word, const char *folded)
{
	char other[256];
	return !err_is(japanese_fold(word, other, sizeof other)) &&
	       strcmp(other, folded) == 0;
}

static bool is_also(const char *list, const char *folded)
{
	char word[64];
	while (list[1] != 0) {
		size_t len = strcspn(list + 1, "|");
		snprintf(word, sizeof word, "%.*s", (int)len, list + 1);
		if (folds_to(word, folded))
			return true;
		list += len + 1;
	}
	return false;
}

const struct import_field *import_field_by_heading(const char *heading)
{
	char folded[256];
	if (err_is(japanese_fold(heading, folded, sizeof folded)) || folded[0] == 0)
		return NULL;
	for (const struct import_field *field = import_fields; field->name != NULL;
		field++)
		if (strcmp(field->name, heading) == 0 || folds_to(field->ja, folded) ||
			folds_to(field->en, folded) || is_also(field->also, folded))
			return field;
	return NULL;
}

static bool has_field(const struct import_columns *columns,
	const struct import_field *field)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->field[i] == field)
			return true;
	return false;
}

bool import_columns_of(const struct csv_row *row, struct import_columns *out)
{
	size_t known = 0, filled = 0;
	*out = (struct import_columns){ .count = 0 };
	for (size_t i = 0; i < row->count; i++) {
		const struct import_field *field = import_field_by_heading(row->cell[i]);
		if (field != NULL && has_field(out, field))
			field = NULL;
		out->field[out->count++] = field;
		known += field != NULL;
		filled += row->cell[i][0] != 0;
	}
	if (known >= 2 && known * 2 >= filled)
		return true;
	for (size_t i = 0; i < out->count; i++)
		out->field[i] = NULL;
	return false;
}

RESULT import_columns_write(const struct import_columns *columns, struct buf *out)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < columns->count; i++)
		TRY(json_append_text(array,
			columns->field[i] == NULL ? "" : columns->field[i]->name));
	return json_write(array, out);
}

RESULT import_columns_read(const struct json *array, struct import_columns *out)
{
	*out = (struct import_columns){ .count = 0 };
	if (!json_is_array(array) || json_count(array) > CSV_COLUMNS)
		return FAIL(E_INPUT, "columns: a list of at most %d", CSV_COLUMNS);
	for (size_t i = 0; i < json_count(array); i++) {
		const char *name = json_as_text(json_at(array, i));
		const struct import_field *field = NULL;
		if (name != NULL && name[0] != 0) {
			field = import_field_find(name);
			if (field == NULL)
				return FAIL(E_INPUT,
					"columns: no field is called \"%.60s\"", name);
			if (has_field(out, field))
				return FAIL(E_INPUT, "columns: %s twice", name);
		}
		out->field[out->count++] = field;
	}
	return OK;
}

/* ---- a row */

static const char *text_at(const struct json *object, const char *member,
	const char *name)
{
	const struct json *inner = object;
	const char *text = "";
	if (member != NULL && err_is(json_get_object(object, member, &inner)))
		return "";
	IGNORE(json_get_text_or(inner, name, "", &text)); /* of another kind: not there */
	return text;
}

/* object.member.name = value; the inner object is made when it is not there. */
static RESULT set_inner(struct json *object, const char *member, const char *name,
	struct json *value)
{
	AUTO(json_free) struct json *held = value;
	AUTO(json_free) struct json *copy = NULL;
	const struct json *inner;
	TRY(json_new_object(&copy));
	if (!err_is(json_get_object(object, member, &inner))) {
		const struct json *each;
		const char *word;
		for (size_t i = 0; (word = json_name_at(inner, i, &each)) != NULL; i++)
			TRY(json_set_copy(copy, word, each));
	}
	TRY(json_set(copy, name, MOVE(held)));
	return json_set(object, member, MOVE(copy));
}

static RESULT set_inner_text(struct json *object, const char *member, const char *name,
	const char *text)
{
	AUTO(json_free) struct json *value = NULL;
	TRY(json_new_text(text, &value));
	return set_inner(object, member, name, MOVE(value));
}

/* A list of one: the lines of an address, the mailboxes of a person. */
static RESULT new_list(const char *text, struct json **out)
{
	AUTO(json_free) struct json *list = NULL;
	TRY(json_new_array(&list));
	TRY(json_append_text(list, text));
	*out = MOVE(list);
	return OK;
}

static RESULT set_field(struct json *object, const struct import_field *field,
	const char *text)
{
	AUTO(json_free) struct json *list = NULL;
	char member[64];
	const char *dot = strchr(field->name, '.');
	if (strcmp(field->name, "mailboxes") == 0) {
		TRY(new_list(text, &list));
		return json_set(object, "mailboxes", MOVE(list));
	}
	if (strcmp(field->name, "recipient.address") == 0) {
		TRY(new_list(text, &list));
		return set_inner(object, "recipient", "address", MOVE(list));
	}
	if (dot == NULL)
		return json_set_text(object, field->name, text);
	if (strcmp(field->name, "key.csr") == 0)
		TRY(set_inner_text(object, "key", "origin", "csr"));
	snprintf(member, sizeof member, "%.*s", (int)(dot - field->name), field->name);
	return set_inner_text(object, member, dot + 1, text);
}

/* Where the first space of any width stands; NULL: none. behind: what comes after all of them. */
static const char *space_in(const char *name, const char **behind)
{
	static const char wide[] = "\xe3\x80\x80"; /* U+3000 */
	const char *narrow_at = strchr(name, ' '), *wide_at = strstr(name, wide);
	const char *at = narrow_at == NULL                        ? wide_at
			 : wide_at == NULL || narrow_at < wide_at ? narrow_at
								  : wide_at;
	if (at == NULL || at == name)
		return NULL;
	*behind = at;
	while (**behind == ' ' || strncmp(*behind, wide, 3) == 0)
		*behind += **behind == ' ' ? 1 : 3;
	return **behind == 0 ? NULL : at;
}

/* 氏名 and 姓, 名: each out of the other. */
static RESULT complete_kanji(struct json *object)
{
	static const char dn[] = "directoryName";
	char word[512], family[512];
	const char *behind;
	TRY(text_copy(text_at(object, dn, "commonName"), word, sizeof word));
	const char *surname = text_at(object, dn, "surname"),
		   *given = text_at(object, dn, "givenName");
	if (word[0] == 0 && surname[0] != 0 && given[0] != 0) {
		snprintf(word, sizeof word, "%.200s\xe3\x80\x80%.200s", surname, given);
		return set_inner_text(object, dn, "commonName", word);
	}
	const char *space = space_in(word, &behind);
	if (space == NULL || surname[0] != 0 || given[0] != 0)
		return OK;
	snprintf(family, sizeof family, "%.*s", (int)(space - word), word);
	TRY(set_inner_text(object, dn, "surname", family));
	return set_inner_text(object, dn, "givenName", behind);
}

/* A reading without letters gets the passport's; what is no kana stays for the form's own words. */
static RESULT complete_romaji(struct json *object)
{
	static const char *const names[] = { "surname", "givenName" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char romaji[128];
		const char *kana = text_at(object, "kana", names[i]);
		if (kana[0] == 0 || strlen(kana) > 400 ||
			text_at(object, "subject", names[i])[0] != 0 ||
			err_is(japanese_passport(kana, romaji, sizeof romaji)))
			continue;
		for (size_t j = 1; i == 1 && romaji[j] != 0; j++)
			romaji[j] = (char)(romaji[j] | 32);
		TRY(set_inner_text(object, "subject", names[i], romaji));
	}
	return OK;
}

static RESULT complete(struct json *object)
{
	char word[512];
	const char *surname, *given;
	TRY(complete_kanji(object));
	TRY(complete_romaji(object));
	surname = text_at(object, "subject", "surname");
	given = text_at(object, "subject", "givenName");
	if (text_at(object, "subject", "commonName")[0] == 0 && surname[0] != 0 &&
		given[0] != 0) {
		snprintf(word, sizeof word, "%.200s %.200s", surname, given);
		TRY(set_inner_text(object, "subject", "commonName", word));
	}
	const char *addressee = text_at(object, "directoryName", "commonName");
	if (text_at(object, "recipient", "name")[0] == 0 && addressee[0] != 0) {
		TRY(text_copy(addressee, word, sizeof word));
		TRY(set_inner_text(object, "recipient", "name", word));
	}
	const char *number = text_at(object, NULL, "employeeNumber");
	if (json_has(object, "acceptance") && number[0] != 0 &&
		text_at(object, "acceptance", "acceptedBy")[0] == 0) {
		TRY(text_copy(number, word, sizeof word));
		TRY(set_inner_text(object, "acceptance", "acceptedBy", word));
	}
	return OK;
}

RESULT import_compose(const struct json *common, const struct import_columns *columns,
	const struct json *cells, const char *idempotency_key, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	if (!json_is_object(common))
		return FAIL(E_INPUT, "common: not an object");
	TRY(json_new_copy(common, &object));
	for (size_t i = 0; i < columns->count && i < json_count(cells); i++) {
		const char *text = json_as_text(json_at(cells, i));
		if (text == NULL)
			return FAIL(E_INPUT, "cells: not texts");
		if (columns->field[i] != NULL && text[0] != 0)
			TRY(set_field(object, columns->field[i], text));
	}
	TRY(complete(object));
	TRY(json_set_text(object, "method", "bulk"));
	TRY(json_set_text(object, "idempotencyKey", idempotency_key));
	*out = MOVE(object);
	return OK;
}
