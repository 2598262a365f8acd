#include "lra/session.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/conf/conf.h"
#include "common/pki/cms.h"
#include "lra/key_file.h"

enum { TIMEOUT_S = 60 };

/* clang-format off */
static const struct conf_item items[] = {
	{ "url", CONF_TEXT, offsetof(struct session_settings, url), .required = true,
	  .help = "Address of the LRA." },
	{ "ca", CONF_TEXT, offsetof(struct session_settings, ca), .required = true,
	  .help = "PEM file of the CA that vouches for it; no other is trusted." },
	{ "auth.certificate", CONF_TEXT, offsetof(struct session_settings, auth_certificate), .required = true,
	  .help = "PEM file of your certificate to log in." },
	{ "auth.key", CONF_TEXT, offsetof(struct session_settings, auth_key), .required = true,
	  .help = "PEM file of its private key." },
	{ "sign.certificate", CONF_TEXT, offsetof(struct session_settings, sign_certificate), .fallback_text = "",
	  .help = "PEM file of your certificate to sign decisions." },
	{ "sign.key", CONF_TEXT, offsetof(struct session_settings, sign_key), .fallback_text = "",
	  .help = "PEM file of its private key." },
};
/* clang-format on */

RESULT session_describe(struct buf *out)
{
	return conf_describe(items, COUNT(items), out);
}

RESULT session_open(struct command_call *call, struct session *out)
{
	AUTO(conf_free) struct conf *conf = NULL;
	struct conf_faults faults = { .count = 0 };
	*out = (struct session){ .call = call };
	call->exit = COMMAND_CONFIG;
	TRY(conf_load(command_text(call, "config"), 64 * KIB, &conf));
	conf_read(conf, items, COUNT(items), NULL, &out->settings, &faults);
	for (size_t i = 0; i < faults.count; i++)
		fprintf(stderr, "%s\n", faults.text[i]);
	TRY(conf_result(&faults));
	call->exit = COMMAND_OK;
	const struct client_settings settings = { .base_url = out->settings.url,
		.ca_file = out->settings.ca,
		.certificate_file = out->settings.auth_certificate,
		.key_file = out->settings.auth_key,
		.timeout_s = TIMEOUT_S };
	return client_open(&settings, &out->client);
}

void session_close(struct session *session)
{
	client_close(session->client);
	conf_clear(items, COUNT(items), &session->settings);
	*session = (struct session){ .call = NULL };
}

/* ---- requests */

static const char *text_of(const struct json *object, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(object, name, "",
		&text)); /* an answer of another form has no words */
	return text;
}

static void tell_faults(const struct command_call *call, const struct json *answer)
{
	const struct json *faults, *row;
	if (err_is(json_get_array(answer, "faults", &faults)))
		return;
	for (size_t i = 0; (row = json_at(faults, i)) != NULL; i++)
		fprintf(stderr, "  %s: %s (%s) [%s %s]\n", text_of(row, "field"),
			text_of(row, call->japanese ? "message_ja" : "message_en"),
			text_of(row, "detail"), text_of(row, "clause"),
			text_of(row, "code"));
}

RESULT session_refusal(struct session *session, long status, const struct buf *raw)
{
	AUTO(json_free) struct json *answer = NULL;
	struct err err = json_parse(buf_view(raw), &answer);
	if (err_is(err))
		return FAIL(E_IO, "the LRA answered %ld, and no JSON", status);
	enum err_code code = err_code_by_name(text_of(answer, "name"));
	if (session->call->json)
		fputs(buf_text(raw), stdout);
	else
		tell_faults(session->call, answer);
	return FAIL(code == E_CODE_COUNT || code == E_NONE ? E_IO : code,
		"the LRA answered %ld (ref %s)", status, text_of(answer, "ref"));
}

RESULT session_send(struct session *session, const char *method, const char *path,
	const char *media_type, struct blob body, struct buf *raw, struct json **out)
{
	long status;
	buf_clear(raw);
	TRY(client_send(session->client, method, path, media_type, body, &status, raw));
	if (status < 200 || status > 299)
		return session_refusal(session, status, raw);
	return out == NULL ? OK : json_parse(buf_view(raw), out);
}

