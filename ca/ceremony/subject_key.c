#include "ca/ceremony/subject_key.h"

#include <openssl/pem.h>
#include <unistd.h>

#include "common/base/file.h"

enum { PEM_MAX = 16 * 1024, HEX = 65 };

void subject_key_clear(struct subject_key *key)
{
	token_key_free(key->token_key);
	EVP_PKEY_free(key->software);
	*key = (struct subject_key){ .token_key = NULL };
}

static RESULT write_pem(const char *path, EVP_PKEY *key)
{
	AUTO(BIO_free_all) BIO *bio = BIO_new(BIO_s_secmem());
	char *data;
	if (bio == NULL ||
		PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "could not write a key");
	long len = BIO_get_mem_data(bio, &data);
	return file_write(path, blob_make(data, (size_t)len), 0600);
}

static RESULT read_pem(const char *path, EVP_PKEY **out)
{
	AUTO(buf_clear) struct buf pem = BUF(PEM_MAX);
	TRY(file_read(path, &pem));
	AUTO(BIO_free_all) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	if (bio == NULL ||
		(*out = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL)) == NULL)
		return FAIL_OSSL(E_INPUT, "%s: not a private key", path);
	return OK;
}

static RESULT take_spki(struct subject_key *key)
{
	struct der_writer w = DER_WRITER(key->room);
	if (key->token_key != NULL) {
		key->spki = token_key_get_spki(key->token_key);
		return OK;
	}
	TRY(key_write(key->software, &w));
	return der_finish(&w, &key->spki);
}

RESULT subject_key_find(const struct room *room, const struct plan_row *row,
	struct subject_key *out)
{
	char path[ROOM_PATH];
	struct token *token;
	if (row->token[0] != 0) {
		TRY(room_token(room, row->token, &token));
		TRY(token_find(token, row->key, &out->token_key));
	} else {
		TRY(room_path(room, row->word, ".key", path));
		TRY(read_pem(path, &out->software));
	}
	return take_spki(out);
}

static RESULT check_algorithm(const struct plan_row *row, const struct subject_key *key)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *parsed = NULL;
	enum key_algorithm algorithm;
	TRY(key_parse(key->spki, &algorithm, &parsed));
	if (algorithm != row->algorithm)
		return FAIL(E_CONFLICT, "%s: its key is %s, not %s", row->word,
			key_algorithm_name(algorithm),
			key_algorithm_name(row->algorithm));
	return OK;
}

static RESULT record(struct room *room, const struct plan_row *row,
	const struct subject_key *key, const char *event)
{
	uint8_t digest[32];
	char hex[HEX];
	TRY(key_digest(key->spki, digest));
	hex_encode(BLOB(digest), hex);
	if (row->token[0] != 0)
		return room_record(room, event, "word", row->word, "token", row->token,
			"key", row->key, "algorithm", key_algorithm_name(row->algorithm),
			"subjectPublicKeyInfoSha256", hex, "protection",
			"sensitive, never extractable, sign only", NULL);
	return room_record(room, event, "word", row->word, "algorithm",
		key_algorithm_name(row->algorithm), "subjectPublicKeyInfoSha256", hex,
		"protection",
		"file, mode 0600, not encrypted; in production this key is born on a "
		"card or token",
		NULL);
}

static RESULT make(struct room *room, const struct plan_row *row)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *software = NULL;
	char path[ROOM_PATH];
	struct token *token;
	if (row->token[0] != 0) {
		TRY(room_token(room, row->token, &token));
		return token_generate(token, row->key, row->algorithm);
	}
	TRY(room_path(room, row->word, ".key", path));
	TRY(key_generate(row->algorithm, &software));
	return write_pem(path, software);
}

RESULT subject_key_get(struct room *room, const struct plan_row *row,
	struct subject_key *out)
{
	struct err err = subject_key_find(room, row, out);
	bool found = !err_is(err);
	if (found && !room->resumed)
		return FAIL(E_CONFLICT, "%s: its key exists before the ceremony",
			row->word);
	if (!found && err.code != E_NOT_FOUND)
		return err;
	if (!found) {
		TRY_IN(make(room, row), "%s", row->word);
		TRY(subject_key_find(room, row, out));
	}
	TRY(check_algorithm(row, out));
	return record(room, row, out, found ? "keyTakenUp" : "keyGenerated");
}
