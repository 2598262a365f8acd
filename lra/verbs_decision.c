/* verbs_decision: statements that a person reads, signs and sends. */
#include "common/base/limits.h"
#include "common/pki/cert.h"
#include "lra/session.h"
#include "lra/verbs.h"

/* ---- many, by one signature */

/* How many of the cases were not decided on, each told with its reason. */
static RESULT tell_cases(struct command_call *call, const struct json *answer,
	size_t *refused)
{
	const struct json *cases;
	TRY(json_get_array(answer, "cases", &cases));
	*refused = 0;
	for (size_t i = 0; i < json_count(cases); i++) {
		const struct json *one = json_at(cases, i), *refusal, *faults;
		const char *receipt, *state, *reason = "";
		TRY(json_get_text(one, "receiptNumber", &receipt));
		TRY(json_get_text_or(one, "state", NULL, &state));
		if (state == NULL) {
			(*refused)++;
			TRY(json_get_object(one, "refusal", &refusal));
			TRY(json_get_array(refusal, "faults", &faults));
			TRY(json_get_text(json_count(faults) > 0 ? json_at(faults, 0)
								 : refusal,
				command_say(call, "message_en", "message_ja"), &reason));
		}
		if (!call->json)
			printf("%s  %s%s\n", receipt, state == NULL ? "" : state, reason);
	}
	return OK;
}

static RESULT decide_many(struct command_call *call, const char *kind)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *receipts = NULL;
	AUTO(json_free) struct json *asked = NULL;
	AUTO(json_free) struct json *answer = NULL;
	size_t refused;
	char name[96];
	TRY(session_receipts(call, &receipts));
	snprintf(name, sizeof name, "%zu-%s", json_count(receipts), kind);
	TRY(json_new_object(&asked));
	TRY(json_set_text(asked, "decision", kind));
	TRY(json_set(asked, "receiptNumbers", MOVE(receipts)));
	TRY(session_open(call, &session));
	const struct session_signing signing = { .statement_path =
							 "/v1/decisions/statement",
		.post_path = "/v1/decisions",
		.name = name,
		.certificate_file = session.settings.sign_certificate,
		.key_file = session.settings.sign_key,
		.asked = asked };
	TRY(session_sign(&session, &signing, &raw, &answer));
	if (call->json)
		fputs(buf_text(&raw), stdout);
	TRY(tell_cases(call, answer, &refused));
	if (refused > 0)
		call->exit = COMMAND_NO;
	return OK;
}

/* ---- one */

static RESULT decide(struct command_call *call, const char *kind, const char *next)
{
	if (call->argument_count != 1 || command_text(call, "list") != NULL)
		return decide_many(call, kind);
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	char fetch[128], post[128], name[96];
	const char *receipt = call->argument[0];
	TRY(session_open(call, &session));
	snprintf(fetch, sizeof fetch, "/v1/applications/%.40s/statements/%s", receipt,
		kind);
	snprintf(post, sizeof post, "/v1/applications/%.40s/decisions", receipt);
	snprintf(name, sizeof name, "%.40s-%s", receipt, kind);
	const struct session_signing signing = { .statement_path = fetch,
		.post_path = post,
		.name = name,
		.certificate_file = session.settings.sign_certificate,
		.key_file = session.settings.sign_key };
	TRY(session_sign(&session, &signing, &raw, &answer));
	command_next(call, next, receipt);
	return session_print_state(call, &raw, answer);
}

RESULT verb_identify(struct command_call *call)
{
	return decide(call, "identify", "inkan lra approve %s");
}

RESULT verb_approve(struct command_call *call)
{
	return decide(call, "approve", "inkan lra show %s");
}

/* {"reason", "note" …} out of the options that were given. */
static RESULT set_option(struct command_call *call, struct json *object, const char *name,
	const char *option)
{
	const char *text = command_text(call, option);
	return text == NULL ? OK : json_set_text(object, name, text);
}

static RESULT send_small(struct command_call *call, const char *verb,
	const struct json *object)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf body = BUF(4 * KIB);
	AUTO(json_free) struct json *answer = NULL;
	char path[128];
	TRY(session_open(call, &session));
	TRY(json_write(object, &body));
	snprintf(path, sizeof path, "/v1/applications/%.40s/%s", call->argument[0], verb);
	TRY(session_ask(&session, "POST", path, buf_view(&body), &raw, &answer));
	return session_print_state(call, &raw, answer);
}

static RESULT turn(struct command_call *call, const char *verb)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(set_option(call, object, "reason", "reason"));
	if (strcmp(verb, "withdraw") != 0)
		TRY(set_option(call, object, "forApplicant", "for-applicant"));
	return send_small(call, verb, object);
}

