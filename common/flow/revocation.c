#include "common/flow/revocation.h"

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"

#define CLERK   ROLE_LRA_CLERK
#define GATEWAY ROLE_LRA_GATEWAY
#define HOLDER  (ROLE_SUBSCRIBER | GATEWAY)

/*
 * R-REV-02: what is due within 24 hours and what within 5 days (BR 4.9.1.1, SBR 4.9.1). R-REV-07: the holder is never
 * offered privilegeWithdrawn. R-REV-15: death, end of affiliation, dissolution and dead mailboxes are events of their own. The gateway
 * reports what a holder told the subscribers' pages by TLS or pass phrase, which give no signature: it may only revoke, and only
 * certificates of its own LRA.
 */
/* clang-format off */
static const struct revocation_event events[] = { /* event, reason, who, who by contract only, due, en, ja */
	{ "lostDevice",       REASON_KEY_COMPROMISE,         CLERK | HOLDER,  0,       1 * DAY, "Computer or medium lost or stolen",          "PC・媒体の紛失・盗難" },
	{ "pinExposed",       REASON_KEY_COMPROMISE,         CLERK | HOLDER,  0,       1 * DAY, "PIN or pass phrase became known",            "PIN・パスワードの漏えい" },
	{ "keyExposed",       REASON_KEY_COMPROMISE,         CLERK | HOLDER,  0,       1 * DAY, "Private key became known to others",         "秘密鍵の漏えい" },
	{ "weakKey",          REASON_KEY_COMPROMISE,         CLERK,           0,       1 * DAY, "The key can be computed from the certificate", "脆弱な鍵" },
	{ "wish",             REASON_UNSPECIFIED,            CLERK | HOLDER,  0,       1 * DAY, "The holder wishes it, without a reason",     "利用者の申出(理由なし)" },
	{ "notAuthorized",    REASON_PRIVILEGE_WITHDRAWN,    CLERK,           0,       1 * DAY, "The application was not authorised",         "無権限の申込" },
	{ "misissued",        REASON_SUPERSEDED,             CLERK,           0,       1 * DAY, "Issued wrongly",                             "誤発行" },
	{ "mailboxDefunct",   REASON_SUPERSEDED,             CLERK | HOLDER,  0,       1 * DAY, "The mailbox or its domain is no longer theirs", "メールアドレス・ドメインの失効" },
	{ "keyLost",          REASON_SUPERSEDED,             CLERK | GATEWAY, 0,       1 * DAY, "The key was lost before it was handed over", "引き渡し前の鍵の喪失" },
	{ "left",             REASON_AFFILIATION_CHANGED,    CLERK | HOLDER,  0,       1 * DAY, "Left the organisation",                      "退職" },
	{ "changed",          REASON_AFFILIATION_CHANGED,    CLERK | HOLDER,  0,       5 * DAY, "Moved within the organisation, or changed name", "異動・改姓" },
	{ "died",             REASON_AFFILIATION_CHANGED,    CLERK,           0,       5 * DAY, "The holder has died",                        "死亡" },
	{ "mandateEnded",     REASON_AFFILIATION_CHANGED,    CLERK | HOLDER,  0,       5 * DAY, "The mandate has ended",                      "権限・委任の終了" },
	{ "dissolved",        REASON_CESSATION_OF_OPERATION, CLERK,           0,       5 * DAY, "The organisation was dissolved",             "組織の解散" },
	{ "unused",           REASON_CESSATION_OF_OPERATION, CLERK | HOLDER,  0,       5 * DAY, "No longer used",                             "利用終了" },
	{ "replaced",         REASON_SUPERSEDED,             CLERK | HOLDER,  0,       5 * DAY, "Replaced by another certificate",            "差替え" },
	{ "dataChanged",      REASON_SUPERSEDED,             CLERK | HOLDER,  0,       5 * DAY, "Something in the certificate is no longer right", "記載事項の変更" },
	{ "termsBroken",      REASON_PRIVILEGE_WITHDRAWN,    CLERK,           0,       5 * DAY, "The holder broke the agreement",             "規約違反" },
	{ "notReceived",      REASON_CESSATION_OF_OPERATION, CLERK,           GATEWAY, 1 * DAY, "Receipt was not confirmed in time",         "受領確認なし" },
};

static const struct fault_rule ahead = { "revocation.suspectedAhead", "RFC 5280 5.3.2",
	"The time since when the key is suspected lies in the future. Correct it.",
	"疑われる日時が未来になっています。正しい日時を入力してください。" };
static const struct fault_rule before = { "revocation.suspectedBefore", "RFC 5280 5.3.2",
	"The key was not certified yet at that time: the suspicion cannot begin before the certificate does.",
	"その日時には証明書がまだ有効ではありません。証明書の有効期間の開始より後の日時を入力してください。" };
/* clang-format on */

const struct revocation_event *revocation_events(size_t *count)
{
	*count = COUNT(events);
	return events;
}

const struct revocation_event *revocation_event_find(const char *word)
{
	for (size_t i = 0; i < COUNT(events); i++)
		if (strcmp(events[i].word, word) == 0)
			return &events[i];
	return NULL;
}