RESULT session_ask(struct session *session, const char *method, const char *path,
	struct blob body, struct buf *raw, struct json **out)
{
	return session_send(session, method, path,
		body.len > 0 ? "application/json" : NULL, body, raw, out);
}

RESULT session_read_file(const char *path, struct buf *out)
{
	char block[4096];
	ssize_t got;
	if (strcmp(path, "-") != 0)
		return file_read(path, out);
	while ((got = read(STDIN_FILENO, block, sizeof block)) > 0)
		TRY(buf_append(out, blob_make(block, (size_t)got)));
	return got < 0 ? FAIL(E_IO, "standard input") : OK;
}

/* ---- statements */

static RESULT show(struct command_call *call, struct blob statement)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf pretty = BUF(4 * LIMIT_STATEMENT);
	const struct json *content = NULL;
	TRY(json_parse(statement, &object));
	if (json_has(object, "content")) /* else it is a list: its text says of whom */
		TRY(json_get_object(object, "content", &content));
	TRY(json_write_pretty(content != NULL ? content : object, &pretty));
	fprintf(stderr, "%s\n%s\n%s\n",
		command_say(call, "You are about to sign:", "次の内容に署名します。"),
		text_of(object, "text"), buf_text(&pretty));
	return OK;
}

static RESULT ask(struct command_call *call)
{
	char line[16];
	if (command_has(call, "yes"))
		return OK;
	if (!call->interactive)
		return FAIL(E_INPUT,
			"nobody to ask; say --yes when the content is right");
	fputs(command_say(call,
		      "Sign it? Type yes: ", "署名しますか? yes と入力してください: "),
		stderr);
	if (fgets(line, sizeof line, stdin) == NULL || strcmp(line, "yes\n") != 0)
		return FAIL(E_INPUT, "not signed");
	return OK;
}

static RESULT sign(struct blob statement, const char *certificate_file,
	const char *key_file, struct buf *out)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	AUTO(buf_clear) struct buf certificate = BUF(LIMIT_CERT);
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct signing_key signing;
	struct blob signature;
	TRY(file_read(certificate_file, &file));
	TRY_IN(cert_from_file(buf_view(&file), &certificate), "%s", certificate_file);
	TRY(key_file_read(key_file, &key));
	TRY(signature_software_key(key, &signing));
	TRY(cms_sign(statement, buf_view(&certificate), clock_now(), &signing, &w));
	TRY(der_finish(&w, &signature));
	return buf_append(out, signature);
}

/* R-LRA-04: what was signed can be verified by other tools for ever: openssl cms -verify. */
static RESULT keep(const struct command_call *call, const char *name,
	struct blob statement, struct blob signature)
{
	const char *folder = command_text(call, "keep");
	char path[4096];
	if (folder == NULL)
		return OK;
	snprintf(path, sizeof path, "%.3000s/%.200s.json", folder, name);
	TRY(file_write(path, statement, 0644));
	snprintf(path, sizeof path, "%.3000s/%.200s.p7s", folder, name);
	return file_write(path, signature, 0644);
}

static RESULT decision_body(const struct session_signing *signing, struct blob statement,
	struct blob signature, struct buf *out)
{
	const struct json *receipts;
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "form", "cms"));
	TRY(json_set_base64(object, "statement", statement));
	TRY(json_set_base64(object, "signature", signature));
	if (signing->asked != NULL) {
		TRY(json_get_array(signing->asked, "receiptNumbers", &receipts));
		TRY(json_set_copy(object, "receiptNumbers", receipts));
	}
	return json_write(object, out);
}

