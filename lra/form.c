#include "lra/form.h"

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/csr.h"
#include "common/pki/mailbox.h"
#include "common/pki/pem.h"
#include "lra/form_kana.h"
#include "lra/paper/recipient.h"

/* clang-format off */
static const struct fault_rule profile_unknown = { "profile.unknown", "R-ISS-05",
	"There is no such certificate profile.",
	"この証明書プロファイルはありません。" };
static const struct fault_rule handover_refused = { "key.origin", "R-SUB-KEY-01",
	"With this profile the subscriber makes the key; send its request (CSR).",
	"このプロファイルの鍵は利用者が生成します。CSRを添付してください。" };
static const struct fault_rule key_request = { "key.csr", "R-PKQ-09",
	"The certification request cannot be accepted: it must be PKCS #10 and signed with its own key.",
	"証明書署名要求(CSR)を受け付けられません。PKCS#10形式で、その鍵自身の署名が必要です。" };
static const struct fault_rule mailbox = { "subjectAltName.mailbox", "R-ISS-13",
	"This is not a mail address. Check it.",
	"メールアドレスの形式が正しくありません。" };
static const struct fault_rule notice_mailbox = { "notice.mail", "R-REV-11",
	"Notices cannot go there: this is not a mail address. Check it.",
	"通知先のメールアドレスの形式が正しくありません。" };
static const struct fault_rule notice_language = { "notice.language", "UX-38",
	"Notices are written in ja or en.",
	"通知の言語は ja または en です。" };
static const struct fault_rule no_acceptance = { "acceptance.missing", "R-APP-02",
	"Without the accepted terms there is no certificate.",
	"利用規約への同意がなければ受け付けられません。" };
static const struct fault_rule choice = { "acceptance.choice", "R-AGR-03",
	"The applicant must agree to this, separately.",
	"この項目への個別の同意が必要です。" };
static const struct fault_rule other_terms = { "acceptance.other", "R-AGR-02",
	"Other terms than those accepted at the first need a new application.",
	"同意済みと異なる規約です。新しい申込を行ってください。" };
static const struct fault_rule no_entity = { "entity.missing", "R-ISS-12",
	"Say whose certificate this is: the number in the personnel register.",
	"職員番号など、利用者を一意に示す番号を入力してください。" };
static const struct fault_rule no_recipient = { "recipient.wrong", "R-LRA-08",
	"Papers need the name of their recipient, and no more than fits on them.",
	"書類の宛名が必要です。宛先の各項目は用紙に収まる長さにしてください。" };
static const struct fault_rule bad_method = { "method.unknown", "R-APP-03",
	"This way of applying is not known.",
	"申込方法が正しくありません。" };
/* clang-format on */

RESULT lra_form_new(struct lra_form **out)
{
	struct lra_form *form = calloc(1, sizeof *form);
	if (form == NULL)
		return FAIL(E_IO, "out of memory");
	form->spki = BUF(LIMIT_SPKI);
	*out = form;
	return OK;
}

void lra_form_free(struct lra_form *form)
{
	if (form == NULL)
		return;
	buf_clear(&form->spki);
	free(form);
}

/* ---- reading */

static RESULT get_word(const struct json *object, const char *name, const char *fallback,
	char *out, size_t size)
{
	const char *text;
	TRY(json_get_text_or(object, name, fallback, &text));
	TRY_IN(text_copy(text, out, size), "%s", name);
	return OK;
}

static RESULT repair(struct lra_form *form, const char *field, const char *value,
	char *out, size_t size)
{
	bool changed = false;
	TRY_IN(name_normalize(value, out, size, &changed), "%s", field);
	if (!changed || form->repair_count == FORM_REPAIRS)
		return OK;
	struct form_repair *row = &form->repair[form->repair_count++];
	snprintf(row->field, sizeof row->field, "%s", field);
	TRY_IN(text_copy(value, row->from, sizeof row->from), "%s", field);
	return text_copy(out, row->to, sizeof row->to);
}

static RESULT add_attribute(struct lra_form *form, const char *type, const char *text,
	struct name *name)
{
	char good[520];
	enum name_type kind = name_type_by_name(type);
	if (kind == NAME_TYPE_COUNT)
		return FAIL(E_INPUT, "subject: no attribute is called \"%.60s\"", type);
	if (text == NULL)
		return FAIL(E_INPUT, "subject.%s: not a text", type);
	TRY(repair(form, type, text, good, sizeof good));
	return name_add(name, kind, good);
}

