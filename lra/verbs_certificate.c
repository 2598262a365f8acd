/* verbs_certificate: handing over, PINs, receipts, and packing a key that the subscriber made. */
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/pki/cert.h"
#include "common/pki/pkcs12.h"
#include "lra/key_file.h"
#include "lra/session.h"
#include "lra/verbs.h"

/* To the file of --output, else to stdout. */
static RESULT put(struct command_call *call, struct blob bytes, unsigned mode)
{
	const char *path = command_text(call, "output");
	if (path != NULL) {
		TRY(file_write(path, bytes, mode));
		fprintf(stderr, "%s %s\n", command_say(call, "written:", "保存しました:"),
			path);
		return OK;
	}
	return fwrite(bytes.data, 1, bytes.len, stdout) == bytes.len
		       ? OK
		       : FAIL(E_IO, "standard output");
}

/* Certificate and chain of an answer, one PEM file. */
static RESULT put_certificate(struct command_call *call, const struct buf *raw,
	const struct json *answer)
{
	AUTO(buf_clear) struct buf pem = BUF(MIB);
	const char *certificate, *chain;
	if (call->json && command_text(call, "output") == NULL)
		return put(call, buf_view(raw), 0);
	TRY(json_get_text(answer, "certificate", &certificate));
	TRY(json_get_text(answer, "chain", &chain));
	TRY(buf_append_text(&pem, certificate));
	TRY(buf_append_text(&pem, chain));
	return put(call, buf_view(&pem), 0644);
}

static RESULT delivery_body(struct command_call *call, const char *form, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "form", form));
	TRY(json_set_text(object, "fileChannel", command_text(call, "file-channel")));
	if (command_text(call, "pin-channel") != NULL)
		TRY(json_set_text(object, "pinChannel",
			command_text(call, "pin-channel")));
	if (command_has(call, "pickup"))
		TRY(json_set_bool(object, "pickup", true));
	return json_write(object, out);
}

/* The link is shown once; whoever has it and the word on the PIN letter gets the file. */
static RESULT put_link(struct command_call *call, const struct buf *raw,
	const struct json *answer)
{
	const char *link, *until;
	if (call->json) {
		fputs(buf_text(raw), stdout);
		return OK;
	}
	TRY(json_get_text(answer, "link", &link));
	TRY(json_get_text(answer, "until", &until));
	puts(link);
	fprintf(stderr, "%s %s\n",
		command_say(call, "shown once; good for one download until:",
			"表示は1回限り・ダウンロードも1回限り。期限:"),
		until);
	command_next(call, "inkan lra pin-letter %s", call->argument[0]);
	return OK;
}

RESULT verb_deliver(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf body = BUF(4 * KIB);
	AUTO(buf_clear) struct buf pkcs12 = BUF(LIMIT_PKCS12);
	AUTO(json_free) struct json *answer = NULL;
	const char *form = command_text(call, "form");
	char path[128];
	bool pickup = command_has(call, "pickup");
	if (strcmp(form, "certificate") != 0 && !pickup &&
		command_text(call, "output") == NULL) {
		call->exit = COMMAND_USAGE;
		return FAIL(E_INPUT, "-o FILE is missing: the file is handed out once");
	}
	TRY(session_open(call, &session));
	TRY(delivery_body(call, form, &body));
	snprintf(path, sizeof path, "/v1/applications/%.40s/delivery", call->argument[0]);
	TRY(session_ask(&session, "POST", path, buf_view(&body), &raw, &answer));
	if (strcmp(form, "certificate") == 0)
		return put_certificate(call, &raw, answer);
	if (pickup)
		return put_link(call, &raw, answer);
	TRY(json_get_base64(answer, "pkcs12", &pkcs12));
	command_next(call, "inkan lra pin %s", call->argument[0]);
	return put(call, buf_view(&pkcs12), 0600);
}

RESULT verb_pin(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(4 * KIB);
	AUTO(json_free) struct json *answer = NULL;
	const char *pin, *word;
	char path[128];
	TRY(session_open(call, &session));
	snprintf(path, sizeof path, "/v1/applications/%.40s/pin", call->argument[0]);
	TRY(session_ask(&session, "POST", path, BLOB_NONE, &raw, &answer));
	TRY(json_get_text(answer, "pin", &pin));
	TRY(json_get_text_or(answer, "pickupCode", "", &word));
	if (call->json)
		fputs(buf_text(&raw), stdout);
	else
		puts(pin);
	if (!call->json && word[0] != 0)
		printf("%s %s\n", command_say(call, "pick-up code:", "受取コード:"),
			word);
	return OK;
}

RESULT verb_recall(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf body = BUF(4 * KIB);
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *answer = NULL;
	char path[128];
	TRY(session_open(call, &session));
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "reason", command_text(call, "reason")));
	TRY(json_write(object, &body));
	snprintf(path, sizeof path, "/v1/applications/%.40s/recall", call->argument[0]);
	TRY(session_ask(&session, "POST", path, buf_view(&body), &raw, &answer));
	return session_print_state(call, &raw, answer);
}

