/* verbs_passkey: an administrator's part of passkeys: codes, who has which, and the signatures that enrol and end them. */
#include "common/base/limits.h"
#include "lra/session.h"
#include "lra/verbs.h"

static const char *text_of(const struct json *object, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(object, name, "", &text)); /* shown as nothing */
	return text;
}

RESULT verb_passkey_invite(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf body = BUF(KIB);
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *answer = NULL;
	TRY(session_open(call, &session));
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "person", call->argument[0]));
	TRY(json_write(object, &body));
	TRY(session_ask(&session, "POST", "/v1/enrolment-codes", buf_view(&body), &raw,
		&answer));
	if (call->json) {
		fputs(buf_text(&raw), stdout);
		return OK;
	}
	printf("%s\n", text_of(answer, "code"));
	fprintf(stderr, "%s %s\n",
		command_say(call, "good once, before", "1回限り有効、期限:"),
		text_of(answer, "expiresAt"));
	command_next(call, "inkan lra passkey list");
	return OK;
}

/* "mori, ogawa" of those who signed a kind; a dash for nobody. */
static RESULT name_signers(const struct json *passkey, const char *kind, struct buf *out)
{
	const struct json *list, *row;
	TRY(json_get_array(passkey, "signed", &list));
	for (size_t i = 0; (row = json_at(list, i)) != NULL; i++)
		if (strcmp(text_of(row, "kind"), kind) == 0)
			TRY(buf_append_format(out, "%s%s", out->len == 0 ? "" : ", ",
				text_of(row, "person")));
	return out->len == 0 ? buf_append_text(out, "-") : OK;
}

static RESULT print_passkey(const struct command_call *call, const struct json *passkey)
{
	AUTO(buf_clear) struct buf enrolled = BUF(4 * KIB);
	AUTO(buf_clear) struct buf ended = BUF(4 * KIB);
	int64_t id;
	bool in_force;
	TRY(json_get_int(passkey, "id", &id));
	TRY(json_get_bool(passkey, "inForce", &in_force));
	TRY(name_signers(passkey, "enrol", &enrolled));
	TRY(name_signers(passkey, "disenrol", &ended));
	printf("%6lld %-12s %-24s %-10s %s: %s", (long long)id,
		text_of(passkey, "person"), text_of(passkey, "fingerprint"),
		in_force ? command_say(call, "in force", "有効")
			 : command_say(call, "not in force", "無効"),
		command_say(call, "enrolled by", "登録署名"), buf_text(&enrolled));
	if (strcmp(buf_text(&ended), "-") != 0)
		printf("; %s: %s", command_say(call, "ended by", "抹消署名"),
			buf_text(&ended));
	putchar('\n');
	return OK;
}

RESULT verb_passkey_list(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
	AUTO(json_free) struct json *answer = NULL;
	const struct json *list, *row;
	size_t count = 0;
	TRY(session_open(call, &session));
	TRY(session_ask(&session, "GET", "/v1/passkeys", BLOB_NONE, &raw, &answer));
	TRY(json_get_array(answer, "passkeys", &list));
	if (call->json)
		fputs(buf_text(&raw), stdout);
	for (; (row = json_at(list, count)) != NULL; count++)
		if (!call->json)
			TRY(print_passkey(call, row));
	if (count == 0)
		call->exit = COMMAND_NO;
	return OK;
}

static RESULT sign(struct command_call *call, const char *kind)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	char fetch[96], post[96], name[64];
	const char *id = call->argument[0];
	TRY(session_open(call, &session));
	snprintf(fetch, sizeof fetch, "/v1/passkeys/%.20s/statements/%s", id, kind);
	snprintf(post, sizeof post, "/v1/passkeys/%.20s/decisions", id);
	snprintf(name, sizeof name, "passkey-%.20s-%s", id, kind);
	const struct session_signing signing = { .statement_path = fetch,
		.post_path = post,
		.name = name,
		.certificate_file = session.settings.sign_certificate,
		.key_file = session.settings.sign_key };
	TRY(session_sign(&session, &signing, &raw, &answer));
	if (!call->json)
		return print_passkey(call, answer);
	fputs(buf_text(&raw), stdout);
	return OK;
}

RESULT verb_passkey_enrol(struct command_call *call)
{
	return sign(call, "enrol");
}

RESULT verb_passkey_end(struct command_call *call)
{
	return sign(call, "disenrol");
}