/* [{"type": "organizationName", "value": "…"} …] */
static RESULT read_pairs(const struct json *list, struct lra_form *form,
	struct name *name)
{
	static const char *const members[] = { "type", "value", NULL };
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *row = json_at(list, i);
		const char *type, *text;
		TRY_IN(json_only(row, members), "subject");
		TRY_IN(json_get_text(row, "type", &type), "subject");
		TRY_IN(json_get_text(row, "value", &text), "subject");
		TRY(add_attribute(form, type, text, name));
	}
	return OK;
}

/* {"organizationName": "…" …} */
static RESULT read_members(const struct json *object, struct lra_form *form,
	struct name *name)
{
	const struct json *value;
	const char *type;
	for (size_t i = 0; (type = json_name_at(object, i, &value)) != NULL; i++)
		TRY(add_attribute(form, type, json_as_text(value), name));
	return OK;
}

/* The order of a Name is ours (PROFILES part 2), not the sender's; repeats keep theirs. */
static void put_in_order(struct name *name)
{
	for (size_t i = 1; i < name->count; i++)
		for (size_t j = i;
			j > 0 && name->attribute[j - 1].type > name->attribute[j].type;
			j--) {
			struct name_attribute swapped = name->attribute[j];
			name->attribute[j] = name->attribute[j - 1];
			name->attribute[j - 1] = swapped;
		}
}

static RESULT read_name(const struct json *object, const char *member,
	struct lra_form *form, struct name *name)
{
	const struct json *value;
	if (!err_is(json_get_array(object, member, &value))) {
		TRY(read_pairs(value, form, name));
	} else {
		TRY_IN(json_get_object(object, member, &value),
			"neither list nor object");
		TRY(read_members(value, form, name));
	}
	put_in_order(name);
	return OK;
}

static RESULT read_names(const struct json *object, struct lra_form *form,
	struct faults *faults)
{
	const struct json *list;
	TRY(read_name(object, "subject", form, &form->subject));
	if (json_has(object, "mailboxes")) {
		TRY(json_get_array(object, "mailboxes", &list));
		for (size_t i = 0; i < json_count(list); i++) {
			char good[520];
			const char *text = json_as_text(json_at(list, i));
			if (text == NULL)
				return FAIL(E_INPUT, "mailboxes: not a text");
			TRY(repair(form, "mailboxes", text, good, sizeof good));
			struct err err =
				general_names_add_mailbox(&form->subject_alt_name, good);
			if (err_is(err))
				faults_add(faults, &mailbox, "mailboxes", "number %zu",
					i + 1);
		}
	}
	if (!json_has(object, "directoryName"))
		return OK;
	TRY(read_name(object, "directoryName", form, &form->subject_alt_name.directory));
	return general_names_add(&form->subject_alt_name, GENERAL_NAME_DIRECTORY, "");
}

static RESULT read_key(const struct json *object, struct lra_form *form,
	struct faults *faults)
{
	static const char *const members[] = { "origin", "csr", NULL };
	AUTO(buf_clear) struct buf bytes = BUF(2 * LIMIT_CSR);
	AUTO(buf_clear) struct buf der = BUF(LIMIT_CSR);
	const struct json *key;
	const char *text;
	struct csr csr;
	TRY(json_get_object(object, "key", &key));
	TRY_IN(json_only(key, members), "key");
	TRY_IN(json_get_text(key, "origin", &text), "key");
	TRY(key_origin_by_name(text, &form->key_origin));
	if (form->key_origin == KEY_ORIGIN_HANDOVER)
		return json_has(key, "csr")
			       ? FAIL(E_INPUT, "key.csr: not with origin handover")
			       : OK;
	TRY_IN(json_get_text(key, "csr", &text), "key");
	struct err err = strstr(text, "-----BEGIN") != NULL
				 ? buf_append_text(&bytes, text)
				 : base64_decode(blob_text(text), &bytes);
	if (!err_is(err))
		err = csr_from_file(buf_view(&bytes), &der);
	if (!err_is(err))
		err = csr_parse(buf_view(&der), &csr);
	if (!err_is(err))
		return buf_append(&form->spki, csr.spki);
	faults_add(faults, &key_request, "key.csr", "%s", err.text);
	return OK;
}

static RESULT read_acceptance(const struct json *object, struct form_acceptance *out)
{
	static const char *const members[] = { "agreement", "acceptedBy", "means",
		"recordKeeping", "correctness", "keyObligations", "publication", NULL };
	const struct json *inner;
	if (!json_has(object, "acceptance"))
		return OK;
	TRY(json_get_object(object, "acceptance", &inner));
	TRY_IN(json_only(inner, members), "acceptance");
	TRY_IN(json_get_digest(inner, "agreement", out->agreement), "acceptance");
	TRY_IN(get_word(inner, "acceptedBy", "", out->accepted_by,
		       sizeof out->accepted_by),
		"acceptance");
	TRY_IN(get_word(inner, "means", "", out->means, sizeof out->means), "acceptance");
	TRY_IN(json_get_bool(inner, "recordKeeping", &out->record_keeping), "acceptance");
	TRY_IN(json_get_bool(inner, "correctness", &out->correctness), "acceptance");
	TRY_IN(json_get_bool(inner, "keyObligations", &out->key_obligations),
		"acceptance");
	TRY_IN(json_get_bool(inner, "publication", &out->publication), "acceptance");
	out->given = true;
	return OK;
}

