#include "lra/guard.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/net/http_route.h"
#include "common/pki/csr.h"
#include "common/pki/number.h"
#include "common/pki/pem.h"

/* clang-format off */
static const struct fault_rule personal_number = { "personalNumber", "R-IDV-13",
	"This looks like an Individual Number (my number), which must never be kept: remove it. A number of a driving licence or"
	" of the company registry, which has twelve digits too, belongs into its own field: number of the evidence, or"
	" organizationIdentifier (NTRJP-).",
	"個人番号(マイナンバー)と思われる12桁の数字です。個人番号は保存できないため削除してください。運転免許証番号・会社法人等番号は"
	"専用の欄(証跡の番号、または organizationIdentifier の NTRJP-)に入力してください。" };
/* clang-format on */

enum { DER_CONSTRUCTED = 0x20 };

/* Where the walk is. Names of members are the sender's: a path is as long as fits, and holds no number. */
struct walk {
	struct faults *faults;
	char path[64];
	bool in_statement; /* its text is ours: it names the subject with its organizationIdentifier */
};

static void tell(const struct walk *walk, const char *field)
{
	faults_add(walk->faults, &personal_number, field[0] != 0 ? field : "body",
		"twelve digits whose check digit fits");
}

static bool is_suspect(const char *text)
{
	return individual_number_in_text(blob_text(text));
}

/* Digests, nonces, serial numbers: runs of digits among letters, by chance. */
static bool is_hex(const char *text)
{
	enum { HEX_LEAST = 16 };
	size_t len = strspn(text, "0123456789abcdefABCDEF");
	return len >= HEX_LEAST && text[len] == 0;
}

/* ---- numbers of other registers in their own fields */

static bool is_digits(const char *text, size_t count)
{
	return strlen(text) == count && strspn(text, "0123456789") == count;
}

static bool is_licence_number(const char *text)
{
	return is_digits(text, 12);
}

/* 会社法人等番号, or 法人番号, which is that behind a check digit. */
static bool is_registry_number(const char *text)
{
	return is_digits(text, 12) || corporate_number_valid(text);
}

/* clang-format off */
static const struct {
	const char *kind;
	bool (*fits)(const char *text);
} paper_numbers[] = {
	{ "driverLicence",            is_licence_number },
	{ "drivingHistoryCertificate", is_licence_number },
	{ "corporateRegister",        is_registry_number },
};
/* clang-format on */

bool lra_guard_paper_number(const char *kind, const char *number)
{
	for (size_t i = 0; i < COUNT(paper_numbers); i++)
		if (strcmp(paper_numbers[i].kind, kind) == 0)
			return number[0] == 0 || paper_numbers[i].fits(number);
	return !is_suspect(number);
}

static bool is_organization_identifier(const char *text)
{
	return organization_identifier_check(text, NULL) == ORGANIZATION_IDENTIFIER_GOOD;
}

static const char *sibling(const struct json *owner, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(owner, name, "", &text)); /* another type is no word */
	return text;
}

static bool fits_identifier(const struct json *owner, const char *text)
{
	(void)owner;
	return is_organization_identifier(text);
}

static bool fits_pair(const struct json *owner, const char *text)
{
	return strcmp(sibling(owner, "type"), "organizationIdentifier") == 0 &&
	       is_organization_identifier(text);
}

static bool fits_paper(const struct json *owner, const char *text)
{
	return lra_guard_paper_number(sibling(owner, "kind"), text);
}

/* The typed fields. owner: the object that has the member. */
/* clang-format off */
static const struct {
	const char *member;
	bool (*fits)(const struct json *owner, const char *text);
} typed_fields[] = {
	{ "organizationIdentifier", fits_identifier }, /* subject: { organizationIdentifier: … } */
	{ "value",                  fits_pair },       /* subject: [ { type: organizationIdentifier, value: … } ] */
	{ "number",                 fits_paper },      /* evidence: [ { kind: driverLicence, number: … } ] */
};
/* clang-format on */

static bool is_typed(const struct json *owner, const char *member, const char *text)
{
	for (size_t i = 0; i < COUNT(typed_fields); i++)
		if (strcmp(typed_fields[i].member, member) == 0 &&
			typed_fields[i].fits(owner, text))
			return true;
	return false;
}

/* ---- texts that hold others */

/* A digest as it is read aloud, in groups of four: its length here, or 0. */
static size_t digest_here(const char *text)
{
	enum { GROUP = 4, GROUPS_LEAST = 5 };
	size_t len = 0, groups = 0;
	while (strspn(text + len, "0123456789abcdef") == GROUP) {
		groups++;
		len += GROUP;
		if (text[len] != ' ')
			break;
		len++;
	}
	return groups >= GROUPS_LEAST ? len : 0;
}

static size_t identifier_here(const char *text)
{
	static const char name[] = "=NTRJP-";
	size_t len = strlen(name);
	return strncmp(text, name, len) == 0 ? len + strspn(text + len, "0123456789") : 0;
}

/* The words of a statement, without what they name the organisation or a passkey by. */
static bool is_suspect_statement_text(const char *text)
{
	AUTO(buf_clear) struct buf rest = BUF(LIMIT_JSON);
	for (const char *at = text; *at != 0;) {
		bool begins = at == text || at[-1] == ' ';
		size_t known = begins ? digest_here(at) : identifier_here(at);
		size_t len = known > 0 ? known : 1;
		if (err_is(buf_append(&rest,
			    known > 0 ? blob_text("=") : blob_make(at, 1))))
			return true;
		at += len;
	}
	return is_suspect(buf_text(&rest));
}

