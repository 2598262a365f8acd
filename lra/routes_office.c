/* routes_office: what a page has to know before anything is typed: the contract, its profiles, life events; and the preview. */
#include "common/base/table.h"
#include "common/json/fault_json.h"
#include "common/json/json.h"
#include "lra/answers.h"
#include "lra/corporate.h"
#include "lra/duplicate.h"
#include "lra/form_kana.h"
#include "lra/routes.h"

/* ---- the contract */

static RESULT set_words(struct json *object, const char *name, const char *words,
	size_t size, size_t count)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < count; i++)
		TRY(json_append_text(array, words + i * size));
	return json_set(object, name, MOVE(array));
}
#define SET_WORDS(object, name, array, count)                                            \
	set_words(object, name, (array)[0], sizeof(array)[0], count)

static const char *const presences[] = { [PRESENCE_FORBIDDEN] = "forbidden",
	[PRESENCE_OPTIONAL] = "optional",
	[PRESENCE_REQUIRED] = "required" };

static RESULT set_subject(struct json *object, const struct profile *profile)
{
	AUTO(json_free) struct json *subject = NULL;
	TRY(json_new_object(&subject));
	for (enum name_type type = 0; type < NAME_TYPE_COUNT; type++)
		if (profile->subject[type] != PRESENCE_FORBIDDEN)
			TRY(json_set_text(subject, name_kind(type)->name,
				presences[profile->subject[type]]));
	return json_set(object, "subject", MOVE(subject));
}

static RESULT set_algorithms(struct json *object, const struct profile *profile)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (enum key_algorithm at = 0; at < KEY_ALGORITHM_COUNT; at++)
		if ((profile->key_algorithms & KEY_BIT(at)) != 0)
			TRY(json_append_text(array, key_algorithm_name(at)));
	return json_set(object, "keyAlgorithms", MOVE(array));
}

static RESULT profile_row(const struct profile *profile, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "profile", profile->name));
	TRY(json_set_int(object, "version", profile->version));
	TRY(json_set_int(object, "validityDefault", profile->validity_default_s));
	TRY(json_set_int(object, "validityMax", profile->validity_max_s));
	TRY(json_set_bool(object, "keyAtHandover", profile->subscriber_key_generation));
	TRY(json_set_text(object, "mailboxes",
		presences[profile->san[GENERAL_NAME_RFC822]]));
	TRY(set_subject(object, profile));
	TRY(set_algorithms(object, profile));
	*out = MOVE(object);
	return OK;
}

static RESULT set_profiles(struct json *object, const struct lra *lra,
	const struct roster_lra *office)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < office->profile_count; i++) {
		AUTO(json_free) struct json *row = NULL;
		const struct profile *profile =
			profile_set_find(lra->profiles, office->profile[i], 0);
		if (profile == NULL)
			continue;
		TRY(profile_row(profile, &row));
		TRY(json_append(array, MOVE(row)));
	}
	return json_set(object, "profiles", MOVE(array));
}

static RESULT set_events(struct json *object, unsigned roles)
{
	AUTO(json_free) struct json *array = NULL;
	size_t count;
	const struct revocation_event *events = revocation_events(&count);
	TRY(json_new_array(&array));
	for (size_t i = 0; i < count; i++) {
		AUTO(json_free) struct json *row = NULL;
		if ((events[i].roles & roles) == 0)
			continue;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "event", events[i].word));
		TRY(json_set_text(row, "reason", reason_name(events[i].reason)));
		TRY(json_set_int(row, "due", events[i].due_s));
		TRY(json_set_text(row, "name", events[i].en));
		TRY(json_set_text(row, "nameJa", events[i].ja));
		TRY(json_append(array, MOVE(row)));
	}
	return json_set(object, "revocationEvents", MOVE(array));
}

