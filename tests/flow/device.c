/*
 * device: a passkey's device and the browser before it, for stories. Its key, its credential and its counter are in a file.
 *
 *	device create FILE RPID ORIGIN CHALLENGE        a new passkey: credential, clientDataJSON and attestationObject as JSON
 *	device get FILE ORIGIN CHALLENGE [NAME=VALUE…]  its answer: challenge, credential, clientDataJSON, authenticatorData,
 *	                                                signature; wrong on purpose by count=N, flags=N or type=TEXT
 *
 * All bytes in base64.
 */
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "tests/support/authenticator.h"

struct device {
	struct authenticator authenticator;
	char rp_id[256];
};

static RESULT keep(const char *path, const struct device *device)
{
	AUTO(buf_clear) struct buf text = BUF(8192);
	AUTO(BIO_free_all) BIO *bio = BIO_new(BIO_s_mem());
	const struct authenticator *a = &device->authenticator;
	char id[2 * sizeof a->id + 1];
	char *pem;
	hex_encode(blob_make(a->id, a->id_len), id);
	if (bio == NULL ||
		PEM_write_bio_PrivateKey(bio, a->key, NULL, NULL, 0, NULL, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "key");
	long len = BIO_get_mem_data(bio, &pem);
	TRY(buf_append_format(&text, "%s %u %s\n%.*s", id, a->count, device->rp_id,
		(int)len, pem));
	return file_write(path, buf_view(&text), 0600);
}

static RESULT load(const char *path, struct device *out)
{
	AUTO(buf_clear) struct buf text = BUF(8192);
	AUTO(buf_clear) struct buf id = BUF(sizeof out->authenticator.id);
	AUTO(BIO_free_all) BIO *bio = NULL;
	struct authenticator *a = &out->authenticator;
	char hex[2 * sizeof a->id + 1];
	TRY(file_read(path, &text));
	if (sscanf(buf_text(&text), "%64s %u %255s", hex, &a->count, out->rp_id) != 3)
		return FAIL(E_INPUT, "%s: not a device", path);
	TRY(hex_decode(hex, &id));
	memcpy(a->id, id.data, id.len);
	a->id_len = id.len;
	a->rp_id = out->rp_id;
	a->algorithm = WEBAUTHN_ES256;
	bio = BIO_new_mem_buf(text.data, (int)text.len);
	a->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	return a->key != NULL ? OK : FAIL_OSSL(E_INPUT, "%s", path);
}

static RESULT print(const struct json *object)
{
	AUTO(buf_clear) struct buf text = BUF(65536);
	TRY(json_write(object, &text));
	puts(buf_text(&text));
	return OK;
}

static RESULT create(char **argv)
{
	AUTO(answer_clear) struct answer answer = ANSWER;
	AUTO(buf_clear) struct buf challenge = BUF(WEBAUTHN_CHALLENGE_MAX);
	AUTO(json_free) struct json *object = NULL;
	AUTO(authenticator_clear) struct authenticator a = { .key = NULL };
	struct device device = { .rp_id = "" };
	const struct webauthn_party party = { argv[1], argv[2] };
	authenticator_make(&a, WEBAUTHN_ES256, &party);
	TRY(text_copy(argv[1], device.rp_id, sizeof device.rp_id));
	TRY(base64_decode(blob_text(argv[3]), &challenge));
	a.count = 1;
	authenticator_create(&a, buf_view(&challenge), &answer);
	device.authenticator = a;
	TRY(keep(argv[0], &device));
	TRY(json_new_object(&object));
	TRY(json_set_base64(object, "credential", blob_make(a.id, a.id_len)));
	TRY(json_set_base64(object, "clientDataJSON", buf_view(&answer.client_data)));
	TRY(json_set_base64(object, "attestationObject", buf_view(&answer.attestation)));
	return print(object);
}

static RESULT set_wrong(const char *word, struct authenticator *a)
{
	int64_t number = 0;
	if (text_starts(word, "type=")) {
		a->type = word + 5;
		return OK;
	}
	const char *value = strchr(word, '=');
	if (value == NULL)
		return FAIL(E_INPUT, "%s: not NAME=VALUE", word);
	TRY(text_to_int(value + 1, 0, UINT32_MAX, &number));
	if (text_starts(word, "count="))
		a->count = (uint32_t)number;
	else if (text_starts(word, "flags="))
		a->flags = (uint8_t)number;
	else
		return FAIL(E_INPUT, "%s: count, flags or type", word);
	return OK;
}

static RESULT get(int argc, char **argv)
{
	AUTO(answer_clear) struct answer answer = ANSWER;
	AUTO(buf_clear) struct buf challenge = BUF(WEBAUTHN_CHALLENGE_MAX);
	AUTO(json_free) struct json *object = NULL;
	AUTO(authenticator_clear) struct authenticator a = { .key = NULL };
	struct device device = { .rp_id = "" };
	struct err err = load(argv[0], &device);
	a = device.authenticator;
	TRY(err);
	a.origin = argv[1];
	for (int i = 3; i < argc; i++)
		TRY(set_wrong(argv[i], &a));
	TRY(base64_decode(blob_text(argv[2]), &challenge));
	authenticator_get(&a, buf_view(&challenge), &answer);
	device.authenticator = a;
	if (argc == 3)
		TRY(keep(argv[0], &device));
	TRY(json_new_object(&object));
	TRY(json_set_base64(object, "challenge", buf_view(&challenge)));
	TRY(json_set_base64(object, "credential", blob_make(a.id, a.id_len)));
	TRY(json_set_base64(object, "clientDataJSON", buf_view(&answer.client_data)));
	TRY(json_set_base64(object, "authenticatorData",
		buf_view(&answer.authenticator_data)));
	TRY(json_set_base64(object, "signature", buf_view(&answer.signature)));
	return print(object);
}

int main(int argc, char **argv)
{
	struct err err = FAIL(E_INPUT,
		"create FILE RPID ORIGIN CHALLENGE, or get FILE ORIGIN CHALLENGE");
	if (argc == 6 && strcmp(argv[1], "create") == 0)
		err = create(argv + 2);
	else if (argc >= 5 && strcmp(argv[1], "get") == 0)
		err = get(argc - 2, argv + 2);
	if (err_is(err))
		fprintf(stderr, "device: %s\n", err.text);
	return err_is(err) ? 1 : 0;
}