/* Names and addresses are texts; numbers and keys hold digits by chance, and a UTCTime has twelve of them. */
static bool is_der_text(uint8_t tag)
{
	return tag != DER_INTEGER && tag != DER_BIT_STRING && tag != DER_UTC_TIME &&
	       tag != DER_GENERALIZED_TIME;
}

/* Of certification requests, and of whatever else is DER. */
static bool der_is_suspect(struct blob der, int depth)
{
	uint8_t tag;
	struct blob content;
	while (depth < LIMIT_JSON_DEPTH && der.len > 0 &&
		!err_is(der_get_any(&der, &tag, &content))) {
		if ((tag & DER_CONSTRUCTED) != 0 || tag == DER_OCTET_STRING) {
			if (der_is_suspect(content, depth + 1))
				return true;
		} else if (is_der_text(tag) && individual_number_in_text(content)) {
			return true;
		}
	}
	return false;
}

static void walk_value(struct walk *walk, const struct json *owner, const char *member,
	const struct json *value);

/* R-LRA-04: statements come as the exact bytes that were signed. */
static void walk_decoded(struct walk *walk, const char *text)
{
	AUTO(buf_clear) struct buf bytes = BUF(LIMIT_JSON);
	AUTO(buf_clear) struct buf request = BUF(LIMIT_CSR);
	AUTO(json_free) struct json *inner = NULL;
	bool pem = strstr(text, "-----BEGIN") != NULL;
	if (err_is(pem ? buf_append_text(&bytes, text)
		       : base64_decode(blob_text(text), &bytes)))
		return;
	struct walk within = *walk;
	within.in_statement = true;
	if (!pem && !err_is(json_parse(buf_view(&bytes), &inner)))
		walk_value(&within, NULL, "", inner);
	else if (!err_is(csr_from_file(buf_view(&bytes), &request)) &&
		 der_is_suspect(buf_view(&request), 0))
		tell(walk, walk->path);
}

static void walk_text(struct walk *walk, const struct json *owner, const char *member,
	const char *text)
{
	if (is_hex(text) || (owner != NULL && is_typed(owner, member, text)))
		return;
	bool ours = walk->in_statement && strcmp(member, "text") == 0;
	if (ours ? is_suspect_statement_text(text) : is_suspect(text))
		tell(walk, walk->path);
	else
		walk_decoded(walk, text);
}

/* ---- the walk */

static void walk_member(void *context, const struct json *object, const char *name,
	const struct json *value)
{
	struct walk *walk = context;
	size_t len = strlen(walk->path);
	if (!is_hex(name) && is_suspect(name)) {
		tell(walk, walk->path);
		return;
	}
	snprintf(walk->path + len, sizeof walk->path - len, "%s%s", len == 0 ? "" : ".",
		name);
	walk_value(walk, object, name, value);
	walk->path[len] = 0;
}

static void walk_value(struct walk *walk, const struct json *owner, const char *member,
	const struct json *value)
{
	AUTO(buf_clear) struct buf number = BUF(32);
	size_t len = strlen(walk->path);
	const char *text = json_as_text(value);
	if (json_is_object(value)) {
		json_each(value, walk_member, walk);
	} else if (json_is_array(value)) {
		for (size_t i = 0; i < json_count(value); i++) {
			snprintf(walk->path + len, sizeof walk->path - len, "[%zu]", i);
			walk_value(walk, NULL, member, json_at(value, i));
			walk->path[len] = 0;
		}
	} else if (text != NULL) {
		walk_text(walk, owner, member, text);
	} else if (!err_is(json_write(value, &number)) && is_suspect(buf_text(&number))) {
		tell(walk, walk->path);
	}
}

void lra_guard_json(const struct json *value, struct faults *faults)
{
	struct walk walk = { .faults = faults };
	walk_value(&walk, NULL, "", value);
}

void lra_guard_text(const char *field, const char *text, struct faults *faults)
{
	struct walk walk = { .faults = faults };
	if (is_suspect(text))
		tell(&walk, field);
}

/* ---- requests */

static void check_target(const struct http_request *request, struct walk *walk)
{
	for (size_t i = 0; i < HTTP_PARAMETERS; i++)
		if (request->parameter[i] != NULL && !is_hex(request->parameter[i]) &&
			is_suspect(request->parameter[i]))
			tell(walk, "path");
}

static RESULT check_query(const char *query, struct walk *walk)
{
	while (*query != 0) {
		AUTO(buf_clear) struct buf part = BUF(HTTP_TARGET_MAX);
		size_t len = strcspn(query, "&");
		TRY(buf_append(&part, blob_make(query, len)));
		if (part.len > 0)
			TRY_IN(http_decode((char *)part.data, part.len, true), "query");
		const char *text = buf_text(&part), *value = strchr(text, '=');
		if (!is_hex(value == NULL ? text : value + 1) && is_suspect(text))
			tell(walk, "query");
		query += len + (query[len] == '&');
	}
	return OK;
}

static RESULT find_all(const struct http_request *request, struct faults *faults)
{
	AUTO(json_free) struct json *body = NULL;
	struct walk walk = { .faults = faults };
	check_target(request, &walk);
	TRY(check_query(request->query, &walk));
	if (request->body.len > 0 && request->route->media != MEDIA_BYTES) {
		TRY(json_parse(request->body, &body));
		lra_guard_json(body, faults);
	}
	return faults_result(faults, E_POLICY);
}

RESULT lra_guard(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct faults faults = { .count = 0 };
	(void)context;
	struct err err = find_all(request, &faults);
	if (faults.count == 0)
		return err;
	log_notice(&request->subject, "refused", "code", faults.row[0].code);
	response->status = err_kind(err.code)->http_status;
	TRY(http_faults_body(err.code, &faults, request->ref, &response->body));
	return err;
}
