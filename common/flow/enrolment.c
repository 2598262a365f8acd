#include "common/flow/enrolment.h"

#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/flow/decision_parts.h"

/* ---- contents */

RESULT enrolment_write(const struct enrolment *enrolment, struct buf *out)
{
	const struct webauthn_credential *credential = &enrolment->credential;
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_hex(object, "aaguid", BLOB(credential->aaguid)));
	TRY(json_set_text(object, "algorithm",
		webauthn_algorithm_name(credential->algorithm)));
	TRY(json_set_base64(object, "credential", webauthn_credential_id(credential)));
	TRY(json_set_text(object, "origin", enrolment->origin));
	TRY(json_set_text(object, "person", enrolment->person));
	TRY(json_set_base64(object, "publicKey", webauthn_credential_spki(credential)));
	TRY(json_set_text(object, "rpId", enrolment->rp_id));
	TRY(json_set_bool(object, "synced", credential->backup_eligible));
	TRY(json_set_time(object, "validFrom", enrolment->valid_from));
	return json_write(object, out);
}

static RESULT get_word(const struct json *object, const char *name, char *out,
	size_t size)
{
	const char *text;
	TRY(json_get_text(object, name, &text));
	TRY_IN(text_copy(text, out, size), "%s", name);
	return OK;
}

static RESULT read_credential(const struct json *object, struct webauthn_credential *out)
{
	AUTO(buf_clear) struct buf id = BUF(WEBAUTHN_ID_MAX);
	AUTO(buf_clear) struct buf spki = BUF(WEBAUTHN_SPKI_MAX);
	AUTO(buf_clear) struct buf aaguid = BUF(sizeof out->aaguid);
	const char *text;
	TRY(json_get_base64(object, "credential", &id));
	TRY(json_get_base64(object, "publicKey", &spki));
	TRY(webauthn_credential_load(buf_view(&id), buf_view(&spki), 0, out));
	TRY(json_get_text(object, "algorithm", &text));
	if (webauthn_algorithm_by_name(text) != out->algorithm)
		return FAIL(E_INPUT, "algorithm: not that of the key");
	TRY(json_get_text(object, "aaguid", &text));
	TRY_IN(hex_decode(text, &aaguid), "aaguid");
	if (aaguid.len != sizeof out->aaguid)
		return FAIL(E_INPUT, "aaguid: %zu octets", aaguid.len);
	memcpy(out->aaguid, aaguid.data, aaguid.len);
	return json_get_bool(object, "synced", &out->backup_eligible);
}

RESULT enrolment_parse(struct blob content, struct enrolment *out)
{
	static const char *const members[] = { "aaguid", "algorithm", "credential",
		"origin", "person", "publicKey", "rpId", "synced", "validFrom", NULL };
	AUTO(json_free) struct json *object = NULL;
	struct enrolment enrolment = { .valid_from = 0 };
	const char *text;
	TRY_IN(json_parse(content, &object), "enrolment");
	TRY_IN(json_only(object, members), "enrolment");
	TRY_IN(get_word(object, "person", enrolment.person, sizeof enrolment.person),
		"enrolment");
	TRY_IN(get_word(object, "rpId", enrolment.rp_id, sizeof enrolment.rp_id),
		"enrolment");
	TRY_IN(get_word(object, "origin", enrolment.origin, sizeof enrolment.origin),
		"enrolment");
	const struct webauthn_party party = { enrolment.rp_id, enrolment.origin };
	TRY_IN(webauthn_party_check(&party), "enrolment");
	TRY_IN(read_credential(object, &enrolment.credential), "enrolment");
	TRY_IN(json_get_text(object, "validFrom", &text), "enrolment");
	TRY_IN(clock_parse(text, &enrolment.valid_from), "validFrom");
	*out = enrolment;
	return OK;
}

RESULT enrolment_write_end(struct blob credential_id, const char *person, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_base64(object, "credential", credential_id));
	TRY(json_set_text(object, "person", person));
	return json_write(object, out);
}