static RESULT read_validity(const struct json *object, int64_t *out)
{
	const char *text;
	if (!json_has(object, "validity"))
		return OK;
	if (err_is(json_get_text(object, "validity", &text)))
		return json_get_int(object, "validity", out);
	TRY_IN(conf_seconds(text, out), "validity");
	return OK;
}

/* It stays in the document as it came; papers read it there. */
static RESULT check_recipient(const struct json *object, struct lra_form *form,
	struct faults *faults)
{
	const struct json *inner;
	struct recipient recipient;
	if (!json_has(object, "recipient"))
		return OK;
	TRY(json_get_object(object, "recipient", &inner));
	struct err err = recipient_read(inner, &recipient);
	if (!err_is(err))
		return text_copy(recipient.name, form->written, sizeof form->written);
	faults_add(faults, &no_recipient, "recipient", "%s", err.text);
	return OK;
}

/* Typed in any width, too. */
static RESULT read_number(const struct json *object, struct lra_form *form)
{
	char good[520];
	const char *text;
	TRY(json_get_text_or(object, "employeeNumber", "", &text));
	TRY(repair(form, "employeeNumber", text, good, sizeof good));
	TRY_IN(text_copy(good, form->employee_number, sizeof form->employee_number),
		"employeeNumber");
	return OK;
}

/* Where the applicant is told what becomes of it: {"mail", "language"}. */
static RESULT read_notice(const struct json *object, struct lra_form *form,
	struct faults *faults)
{
	static const char *const members[] = { "mail", "language", NULL };
	const struct json *inner;
	const char *mail, *language = "ja";
	snprintf(form->notice_language, sizeof form->notice_language, "%s", language);
	if (!json_has(object, "notice"))
		return OK;
	TRY(json_get_object(object, "notice", &inner));
	TRY_IN(json_only(inner, members), "notice");
	TRY_IN(json_get_text_or(inner, "mail", "", &mail), "notice");
	TRY_IN(json_get_text_or(inner, "language", language, &language), "notice");
	if (mail[0] != 0 && err_is(mailbox_to_ascii(mail, form->notice_mail,
				    sizeof form->notice_mail)))
		faults_add(faults, &notice_mailbox, "notice.mail", "%s", "not a mailbox");
	if (strcmp(language, "ja") != 0 && strcmp(language, "en") != 0)
		faults_add(faults, &notice_language, "notice.language", "%.20s",
			language);
	else
		snprintf(form->notice_language, sizeof form->notice_language, "%s",
			language);
	return OK;
}

RESULT lra_form_read(const struct json *object, struct lra_form *out,
	struct faults *faults)
{
	static const char *const members[] = { "profile", "method", "employeeNumber",
		"entity", "validity", "subject", "mailboxes", "directoryName", "key",
		"acceptance", "idempotencyKey", "version", "recipient", "notice",
		"copyOf", "kana", "romajiReason", NULL };
	TRY(json_only(object, members));
	TRY(check_recipient(object, out, faults));
	TRY(form_kana_read(object, &out->kana, faults));
	TRY(get_word(object, "profile", "", out->profile, sizeof out->profile));
	TRY(get_word(object, "method", "counter", out->method, sizeof out->method));
	TRY(read_number(object, out));
	TRY(get_word(object, "entity", "", out->entity, sizeof out->entity));
	TRY(get_word(object, "idempotencyKey", "", out->idempotency_key,
		sizeof out->idempotency_key));
	TRY(get_word(object, "copyOf", "", out->copy_of, sizeof out->copy_of));
	TRY(json_get_int_or(object, "version", 0, &out->version));
	TRY(read_validity(object, &out->validity_s));
	TRY(read_names(object, out, faults));
	TRY(read_key(object, out, faults));
	TRY(read_notice(object, out, faults));
	return read_acceptance(object, &out->acceptance);
}

/* ---- judging */