/* Whom a case may wait for: the clerks of the LRA whose appointment holds. */
static RESULT set_clerks(struct json *object, const struct lra_call *call)
{
	AUTO(json_free) struct json *array = NULL;
	const struct roster_person *one;
	TRY(json_new_array(&array));
	for (size_t i = 0; (one = roster_person_at(call->lra->roster, i)) != NULL; i++) {
		AUTO(json_free) struct json *row = NULL;
		if ((one->roles & ROLE_LRA_CLERK) == 0 ||
			strcmp(one->lra, call->person->lra) != 0 ||
			roster_lapsed(call->lra->roster, one, call->now) != NULL)
			continue;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "id", one->id));
		TRY(json_set_text(row, "name", one->name));
		TRY(json_set_text(row, "nameJa",
			one->name_ja[0] == 0 ? one->name : one->name_ja));
		TRY(json_append(array, MOVE(row)));
	}
	return json_set(object, "clerks", MOVE(array));
}

static RESULT do_get_office(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(json_free) struct json *object = NULL;
	const struct roster_lra *office =
		roster_lra(call->lra->roster, call->person->lra);
	(void)request;
	if (office == NULL)
		return FAIL(E_NOT_FOUND, "contract");
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "id", office->id));
	TRY(json_set_text(object, "name", office->name));
	TRY(SET_WORDS(object, "organizationNames", office->organization,
		office->organization_count));
	TRY(SET_WORDS(object, "organizationIdentifiers", office->organization_identifier,
		office->identifier_count));
	TRY(SET_WORDS(object, "mailDomains", office->mail_domain, office->domain_count));
	TRY(json_set_int(object, "validityMax", office->validity_max_s));
	if (office->quota_per_month > 0)
		TRY(json_set_int(object, "quotaPerMonth", office->quota_per_month));
	TRY(json_set_int(object, "receiptWithin", call->lra->conf->receipt_s));
	if (call->lra->conf->subscriber_origin[0] != 0)
		TRY(json_set_int(object, "pickupWithin", call->lra->conf->pickup_s));
	TRY(set_profiles(object, call->lra, office));
	TRY(set_events(object, call->roles));
	TRY(set_clerks(object, call));
	return json_write_pretty(object, &response->body);
}

/* ---- the identity rules */

static RESULT add_words(struct json *row, const char *name, uint32_t set, size_t count,
	const char *(*word)(size_t bit))
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t bit = 0; bit < count; bit++)
		if ((set & 1u << bit) != 0)
			TRY(json_append_text(array, word(bit)));
	return json_set(row, name, MOVE(array));
}

static const char *method_word(size_t bit)
{
	return identity_method_name((enum identity_method)bit);
}

/* What a paper can prove: attributes of the subject first, then general names, as one list. */
static const char *claim_word(size_t bit)
{
	return bit < NAME_TYPE_COUNT ? name_kind((enum name_type)bit)->name
				     : general_name_word((enum general_name_type)(
					       bit - NAME_TYPE_COUNT));
}

static RESULT document_row(const struct identity_document *document, struct json **out)
{
	AUTO(json_free) struct json *row = NULL;
	TRY(json_new_object(&row));
	TRY(json_set_text(row, "kind", document->kind));
	TRY(json_set_text(row, "name", document->name));
	TRY(json_set_text(row, "nameJa", document->name_ja));
	if (document->from[0] != 0)
		TRY(json_set_text(row, "from", document->from));
	if (document->until[0] != 0)
		TRY(json_set_text(row, "until", document->until));
	TRY(add_words(row, "methods", document->methods, METHOD_COUNT, method_word));
	TRY(json_set_bool(row, "photo", document->photo));
	TRY(json_set_int(row, "counts", document->counts));
	TRY(json_set_bool(row, "needsIssuedOn", document->needs_issued_on));
	TRY(json_set_bool(row, "needsValidUntil", document->needs_valid_until));
	if (document->issued_within_months > 0)
		TRY(json_set_int(row, "issuedWithinMonths",
			document->issued_within_months));
	TRY(add_words(row, "proves",
		document->proves_subject | document->proves_san << NAME_TYPE_COUNT,
		NAME_TYPE_COUNT + GENERAL_NAME_TYPE_COUNT, claim_word));
	*out = MOVE(row);
	return OK;
}