RESULT verb_send_back(struct command_call *call)
{
	return turn(call, "send-back");
}

RESULT verb_reject(struct command_call *call)
{
	return turn(call, "reject");
}

RESULT verb_withdraw(struct command_call *call)
{
	return turn(call, "withdraw");
}

RESULT verb_hold(struct command_call *call)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(set_option(call, object, "reason", "reason"));
	TRY(set_option(call, object, "note", "note"));
	TRY(set_option(call, object, "resumer", "resumer"));
	TRY(set_option(call, object, "resumeOn", "until"));
	TRY(send_small(call, "hold", object));
	command_next(call, "inkan lra resume %s", call->argument[0]);
	return OK;
}

RESULT verb_resume(struct command_call *call)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	return send_small(call, "resume", object);
}

/* ---- revocation */

/* Percent-encoding (RFC 3986): everything but the unreserved characters. */
static RESULT append_encoded(struct buf *out, const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at != 0; at++) {
		bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
			     (*at >= '0' && *at <= '9') || strchr("-._~", *at) != NULL;
		TRY(plain ? buf_append(out, blob_make(at, 1))
			  : buf_append_format(out, "%%%02X", *at));
	}
	return OK;
}

/* Issuer and serial number: given, or of the certificate that the receipt number stands for. */
static RESULT find_certificate(struct session *session, struct buf *raw,
	char issuer[static 64], char serial[static SERIAL_TEXT])
{
	struct command_call *call = session->call;
	AUTO(json_free) struct json *answer = NULL;
	AUTO(buf_clear) struct buf der = BUF(LIMIT_CERT);
	struct cert cert;
	const char *text;
	char path[128];
	if (command_text(call, "issuer") != NULL &&
		command_text(call, "serial") != NULL) {
		struct serial given;
		TRY_IN(serial_from_hex(command_text(call, "serial"), &given), "--serial");
		serial_text(&given, serial);
		snprintf(issuer, 64, "%.40s", command_text(call, "issuer"));
		return OK;
	}
	if (call->argument_count == 0)
		return FAIL(E_INPUT, "RECEIPT, or --issuer and --serial");
	snprintf(path, sizeof path, "/v1/applications/%.40s/certificate",
		call->argument[0]);
	TRY(session_ask(session, "GET", path, BLOB_NONE, raw, &answer));
	TRY(json_get_text(answer, "issuer", &text));
	snprintf(issuer, 64, "%.40s", text);
	TRY(json_get_text(answer, "certificate", &text));
	TRY(cert_from_file(blob_text(text), &der));
	TRY(cert_parse(buf_view(&der), &cert));
	serial_text(&cert.serial_number, serial);
	return OK;
}

static RESULT tell_revocation(struct command_call *call, const struct buf *raw,
	const struct json *answer)
{
	const char *state, *time;
	if (call->json) {
		fputs(buf_text(raw), stdout);
		return OK;
	}
	TRY(json_get_text(answer, "state", &state));
	TRY(json_get_text_or(answer, strcmp(state, "asked") == 0 ? "dueAt" : "revokedAt",
		"", &time));
	printf("%s %s\n",
		strcmp(state, "asked") == 0
			? command_say(call, "asked; to be public before",
				  "受け付けました。公開期限:")
			: command_say(call, "revoked already, since", "失効済みです:"),
		time);
	return OK;
}

RESULT verb_revoke(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf fetch = BUF(2 * KIB);
	AUTO(json_free) struct json *answer = NULL;
	char issuer[64], serial[SERIAL_TEXT], name[128];
	const char *key = command_text(call, "sign-key"),
		   *certificate = command_text(call, "sign-certificate");
	TRY(session_open(call, &session));
	TRY(find_certificate(&session, &raw, issuer, serial));
	TRY(buf_append_format(&fetch,
		"/v1/revocations/statement?issuer=%s&serialNumber=%s&event=", issuer,
		serial));
	TRY(append_encoded(&fetch, command_text(call, "event")));
	TRY(buf_append_text(&fetch, "&requester="));
	TRY(append_encoded(&fetch, command_text(call, "requester")));
	TRY(session_add_query(&fetch, "suspectedSince",
		command_text(call, "suspected-since")));
	snprintf(name, sizeof name, "%s-%s-revoke", issuer, serial);
	const struct session_signing signing = { .statement_path = buf_text(&fetch),
		.post_path = "/v1/revocations",
		.name = name,
		.certificate_file = certificate != NULL
					    ? certificate
					    : session.settings.sign_certificate,
		.key_file = key != NULL ? key : session.settings.sign_key };
	TRY(session_sign(&session, &signing, &raw, &answer));
	return tell_revocation(call, &raw, answer);
}