static bool is_among(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

static void judge_acceptance(const struct form_rules *rules,
	struct form_acceptance *acceptance, struct faults *faults)
{
	static const char *const means[] = { "paper", "web", "signature", "contract" };
	if (rules->accepted != NULL) {
		if (acceptance->given &&
			memcmp(acceptance->agreement, rules->accepted, 32) != 0)
			faults_add(faults, &other_terms, "acceptance",
				"another agreement");
		memcpy(acceptance->agreement, rules->accepted, 32);
		return;
	}
	if (!acceptance->given || acceptance->accepted_by[0] == 0 ||
		!is_among(acceptance->means, means, COUNT(means)))
		faults_add(faults, &no_acceptance, "acceptance",
			"agreement, acceptedBy and means are needed");
	if (!acceptance->given)
		return;
	if (!acceptance->record_keeping)
		faults_add(faults, &choice, "recordKeeping", "not chosen");
	if (!acceptance->correctness)
		faults_add(faults, &choice, "correctness", "not chosen");
	if (!acceptance->key_obligations)
		faults_add(faults, &choice, "keyObligations", "not chosen");
}

static RESULT judge_entity(const struct form_rules *rules, struct lra_form *form,
	struct content *out, struct faults *faults)
{
	const char *who = form->entity[0] != 0 ? form->entity : form->employee_number;
	if (who[0] == 0 || strchr(who, ':') != NULL)
		faults_add(faults, &no_entity, "employeeNumber",
			"absent, or with a colon in it");
	snprintf(out->entity, sizeof out->entity, "%s:%.60s", rules->lra->id, who);
	return OK;
}

/* The disambiguator of namesakes is the organisation's own number for the person, when the profile has a place for it. */
static RESULT add_serial_number(const struct profile *profile,
	const struct lra_form *form, struct name *subject)
{
	if (profile->subject[NAME_SERIAL_NUMBER] == PRESENCE_FORBIDDEN ||
		form->employee_number[0] == 0 ||
		name_get(subject, NAME_SERIAL_NUMBER) != NULL)
		return OK;
	TRY(name_add(subject, NAME_SERIAL_NUMBER, form->employee_number));
	put_in_order(subject);
	return OK;
}

static enum key_algorithm any_allowed(const struct profile *profile)
{
	enum key_algorithm algorithm = KEY_NONE;
	while (algorithm < KEY_ALGORITHM_COUNT &&
		(profile->key_algorithms & KEY_BIT(algorithm)) == 0)
		algorithm++;
	return algorithm;
}

static RESULT judge_key(const struct form_rules *rules, const struct lra_form *form,
	const struct profile *profile, struct content *out, enum key_algorithm *algorithm,
	struct faults *faults)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	out->key_origin = form->key_origin;
	*algorithm = any_allowed(profile);
	if (form->key_origin == KEY_ORIGIN_HANDOVER &&
		!profile->subscriber_key_generation)
		faults_add(faults, &handover_refused, "key.origin", "%s", profile->name);
	if (form->spki.len == 0)
		return OK; /* born later, or its fault is in the list already */
	key_check(buf_view(&form->spki), profile->key_algorithms, rules->weak_keys,
		faults);
	IGNORE(key_parse(buf_view(&form->spki), algorithm,
		&key)); /* key_check() has said what is wrong with it */
	out->has_key = true;
	return key_digest(buf_view(&form->spki), out->key_digest);
}

RESULT lra_form_judge(const struct form_rules *rules, struct lra_form *form, int64_t now,
	struct content *out, struct faults *faults)
{
	static const char *const methods[] = { "counter", "bulk", "web", "post", "api",
		"jpki" };
	const struct profile *profile =
		profile_set_find(rules->profiles, form->profile, 0);
	enum key_algorithm algorithm;
	if (!is_among(form->method, methods, COUNT(methods)))
		faults_add(faults, &bad_method, "method", "%s", form->method);
	TRY(judge_entity(rules, form, out, faults));
	if (profile == NULL || profile->is_ca) {
		faults_add(faults, &profile_unknown, "profile", "%s", form->profile);
		return OK;
	}
	TRY(add_serial_number(profile, form, &form->subject));
	TRY(text_copy(rules->lra->id, out->lra, sizeof out->lra));
	TRY(text_copy(profile->name, out->profile, sizeof out->profile));
	out->profile_version = profile->version;
	out->subject = form->subject;
	out->subject_alt_name = form->subject_alt_name;
	out->validity_s =
		form->validity_s != 0 ? form->validity_s : profile->validity_default_s;
	judge_acceptance(rules, &form->acceptance, faults);
	memcpy(out->agreement, form->acceptance.agreement, sizeof out->agreement);
	name_check(&out->subject, faults);
	general_names_check(&out->subject_alt_name, faults);
	scope_check(rules->lra, out, now, faults);
	form_kana_judge(&form->kana, &out->subject, faults);
	TRY(judge_key(rules, form, profile, out, &algorithm, faults));
	profile_fits(profile, &out->subject, &out->subject_alt_name, algorithm, now,
		profile_not_after(now, out->validity_s), now, faults);
	return OK;
}
