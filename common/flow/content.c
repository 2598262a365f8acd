#include "common/flow/content.h"

#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/base/text.h"

static const char *const origin_names[KEY_ORIGIN_COUNT] = {
	[KEY_ORIGIN_CSR] = "csr",
	[KEY_ORIGIN_SUBSCRIBER] = "subscriber",
	[KEY_ORIGIN_HANDOVER] = "handover",
};

const char *key_origin_name(enum key_origin origin)
{
	return origin_names[origin];
}

RESULT key_origin_by_name(const char *name, enum key_origin *out)
{
	for (size_t i = 0; i < KEY_ORIGIN_COUNT; i++)
		if (strcmp(origin_names[i], name) == 0) {
			*out = (enum key_origin)i;
			return OK;
		}
	return FAIL(E_INPUT, "key.origin: \"%.40s\" is not csr, subscriber or handover",
		name);
}

/* ---- names as JSON: [{"type":"commonName","value":"…"}, …] */

static RESULT pair_to_json(const char *type, const char *value, struct json *array)
{
	AUTO(json_free) struct json *row = NULL;
	TRY(json_new_object(&row));
	TRY(json_set_text(row, "type", type));
	TRY(json_set_text(row, "value", value));
	return json_append(array, MOVE(row));
}

RESULT content_name_to_json(const struct name *name, struct json **out)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < name->count; i++)
		TRY(pair_to_json(name_kind(name->attribute[i].type)->name,
			name->attribute[i].value, array));
	*out = MOVE(array);
	return OK;
}

static RESULT name_from_json(const struct json *array, const char *what, struct name *out)
{
	*out = (struct name){ .count = 0 };
	for (size_t i = 0; i < json_count(array); i++) {
		static const char *const members[] = { "type", "value", NULL };
		const struct json *row = json_at(array, i);
		const char *type, *value;
		TRY_IN(json_only(row, members), "%s", what);
		TRY_IN(json_get_text(row, "type", &type), "%s", what);
		TRY_IN(json_get_text(row, "value", &value), "%s", what);
		enum name_type kind = name_type_by_name(type);
		if (kind == NAME_TYPE_COUNT)
			return FAIL(E_INPUT, "%s: no attribute is called \"%.60s\"", what,
				type);
		TRY_IN(name_add(out, kind, value), "%s.%s", what, type);
	}
	return OK;
}

RESULT content_names_to_json(const struct general_names *names, struct json **out)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < names->count; i++) {
		const struct general_name *item = &names->item[i];
		if (item->type != GENERAL_NAME_DIRECTORY) {
			TRY(pair_to_json(general_name_word(item->type), item->value,
				array));
			continue;
		}
		AUTO(json_free) struct json *row = NULL;
		AUTO(json_free) struct json *directory = NULL;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "type", "directoryName"));
		TRY(content_name_to_json(&names->directory, &directory));
		TRY(json_set(row, "value", MOVE(directory)));
		TRY(json_append(array, MOVE(row)));
	}
	*out = MOVE(array);
	return OK;
}

static RESULT san_from_json(const struct json *array, struct general_names *out)
{
	static const char *const members[] = { "type", "value", NULL };
	*out = (struct general_names){ .count = 0 };
	for (size_t i = 0; i < json_count(array); i++) {
		const struct json *row = json_at(array, i), *inner;
		const char *type, *value;
		TRY_IN(json_only(row, members), "subjectAltName");
		TRY_IN(json_get_text(row, "type", &type), "subjectAltName");
		enum general_name_type kind = general_name_by_word(type);
		if (kind == GENERAL_NAME_NONE)
			return FAIL(E_INPUT,
				"subjectAltName: no general name is called \"%.60s\"",
				type);
		if (kind == GENERAL_NAME_DIRECTORY) {
			if (out->directory.count > 0)
				return FAIL(E_INPUT,
					"subjectAltName: more than one directoryName");
			TRY_IN(json_get_array(row, "value", &inner), "subjectAltName");
			TRY(name_from_json(inner, "directoryName", &out->directory));
			TRY_IN(general_names_add(out, kind, ""), "subjectAltName");
			continue;
		}
		TRY_IN(json_get_text(row, "value", &value), "subjectAltName");
		TRY_IN(general_names_add(out, kind, value), "subjectAltName.%s", type);
	}
	return OK;
}

static RESULT get_word(const struct json *object, const char *name, char *out,
	size_t size)
{
	const char *text;
	TRY(json_get_text(object, name, &text));
	TRY_IN(text_copy(text, out, size), "%s", name);
	return OK;
}

static RESULT key_to_json(const struct content *content, struct json **out)
{
	AUTO(json_free) struct json *key = NULL;
	TRY(json_new_object(&key));
	TRY(json_set_text(key, "origin", key_origin_name(content->key_origin)));
	if (content->has_key)
		TRY(json_set_hex(key, "digest", BLOB(content->key_digest)));
	*out = MOVE(key);
	return OK;
}