RESULT revocation_write(const struct revocation_request *request, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "application", request->application));
	TRY(json_set_text(object, "issuer", request->issuer));
	TRY(json_set_hex(object, "serialNumber", serial_view(&request->serial_number)));
	TRY(json_set_text(object, "event", request->event->word));
	TRY(json_set_text(object, "reason", reason_name(request->event->reason)));
	TRY(json_set_text(object, "requester", request->requester));
	if (request->invalidity_date != 0)
		TRY(json_set_time(object, "invalidityDate", request->invalidity_date));
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

static RESULT get_event(const struct json *object, const struct revocation_event **out)
{
	const char *word;
	TRY(json_get_text(object, "event", &word));
	const struct revocation_event *event = revocation_event_find(word);
	if (event == NULL)
		return FAIL(E_INPUT, "event: \"%.40s\" is none", word);
	TRY(json_get_text(object, "reason", &word));
	/* R-REV-07: nobody chooses a number of his own. */
	if (strcmp(word, reason_name(event->reason)) != 0)
		return FAIL(E_INPUT, "reason: \"%.40s\" is not that of %s", word,
			event->word);
	*out = event;
	return OK;
}

/* Other events have no key that somebody else could have used. */
static RESULT get_invalidity(const struct json *object, struct revocation_request *out)
{
	const char *text;
	TRY(json_get_text_or(object, "invalidityDate", NULL, &text));
	if (text == NULL)
		return OK;
	TRY_IN(clock_parse(text, &out->invalidity_date), "invalidityDate");
	return out->event->reason == REASON_KEY_COMPROMISE && out->invalidity_date > 0
		       ? OK
		       : FAIL(E_INPUT, "invalidityDate: not with %s", out->event->word);
}

RESULT revocation_parse(struct blob content, struct revocation_request *out)
{
	static const char *const members[] = { "application", "issuer", "serialNumber",
		"event", "reason", "requester", "invalidityDate", NULL };
	AUTO(json_free) struct json *object = NULL;
	struct revocation_request request = { .event = NULL };
	const char *serial;
	TRY(json_parse(content, &object));
	TRY(json_only(object, members));
	TRY(get_word(object, "application", request.application,
		sizeof request.application));
	TRY(get_word(object, "issuer", request.issuer, sizeof request.issuer));
	TRY(json_get_text(object, "serialNumber", &serial));
	TRY_IN(serial_from_hex(serial, &request.serial_number), "serialNumber");
	TRY(get_event(object, &request.event));
	TRY(get_word(object, "requester", request.requester, sizeof request.requester));
	TRY(get_invalidity(object, &request));
	*out = request;
	return OK;
}

const struct fault_rule *
revocation_invalidity_wrong(const struct revocation_request *request, int64_t not_before,
	int64_t now)
{
	int64_t at = request->invalidity_date;
	if (at == 0)
		return NULL;
	return at > now ? &ahead : at < not_before ? &before : NULL;
}

/* R-LRA-09: what a program may do by itself stands in its LRA's contract, which lies with the CA. */
static unsigned by_contract(const struct trust *trust,
	const struct revocation_event *event, const struct roster_component *component)
{
	const struct roster_lra *lra = roster_lra(trust->roster, component->lra);
	return lra != NULL && lra->revoke_unreceived ? event->by_contract : 0;
}

/* R-REV-04: who may report this about this certificate. */
static RESULT check_signer(const struct trust *trust,
	const struct revocation_request *request, const struct decision_signer *signer,
	int64_t now)
{
	unsigned roles = 0, allowed = request->event->roles;
	if (signer->person != NULL) {
		TRY(roster_in_force(trust->roster, signer->person, now));
		roles = signer->person->roles;
	} else if (signer->component != NULL) {
		roles = signer->component->role;
		allowed |= by_contract(trust, request->event, signer->component);
	} else {
		if (strcmp(signer->issuer->name, request->issuer) != 0 ||
			!blob_equal(serial_view(&signer->serial_number),
				serial_view(&request->serial_number)))
			return FAIL(E_DENIED, "certificate: not the signer's own");
		roles = ROLE_SUBSCRIBER;
	}
	if ((roles & allowed) == 0)
		return FAIL(E_DENIED, "event: %s is not for this role",
			request->event->word);
	return OK;
}

RESULT revocation_verify(const struct trust *trust, const struct decision *decision,
	int64_t now, struct revocation_request *out, struct decision_signer *signer)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct revocation_request request;
	struct decision_signer who;
	TRY(decision_verify(trust, decision, now, &statement, &who));
	if (statement.kind != DECISION_REVOKE)
		return FAIL(E_INPUT, "statement: not about a revocation");
	TRY_IN(revocation_parse(buf_view(&statement.content), &request), "content");
	TRY(check_signer(trust, &request, &who, now));
	*out = request;
	*signer = who;
	return OK;
}

const char *revocation_lra(const struct decision_signer *signer)
{
	if (signer->person != NULL)
		return signer->person->lra;
	return signer->component != NULL ? signer->component->lra : NULL;
}
