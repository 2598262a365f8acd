#include "ca/status/keys.h"

#include "common/token/token.h"

enum { TOKENS_MAX = 8 };

struct keys {
	const struct status_conf *conf;
	const struct issuer_set *set;
	struct responder *responder;
	size_t token_count;
	struct {
		const char *label;
		struct token *token;
	} token[TOKENS_MAX];
	struct token_key **key; /* one an issuer, NULL where there is none */
	bool wanting;
};

RESULT keys_new(const struct status_conf *conf, const struct issuer_set *set,
	struct responder *responder, struct keys **out)
{
	AUTO(keys_free) struct keys *keys = calloc(1, sizeof *keys);
	if (keys == NULL)
		return FAIL(E_IO, "out of memory");
	keys->conf = conf;
	keys->set = set;
	keys->responder = responder;
	keys->key = calloc(issuer_set_count(set) + 1, sizeof(struct token_key *));
	if (keys->key == NULL)
		return FAIL(E_IO, "out of memory");
	*out = MOVE(keys);
	return OK;
}

static void close_all(struct keys *keys)
{
	responder_drop_keys(keys->responder);
	for (size_t i = 0; i < issuer_set_count(keys->set); i++) {
		token_key_free(keys->key[i]);
		keys->key[i] = NULL;
	}
	for (size_t i = 0; i < keys->token_count; i++)
		token_close(keys->token[i].token);
	keys->token_count = 0;
}

void keys_free(struct keys *keys)
{
	if (keys == NULL)
		return;
	if (keys->key != NULL)
		close_all(keys);
	free(keys->key);
	free(keys);
}

static RESULT open_token(struct keys *keys, const char *label, struct token **out)
{
	AUTO(secret_free) struct secret *pin = NULL;
	for (size_t i = 0; i < keys->token_count; i++)
		if (strcmp(keys->token[i].label, label) == 0) {
			*out = keys->token[i].token;
			return OK;
		}
	if (keys->token_count == TOKENS_MAX)
		return FAIL(E_INPUT, "OCSP keys in more than %d tokens", TOKENS_MAX);
	TRY_IN(secret_from_source(keys->conf->token_pin, &pin), "token.pin");
	TRY(token_open(keys->conf->token_module, label, pin, out));
	keys->token[keys->token_count].label = label;
	keys->token[keys->token_count++].token = *out;
	return OK;
}

static RESULT algorithm_of(struct blob spki, enum signature_algorithm *out)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *public_key = NULL;
	enum key_algorithm algorithm;
	TRY(key_parse(spki, &algorithm, &public_key));
	return signature_for_key(public_key, out);
}

static RESULT open_key(struct keys *keys, size_t at)
{
	const struct issuer *issuer = issuer_set_at(keys->set, at);
	struct token *token;
	struct signing_key handle;
	enum signature_algorithm algorithm;
	AUTO(token_key_free) struct token_key *key = NULL;
	TRY(open_token(keys, issuer->ocsp_token, &token));
	TRY(token_find(token, issuer->ocsp_key, &key));
	TRY(algorithm_of(token_key_get_spki(key), &algorithm));
	TRY(token_key_signing(key, algorithm, &handle));
	TRY(responder_set_key(keys->responder, at, &handle, token_key_get_spki(key)));
	keys->key[at] = MOVE(key);
	return OK;
}

RESULT keys_open(struct keys *keys)
{
	struct err first = OK;
	if (keys->conf->token_module[0] == 0)
		return OK;
	for (size_t i = 0; i < issuer_set_count(keys->set); i++) {
		const struct issuer *issuer = issuer_set_at(keys->set, i);
		if (issuer->ocsp_key[0] == 0 || keys->key[i] != NULL)
			continue;
		struct err err = open_key(keys, i);
		if (err_is(err) && !err_is(first))
			first = err_in(err, "OCSP key of issuer %s", issuer->name);
	}
	keys->wanting = err_is(first);
	return first;
}

void keys_fail(struct keys *keys)
{
	responder_drop_keys(keys->responder);
	keys->wanting = true;
}

bool keys_wanting(const struct keys *keys)
{
	return keys->wanting;
}