static RESULT do_get_identity_rules(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	const struct identity_rules *next = NULL, *rules = NULL;
	(void)request;
	if (call->lra->identity != NULL)
		rules = identity_set_at(call->lra->identity, call->now, &next);
	if (rules == NULL)
		return FAIL(E_NOT_FOUND, "identity rules");
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "rules", rules->name));
	TRY(json_set_text(object, "from", rules->from));
	TRY(json_set_hex(object, "sha256", BLOB(rules->sha256)));
	if (next != NULL)
		TRY(json_set_text(object, "nextFrom", next->from));
	TRY(json_set_int(object, "needed", rules->needed));
	TRY(json_new_array(&array));
	for (size_t i = 0; i < rules->count; i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(document_row(&rules->document[i], &row));
		TRY(json_append(array, MOVE(row)));
	}
	TRY(json_set(object, "documents", MOVE(array)));
	return json_write_pretty(object, &response->body);
}

/* ---- the preview */

static RESULT set_faults(struct json *object, const struct faults *faults)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(fault_json_new(faults, &array));
	return json_set(object, "faults", MOVE(array));
}

static RESULT set_names(struct json *object, const struct general_names *names)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < names->count; i++) {
		AUTO(buf_clear) struct buf text = BUF(LIMIT_JSON);
		AUTO(json_free) struct json *row = NULL;
		const struct general_name *name = &names->item[i];
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "type", general_name_word(name->type)));
		if (name->type == GENERAL_NAME_DIRECTORY)
			TRY(name_text(&names->directory, &text));
		else
			TRY(buf_append_text(&text, name->value));
		TRY(json_set_text(row, "value", buf_text(&text)));
		TRY(json_append(array, MOVE(row)));
	}
	return json_set(object, "subjectAltName", MOVE(array));
}

static RESULT do_post_preview(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *answer = NULL;
	AUTO(json_free) struct json *repairs = NULL;
	AUTO(json_free) struct json *duplicates = NULL;
	AUTO(json_free) struct json *corporate = NULL;
	AUTO(lra_form_free) struct lra_form *form = NULL;
	struct lra_preview preview;
	TRY(lra_form_new(&form));
	TRY(json_parse(request->body, &object));
	TRY(lra_form_read(object, form, call->faults));
	TRY(lra_preview(call, form, &preview));
	TRY(json_new_object(&answer));
	TRY(json_set_text(answer, "subjectText", preview.subject));
	TRY(set_names(answer, &preview.content.subject_alt_name));
	TRY(json_set_time(answer, "notAfter", preview.not_after));
	TRY(answer_repairs(form, &repairs));
	TRY(json_set(answer, "normalised", MOVE(repairs)));
	TRY(set_faults(answer, call->faults));
	TRY(duplicates_of_form(call, form, &preview.content, &duplicates));
	TRY(json_set(answer, "duplicates", MOVE(duplicates)));
	TRY(form_kana_answer(&form->kana, answer));
	TRY(corporate_examine(call, call->person->lra, &preview.content, &corporate));
	TRY(json_set(answer, "corporateRegister", MOVE(corporate)));
	TRY(json_write_pretty(answer, &response->body));
	/* What is wrong with the form is what was asked for, not a refusal. */
	call->faults->count = 0;
	return OK;
}

LRA_HANDLER(get_office)
LRA_HANDLER(get_identity_rules)
LRA_HANDLER(post_preview)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET",  "/v1/office",  READER, MEDIA_NONE, 0,         get_office,
	  "What this LRA may ask for, and the events that end a certificate" },
	{ "GET",  "/v1/identity-rules", READER, MEDIA_NONE, 0,  get_identity_rules,
	  "The identity rules in force" },
	{ "POST", "/v1/preview", CLERK,  MEDIA_JSON, 128 * KIB, post_preview,
	  "What an application would become, without receiving it" },
};
/* clang-format on */
const struct lra_route_set lra_routes_office = { routes, COUNT(routes) };