static RESULT parse_end(struct blob content, struct enrolment *out)
{
	static const char *const members[] = { "credential", "person", NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf id = BUF(WEBAUTHN_ID_MAX);
	struct enrolment enrolment = { .valid_from = 0 };
	TRY_IN(json_parse(content, &object), "end");
	TRY_IN(json_only(object, members), "end");
	TRY_IN(get_word(object, "person", enrolment.person, sizeof enrolment.person),
		"end");
	TRY_IN(json_get_base64(object, "credential", &id), "end");
	if (id.len == 0)
		return FAIL(E_INPUT, "credential: empty");
	memcpy(enrolment.credential.id, id.data, id.len);
	enrolment.credential.id_len = id.len;
	*out = enrolment;
	return OK;
}

RESULT enrolment_fingerprint(const struct enrolment *enrolment,
	char out[static ENROLMENT_FINGERPRINT])
{
	enum { GROUPS = 5 };
	AUTO(buf_clear) struct buf content = BUF(LIMIT_STATEMENT);
	uint8_t digest[32];
	TRY(enrolment_write(enrolment, &content));
	SHA256(content.data, content.len, digest);
	for (size_t i = 0; i < GROUPS; i++)
		snprintf(out + 5 * i, 6, "%02x%02x%s", digest[2 * i], digest[2 * i + 1],
			i + 1 < GROUPS ? " " : "");
	return OK;
}

/* ---- papers */

void enrolment_papers_clear(struct enrolment_papers *papers)
{
	for (size_t i = 0; i < papers->count; i++)
		decision_clear(&papers->paper[i]);
	papers->count = 0;
}

RESULT enrolment_papers_add(struct enrolment_papers *papers, const char *form,
	struct blob statement, struct blob signature)
{
	AUTO(decision_clear) struct decision paper = DECISION;
	if (papers->count == ENROLMENT_PAPERS)
		return FAIL(E_INPUT, "more than %d papers about one passkey",
			ENROLMENT_PAPERS);
	TRY_IN(text_copy(form, paper.form, sizeof paper.form), "form");
	TRY(buf_append(&paper.statement, statement));
	TRY(buf_append(&paper.signature, signature));
	papers->paper[papers->count++] = paper;
	paper = DECISION;
	return OK;
}

/* R-ACC-02: an administrator of the same LRA, in force when he signed; for himself he may only end. */
static RESULT check_administrator(const struct trust *trust,
	const struct statement *statement, const struct enrolment *content,
	const struct decision_signer *signer)
{
	const struct roster_person *who = signer->person;
	const struct roster_person *whose = roster_person(trust->roster, content->person);
	if (who == NULL || whose == NULL)
		return FAIL(E_DENIED, "%s: not a person of the roster",
			who == NULL ? statement->person : content->person);
	if (who == whose)
		return statement->kind == DECISION_DISENROL
			       ? OK
			       : FAIL(E_DENIED, "%s: about his own passkey", who->id);
	if ((who->roles & ROLE_LRA_ADMIN) == 0 || strcmp(who->lra, whose->lra) != 0)
		return FAIL(E_DENIED, "%s: no administrator of %s", who->id, whose->lra);
	return roster_in_force(trust->roster, who, statement->at);
}

static RESULT judge_paper(const struct judging *judging, const struct decision *paper,
	struct statement *statement, struct enrolment *content,
	struct decision_signer *signer)
{
	struct judging deeper = *judging;
	deeper.standing = true;
	deeper.depth++;
	TRY(decision_judge(&deeper, paper, statement, signer));
	switch (statement->kind) {
	case DECISION_ENROL:
		TRY(enrolment_parse(buf_view(&statement->content), content));
		break;
	case DECISION_DISENROL:
		TRY(parse_end(buf_view(&statement->content), content));
		break;
	case DECISION_IDENTIFY:
	case DECISION_APPROVE:
	case DECISION_BIND_KEY:
	case DECISION_CONFIRM:
	case DECISION_REVOKE:
	case DECISION_IMPORT:
	case DECISION_KIND_COUNT:
		return FAIL(E_DENIED, "%s: not about a passkey",
			decision_kind_name(statement->kind));
	}
	return check_administrator(judging->trust, statement, content, signer);
}

RESULT enrolment_judge_paper(const struct trust *trust, const struct decision *paper,
	int64_t now, struct statement *statement, struct enrolment *content,
	struct decision_signer *signer)
{
	const struct judging judging = { .trust = trust, .now = now };
	return judge_paper(&judging, paper, statement, content, signer);
}

/* ---- what the papers say together */

/* One paper that holds. */
struct held {
	enum decision_kind kind;
	const struct roster_person *by;
	int64_t at;
	uint8_t digest[32]; /* of the content */
	struct enrolment content;
};

/* Papers that do not hold are as if they were not there: whoever holds the registry may put any number of them. */
static RESULT hold(const struct judging *judging, struct blob credential_id,
	const struct decision *paper, struct held *out, bool *holds)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct decision_signer signer;
	*holds = false;
	struct err err = judge_paper(judging, paper, &statement, &out->content, &signer);
	if (err_is_passing(err))
		return err;
	if (err_is(err) || !blob_equal(webauthn_credential_id(&out->content.credential),
				   credential_id))
		return OK;
	out->kind = statement.kind;
	out->by = signer.person;
	out->at = statement.at;
	SHA256(statement.content.data, statement.content.len, out->digest);
	*holds = true;
	return OK;
}

