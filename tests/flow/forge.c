/*
 * forge: what an attacker needs who holds keys of ours and knows our forms: any JSON in canonical form, and any bytes signed
 * as a decision or an order is. A tool of the story attacker.sh, which says what to forge.
 *
 *	forge canon <JSON                                            writes the canonical bytes
 *	forge sign KEY.pem CERTIFICATE.pem <BYTES                    writes the signature, DER, by a key in a file
 *	forge token MODULE LABEL PIN-SOURCE KEY CERTIFICATE.pem <BYTES   the same by a key in a token
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/secret.h"
#include "common/json/json.h"
#include "common/pki/cms.h"
#include "common/token/token.h"

static RESULT read_input(struct buf *out)
{
	char block[4096];
	ssize_t got;
	while ((got = read(STDIN_FILENO, block, sizeof block)) > 0)
		TRY(buf_append(out, blob_make(block, (size_t)got)));
	return got < 0 ? FAIL(E_IO, "standard input") : OK;
}

static RESULT write_output(struct blob bytes)
{
	return fwrite(bytes.data, 1, bytes.len, stdout) == bytes.len
		       ? OK
		       : FAIL(E_IO, "standard output");
}

static RESULT canon(void)
{
	AUTO(buf_clear) struct buf in = BUF(LIMIT_JSON);
	AUTO(buf_clear) struct buf out = BUF(LIMIT_JSON);
	AUTO(json_free) struct json *value = NULL;
	TRY(read_input(&in));
	TRY(json_parse(buf_view(&in), &value));
	TRY(json_write(value, &out));
	return write_output(buf_view(&out));
}

static RESULT sign(const struct signing_key *key, const char *certificate_file)
{
	AUTO(buf_clear) struct buf in = BUF(LIMIT_JSON);
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	AUTO(buf_clear) struct buf certificate = BUF(LIMIT_CERT);
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct blob signature;
	TRY(read_input(&in));
	TRY(file_read(certificate_file, &file));
	TRY(cert_from_file(buf_view(&file), &certificate));
	TRY(cms_sign(buf_view(&in), buf_view(&certificate), clock_now(), key, &w));
	TRY(der_finish(&w, &signature));
	return write_output(signature);
}

static RESULT sign_by_file(const char *key_file, const char *certificate_file)
{
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	AUTO(BIO_free_all) BIO *bio = NULL;
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	struct signing_key signing;
	TRY(file_read(key_file, &file));
	bio = BIO_new_mem_buf(file.data, (int)file.len);
	key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	if (key == NULL)
		return FAIL_OSSL(E_INPUT, key_file);
	TRY(signature_software_key(key, &signing));
	return sign(&signing, certificate_file);
}

static RESULT sign_by_token(char **argv)
{
	AUTO(secret_free) struct secret *pin = NULL;
	AUTO(token_close) struct token *token = NULL;
	AUTO(token_key_free) struct token_key *key = NULL;
	struct signing_key signing;
	TRY(secret_from_source(argv[2], &pin));
	TRY(token_open(argv[0], argv[1], pin, &token));
	TRY(token_find(token, argv[3], &key));
	TRY(token_key_signing(key, SIGNATURE_ECDSA_SHA256, &signing));
	return sign(&signing, argv[4]);
}

int main(int argc, char **argv)
{
	struct err err = FAIL(E_INPUT, "canon, sign or token");
	if (argc == 2 && strcmp(argv[1], "canon") == 0)
		err = canon();
	else if (argc == 4 && strcmp(argv[1], "sign") == 0)
		err = sign_by_file(argv[2], argv[3]);
	else if (argc == 7 && strcmp(argv[1], "token") == 0)
		err = sign_by_token(argv + 2);
	if (err_is(err))
		fprintf(stderr, "forge: %s\n", err.text);
	return err_is(err) ? 1 : 0;
}