RESULT session_sign(struct session *session, const struct session_signing *signing,
	struct buf *raw, struct json **answer)
{
	AUTO(json_free) struct json *fetched = NULL;
	AUTO(buf_clear) struct buf statement = BUF(LIMIT_STATEMENT);
	AUTO(buf_clear) struct buf signature = BUF(LIMIT_CMS);
	AUTO(buf_clear) struct buf body = BUF(LIMIT_JSON);
	if (signing->certificate_file == NULL || signing->certificate_file[0] == 0 ||
		signing->key_file == NULL || signing->key_file[0] == 0)
		return FAIL(E_INPUT,
			"sign.certificate and sign.key are missing in the settings");
	if (signing->asked != NULL)
		TRY(json_write(signing->asked, &body));
	TRY(session_ask(session, signing->asked != NULL ? "POST" : "GET",
		signing->statement_path, buf_view(&body), raw, &fetched));
	buf_clear(&body);
	body = BUF(LIMIT_JSON);
	TRY(json_get_base64(fetched, "statement", &statement));
	if (!session->call->json || session->call->interactive)
		TRY(show(session->call, buf_view(&statement)));
	TRY(ask(session->call));
	TRY(sign(buf_view(&statement), signing->certificate_file, signing->key_file,
		&signature));
	TRY(keep(session->call, signing->name, buf_view(&statement),
		buf_view(&signature)));
	TRY(decision_body(signing, buf_view(&statement), buf_view(&signature), &body));
	return session_ask(session, "POST", signing->post_path, buf_view(&body), raw,
		answer);
}

RESULT session_print_state(struct command_call *call, const struct buf *raw,
	const struct json *answer)
{
	const char *state;
	if (call->json) {
		fputs(buf_text(raw), stdout);
		return OK;
	}
	TRY(json_get_text(answer, "state", &state));
	puts(state);
	return OK;
}

/* ---- what several verbs share */

/* Receipt numbers of a file, one a line. */
static RESULT add_lines(const char *path, struct json *list)
{
	AUTO(buf_clear) struct buf file = BUF(LIMIT_JSON);
	char line[24];
	TRY(session_read_file(path, &file));
	for (const char *at = buf_text(&file); *at != 0;) {
		size_t len = strcspn(at, "\r\n");
		if (len >= sizeof line)
			return FAIL(E_INPUT, "%.200s: not a receipt number a line", path);
		memcpy(line, at, len);
		line[len] = 0;
		if (len > 0)
			TRY(json_append_text(list, line));
		at += len + strspn(at + len, "\r\n");
	}
	return OK;
}

RESULT session_receipts(struct command_call *call, struct json **out)
{
	AUTO(json_free) struct json *list = NULL;
	TRY(json_new_array(&list));
	for (size_t i = 0; i < call->argument_count; i++)
		TRY(json_append_text(list, call->argument[i]));
	if (command_text(call, "list") != NULL)
		TRY(add_lines(command_text(call, "list"), list));
	*out = MOVE(list);
	return OK;
}

RESULT session_fetch(struct session *session, const char *path, FILE *to)
{
	AUTO(buf_clear) struct buf refusal = BUF(64 * KIB);
	long status;
	TRY(client_fetch(session->client, path, to, &status, &refusal));
	if (status != 200)
		return session_refusal(session, status, &refusal);
	return fflush(to) == 0 ? OK : FAIL(E_IO, "could not write");
}

RESULT session_fetch_file(struct session *session, const char *path, const char *name)
{
	FILE *to = fopen(name, "wxe");
	if (to == NULL)
		return FAIL(E_IO, "%.200s: exists, or cannot be made", name);
	struct err err = fchmod(fileno(to), 0600) == 0 ? session_fetch(session, path, to)
						       : FAIL(E_IO, "%.200s", name);
	if (fclose(to) != 0 && !err_is(err))
		err = FAIL(E_IO, "%.200s: could not write", name);
	if (err_is(err))
		unlink(name); /* half a file is none */
	return err;
}

RESULT session_add_query(struct buf *path, const char *name, const char *text)
{
	if (text == NULL || text[0] == 0)
		return OK;
	TRY(buf_append_format(path,
		"%s%s=", strchr(buf_text(path), '?') == NULL ? "?" : "&", name));
	for (const char *c = text; *c != 0; c++)
		TRY(buf_append_format(path, "%%%02X", (unsigned)(unsigned char)*c));
	return OK;
}