RESULT verb_certificate(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	char path[128];
	TRY(session_open(call, &session));
	snprintf(path, sizeof path, "/v1/applications/%.40s/certificate",
		call->argument[0]);
	TRY(session_ask(&session, "GET", path, BLOB_NONE, &raw, &answer));
	return put_certificate(call, &raw, answer);
}

/* ---- receipts */

/* By TLS with the new certificate (of the settings), or by a signature of the new key. */
RESULT verb_receipt(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	const char *key = command_text(call, "sign-key"),
		   *certificate = command_text(call, "sign-certificate");
	char path[128], fetch[160], name[96];
	TRY(session_open(call, &session));
	snprintf(path, sizeof path, "/v1/receipts/%.40s", call->argument[0]);
	if (key == NULL || certificate == NULL) {
		TRY(session_ask(&session, "POST", path, BLOB_NONE, &raw, &answer));
		return session_print_state(call, &raw, answer);
	}
	snprintf(fetch, sizeof fetch, "%s/statement", path);
	snprintf(name, sizeof name, "%.40s-confirm", call->argument[0]);
	const struct session_signing signing = { .statement_path = fetch,
		.post_path = path,
		.name = name,
		.certificate_file = certificate,
		.key_file = key };
	TRY(session_sign(&session, &signing, &raw, &answer));
	return session_print_state(call, &raw, answer);
}

/* The scanned paper itself stays with the LRA; its digest is the proof. */
RESULT verb_paper_receipt(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf paper = BUF(32 * MIB);
	AUTO(buf_clear) struct buf body = BUF(KIB);
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *answer = NULL;
	uint8_t digest[32];
	char path[128];
	TRY(session_open(call, &session));
	TRY(file_read(call->argument[1], &paper));
	if (EVP_Digest(paper.data, paper.len, digest, NULL, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	TRY(json_new_object(&object));
	TRY(json_set_hex(object, "sha256", BLOB(digest)));
	TRY(json_write(object, &body));
	snprintf(path, sizeof path, "/v1/applications/%.40s/paper-receipt",
		call->argument[0]);
	TRY(session_ask(&session, "POST", path, buf_view(&body), &raw, &answer));
	return session_print_state(call, &raw, answer);
}

/* ---- packing, without any server */

enum { CHAIN_MAX = 4, ITERATIONS = 100000 };

struct chain {
	size_t count;
	struct buf der[CHAIN_MAX];
	struct blob view[CHAIN_MAX];
};
static void chain_clear(struct chain *chain)
{
	for (size_t i = 0; i < CHAIN_MAX; i++)
		buf_clear(&chain->der[i]);
}
AUTO_DEFINE_HELD(struct chain, chain_clear)

/* All certificates of a PEM file, in their order: the subscriber's first. */
static RESULT read_chain(const char *path, struct chain *out)
{
	static const char mark[] = "-----BEGIN CERTIFICATE-----";
	AUTO(buf_clear) struct buf file = BUF(256 * KIB);
	TRY(file_read(path, &file));
	for (const char *at = strstr(buf_text(&file), mark); at != NULL;
		at = strstr(at + 1, mark)) {
		if (out->count == CHAIN_MAX)
			return FAIL(E_INPUT, "%s: more than %d certificates", path,
				CHAIN_MAX);
		struct buf *der = &out->der[out->count];
		*der = BUF(LIMIT_CERT);
		TRY_IN(cert_from_file(blob_text(at), der), "%s", path);
		out->view[out->count++] = buf_view(der);
	}
	return out->count > 0 ? OK : FAIL(E_INPUT, "%s: no certificate in it", path);
}

static RESULT check_pair(EVP_PKEY *key, const struct chain *chain)
{
	struct cert cert;
	uint8_t room[LIMIT_SPKI];
	struct der_writer w = DER_WRITER(room);
	struct blob spki;
	TRY(cert_parse(chain->view[0], &cert));
	TRY(key_write(key, &w));
	TRY(der_finish(&w, &spki));
	return blob_equal(spki, cert.subject_public_key_info)
		       ? OK
		       : FAIL(E_POLICY, "the certificate is not of this key");
}

RESULT verb_pack(struct command_call *call)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	AUTO(chain_clear) struct chain chain = { .count = 0 };
	AUTO(secret_free) struct secret *pin = NULL;
	AUTO(buf_clear) struct buf pkcs12 = BUF(LIMIT_PKCS12);
	int fd = (int)command_int(call, "pin-fd");
	bool old = command_has(call, "old-readers");
	TRY(key_file_read(command_text(call, "key"), &key));
	TRY(read_chain(command_text(call, "certificate"), &chain));
	TRY(check_pair(key, &chain));
	TRY(pkcs12_new_pin(&pin));
	TRY(pkcs12_write(key, chain.view, chain.count, command_text(call, "name"), pin,
		old ? PKCS12_3DES : PKCS12_MODERN, ITERATIONS, &pkcs12));
	TRY(put(call, buf_view(&pkcs12), 0600));
	struct blob text = secret_view(pin);
	/* R-SUB-KEY-04: never the way of the file; a descriptor leaves no trace on disk or screen. */
	if (write(fd, text.data, text.len) != (ssize_t)text.len ||
		write(fd, "\n", 1) != 1)
		return FAIL(E_IO, "descriptor %d: could not write the PIN", fd);
	return OK;
}