static bool says_same(const struct held *held, const struct held *one, int64_t at)
{
	return held->kind == DECISION_ENROL && held->at <= at &&
	       memcmp(held->digest, one->digest, 32) == 0;
}

/* How many administrators said the same as this one up to a time; one who said it twice is one. */
static size_t count_same(const struct held *held, size_t count, const struct held *one,
	int64_t at)
{
	size_t same = 0;
	for (size_t i = 0; i < count; i++) {
		bool counts = says_same(&held[i], one, at);
		for (size_t j = 0; counts && j < i; j++)
			counts =
				!says_same(&held[j], one, at) || held[j].by != held[i].by;
		same += counts;
	}
	return same;
}

static RESULT conclude(const struct held *held, size_t count, int64_t at,
	struct enrolment *out)
{
	const struct held *found = NULL;
	for (size_t i = 0; i < count; i++)
		if (held[i].kind == DECISION_ENROL && found == NULL &&
			count_same(held, count, &held[i], at) >= ENROLMENT_ADMINISTRATORS)
			found = &held[i];
	if (found == NULL || at < found->content.valid_from)
		return FAIL(E_DENIED, "passkey: not enrolled by %d administrators",
			ENROLMENT_ADMINISTRATORS);
	for (size_t i = 0; i < count; i++)
		if (held[i].kind == DECISION_DISENROL && held[i].at <= at &&
			strcmp(held[i].content.person, found->content.person) == 0)
			return FAIL(E_DENIED, "passkey: no longer enrolled");
	*out = found->content;
	return OK;
}

RESULT enrolment_find_at(const struct judging *judging, struct blob credential_id,
	int64_t at, struct enrolment *out)
{
	AUTO(enrolment_papers_clear) struct enrolment_papers papers = { .count = 0 };
	struct held held[ENROLMENT_PAPERS];
	size_t count = 0;
	if (judging->trust->papers == NULL)
		return FAIL(E_DENIED, "passkey: not taken here");
	if (judging->depth >= JUDGING_DEPTH)
		return FAIL(E_DENIED, "passkey: enrolled by passkeys, %d deep",
			JUDGING_DEPTH);
	TRY(judging->trust->papers(judging->trust->context, credential_id, &papers));
	for (size_t i = 0; i < papers.count; i++) {
		bool holds;
		TRY(hold(judging, credential_id, &papers.paper[i], &held[count], &holds));
		count += holds;
	}
	return conclude(held, count, at, out);
}

RESULT enrolment_find(const struct trust *trust, struct blob credential_id, int64_t now,
	struct enrolment *out)
{
	const struct judging judging = { .trust = trust, .now = now };
	return enrolment_find_at(&judging, credential_id, now, out);
}