static RESULT key_from_json(const struct json *key, struct content *out)
{
	static const char *const members[] = { "origin", "digest", NULL };
	const char *origin;
	TRY_IN(json_only(key, members), "key");
	TRY_IN(json_get_text(key, "origin", &origin), "key");
	TRY(key_origin_by_name(origin, &out->key_origin));
	out->has_key = json_has(key, "digest");
	if (out->has_key)
		TRY_IN(json_get_digest(key, "digest", out->key_digest), "key");
	else if (out->key_origin != KEY_ORIGIN_HANDOVER)
		return FAIL(E_INPUT, "key: the digest is missing");
	return OK;
}

RESULT content_write(const struct content *content, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *subject = NULL;
	AUTO(json_free) struct json *san = NULL;
	AUTO(json_free) struct json *key = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "application", content->receipt_number));
	TRY(json_set_int(object, "version", content->version));
	TRY(json_set_text(object, "lra", content->lra));
	TRY(json_set_text(object, "profile", content->profile));
	TRY(json_set_int(object, "profileVersion", content->profile_version));
	TRY(json_set_text(object, "entity", content->entity));
	TRY(content_name_to_json(&content->subject, &subject));
	TRY(json_set(object, "subject", MOVE(subject)));
	TRY(content_names_to_json(&content->subject_alt_name, &san));
	TRY(json_set(object, "subjectAltName", MOVE(san)));
	TRY(json_set_int(object, "validity", content->validity_s));
	TRY(key_to_json(content, &key));
	TRY(json_set(object, "key", MOVE(key)));
	TRY(json_set_hex(object, "agreement", BLOB(content->agreement)));
	return json_write(object, out);
}

RESULT content_parse(const struct json *object, struct content *out)
{
	static const char *const members[] = { "application", "version", "lra", "profile",
		"profileVersion", "entity", "subject", "subjectAltName", "validity",
		"key", "agreement", NULL };
	const struct json *inner;
	*out = (struct content){ .version = 0 };
	TRY(json_only(object, members));
	TRY(get_word(object, "application", out->receipt_number,
		sizeof out->receipt_number));
	TRY(json_get_int(object, "version", &out->version));
	TRY(get_word(object, "lra", out->lra, sizeof out->lra));
	TRY(get_word(object, "profile", out->profile, sizeof out->profile));
	TRY(json_get_int(object, "profileVersion", &out->profile_version));
	TRY(get_word(object, "entity", out->entity, sizeof out->entity));
	TRY(json_get_array(object, "subject", &inner));
	TRY(name_from_json(inner, "subject", &out->subject));
	TRY(json_get_array(object, "subjectAltName", &inner));
	TRY(san_from_json(inner, &out->subject_alt_name));
	TRY(json_get_int(object, "validity", &out->validity_s));
	TRY(json_get_object(object, "key", &inner));
	TRY(key_from_json(inner, out));
	return json_get_digest(object, "agreement", out->agreement);
}

RESULT content_parse_bytes(struct blob text, struct content *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_parse(text, &object));
	return content_parse(object, out);
}

/* ---- evidence */

RESULT evidence_add_claim(struct evidence *evidence, const char *attribute)
{
	enum name_type type = name_type_by_name(attribute);
	enum general_name_type general = general_name_by_word(attribute);
	if (type != NAME_TYPE_COUNT)
		evidence->proves_subject |= 1u << type;
	else if (general != GENERAL_NAME_NONE)
		evidence->proves_san |= 1u << general;
	else
		return FAIL(E_INPUT, "proves: \"%.60s\" is no attribute of a certificate",
			attribute);
	return OK;
}

static RESULT evidence_to_json(const struct evidence *item, struct json **out)
{
	AUTO(json_free) struct json *row = NULL;
	AUTO(json_free) struct json *proves = NULL;
	TRY(json_new_object(&row));
	TRY(json_set_text(row, "kind", item->kind));
	TRY(json_set_text(row, "method", item->method));
	TRY(json_set_hex(row, "sha256", BLOB(item->sha256)));
	if (item->issued_on[0] != 0)
		TRY(json_set_text(row, "issuedOn", item->issued_on));
	if (item->valid_until[0] != 0)
		TRY(json_set_text(row, "validUntil", item->valid_until));
	TRY(json_new_array(&proves));
	for (int type = 0; type < NAME_TYPE_COUNT; type++)
		if ((item->proves_subject & 1u << type) != 0)
			TRY(json_append_text(proves,
				name_kind((enum name_type)type)->name));
	for (int type = 1; type < GENERAL_NAME_TYPE_COUNT; type++)
		if ((item->proves_san & 1u << type) != 0)
			TRY(json_append_text(proves,
				general_name_word((enum general_name_type)type)));
	TRY(json_set(row, "proves", MOVE(proves)));
	*out = MOVE(row);
	return OK;
}

RESULT evidence_write(const struct evidence_list *list, struct buf *out)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < list->count; i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(evidence_to_json(&list->item[i], &row));
		TRY(json_append(array, MOVE(row)));
	}
	return json_write(array, out);
}

/* A date as papers carry it; must exist. */
static RESULT get_date(const struct json *object, const char *name, char out[static 11])
{
	char whole[40];
	const char *text;
	int64_t time;
	TRY(json_get_text_or(object, name, "", &text));
	out[0] = 0;
	if (*text == 0)
		return OK;
	if (strlen(text) != 10)
		return FAIL(E_INPUT, "%s: not of the form 2026-11-23", name);
	snprintf(whole, sizeof whole, "%sT00:00:00Z", text);
	TRY_IN(clock_parse(whole, &time), "%s", name);
	memcpy(out, text, 11);
	return OK;
}

RESULT evidence_parse_item(const struct json *object, struct evidence *out)
{
	static const char *const members[] = { "kind", "method", "sha256", "issuedOn",
		"validUntil", "proves", NULL };
	TRY_IN(json_only(object, members), "evidence");
	return evidence_read_item(object, out);
}

RESULT evidence_read_item(const struct json *object, struct evidence *out)
{
	const struct json *proves;
	*out = (struct evidence){ .proves_subject = 0 };
	TRY_IN(get_word(object, "kind", out->kind, sizeof out->kind), "evidence");
	TRY_IN(get_word(object, "method", out->method, sizeof out->method), "evidence");
	TRY_IN(json_get_digest(object, "sha256", out->sha256), "evidence");
	TRY_IN(get_date(object, "issuedOn", out->issued_on), "evidence");
	TRY_IN(get_date(object, "validUntil", out->valid_until), "evidence");
	TRY_IN(json_get_array(object, "proves", &proves), "evidence");
	if (json_count(proves) == 0)
		return FAIL(E_INPUT, "evidence: proves nothing");
	for (size_t i = 0; i < json_count(proves); i++) {
		const char *attribute = json_as_text(json_at(proves, i));
		if (attribute == NULL)
			return FAIL(E_INPUT, "evidence: proves: not a text");
		TRY_IN(evidence_add_claim(out, attribute), "evidence");
	}
	return OK;
}

RESULT evidence_parse(const struct json *array, struct evidence_list *out)
{
	if (json_count(array) > LIMIT_EVIDENCE)
		return FAIL(E_INPUT, "evidence: more than %d items", LIMIT_EVIDENCE);
	*out = (struct evidence_list){ .count = json_count(array) };
	for (size_t i = 0; i < out->count; i++)
		TRY_IN(evidence_parse_item(json_at(array, i), &out->item[i]), "item %zu",
			i + 1);
	return OK;
}

/* clang-format off */
static const struct fault_rule unproved = { "evidence.missing", "R-IDV-24",
	"No evidence proves this attribute. Add the paper that shows it.",
	"この項目を証明する証跡がありません。確認した書類を追加してください。" };
static const struct fault_rule expired = { "evidence.expired", "R-IDV-11",
	"The paper had run out on the day of the check. Ask for a valid one.",
	"書類の有効期限が切れています。有効な書類を確認してください。" };
static const struct fault_rule old = { "evidence.old", "R-IDV-11",
	"The paper was issued more than three months before the check. Ask for a newer one.",
	"書類の発行日から3か月を超えています。新しい書類を確認してください。" };
/* clang-format on */

/* Of papers that age: issued within three months, both days inclusive (R-IDV-11). */
static const char *const aging_kinds[] = { "residenceCertificate", "sealCertificate",
	"corporateRegister" };
enum { PAPER_AGE_S = 92 * 86400 };

static int64_t day_start(const char *date)
{
	char whole[40];
	int64_t time = 0;
	snprintf(whole, sizeof whole, "%.10sT00:00:00Z", date);
	IGNORE(clock_parse(whole, &time)); /* the date was checked when it was read */
	return time;
}

static void check_times(const struct evidence *item, int64_t now, struct faults *faults)
{
	if (item->valid_until[0] != 0 && now >= day_start(item->valid_until) + 86400)
		faults_add(faults, &expired, item->kind, "valid until %s",
			item->valid_until);
	for (size_t i = 0; i < COUNT(aging_kinds); i++)
		if (strcmp(item->kind, aging_kinds[i]) == 0 && item->issued_on[0] != 0 &&
			now > day_start(item->issued_on) + PAPER_AGE_S)
			faults_add(faults, &old, item->kind, "issued on %s",
				item->issued_on);
}

void evidence_check(const struct evidence_list *list, const struct content *content,
	int64_t now, struct faults *faults)
{
	uint32_t subject = 1u << NAME_COUNTRY | 1u << NAME_SERIAL_NUMBER, san = 0;
	for (size_t i = 0; i < list->count; i++) {
		subject |= list->item[i].proves_subject;
		san |= list->item[i].proves_san;
		check_times(&list->item[i], now, faults);
	}
	for (size_t i = 0; i < content->subject.count; i++) {
		enum name_type type = content->subject.attribute[i].type;
		if ((subject & 1u << type) == 0)
			faults_add(faults, &unproved, name_kind(type)->name,
				"nothing proves it");
	}
	for (size_t i = 0; i < content->subject_alt_name.count; i++) {
		enum general_name_type type = content->subject_alt_name.item[i].type;
		if ((san & 1u << type) == 0)
			faults_add(faults, &unproved, general_name_word(type),
				"nothing proves it");
	}
}
