#include "ca/signer/keys.h"

#include "common/base/log.h"

enum { TOKENS_MAX = 16 };

struct signer_keys {
	size_t token_count;
	struct token *token[TOKENS_MAX];
	const char *token_label[TOKENS_MAX]; /* borrowed from the issuers */
	size_t count;
	uint64_t told;
	struct signer_key key[];
};

/* R-CA-KEY-01: what the module says of itself stands in the log of every start; software is refused unless allowed. */
static RESULT record_token(const struct signer_conf *conf, const struct token *token)
{
	struct token_info info;
	token_get_info(token, &info);
	log_notice(NULL, "token opened", "label", info.label, "manufacturer",
		info.manufacturer, "model", info.model, "serialNumber",
		info.serial_number, "firmware", info.firmware);
	if (!conf->token_software && (strstr(info.manufacturer, "SoftHSM") != NULL ||
					     strstr(info.model, "SoftHSM") != NULL))
		return FAIL(E_POLICY,
			"token %s is software; token.software does not allow it",
			info.label);
	return OK;
}

static RESULT open_token(struct signer_keys *keys, const struct signer_conf *conf,
	const char *label, const struct secret *pin, struct token **out)
{
	for (size_t i = 0; i < keys->token_count; i++)
		if (strcmp(keys->token_label[i], label) == 0) {
			*out = keys->token[i];
			return OK;
		}
	if (keys->token_count == TOKENS_MAX)
		return FAIL(E_INPUT, "keys in more than %d tokens", TOKENS_MAX);
	TRY(token_open(conf->token_module, label, pin, out));
	keys->token[keys->token_count] = *out;
	keys->token_label[keys->token_count++] = label;
	return record_token(conf, *out);
}

static RESULT open_key(struct signer_keys *keys, const struct signer_conf *conf,
	const struct issuer *issuer, const struct secret *pin)
{
	struct token *token;
	struct signer_key *key = &keys->key[keys->count];
	TRY(open_token(keys, conf, issuer->token, pin, &token));
	TRY(token_find(token, issuer->key, &key->key));
	keys->count++; /* from here on it is closed with the others */
	key->issuer = issuer;
	if (!blob_equal(token_key_get_spki(key->key),
		    issuer->parsed.subject_public_key_info))
		return FAIL(E_POLICY, "key %s in token %s is not that of the certificate",
			issuer->key, issuer->token);
	return token_key_signing(key->key, issuer->issuer.algorithm, &key->signing);
}

RESULT signer_keys_open(const struct signer_conf *conf, const struct issuer_set *set,
	struct signer_keys **out)
{
	AUTO(secret_free) struct secret *pin = NULL;
	AUTO(signer_keys_close)
	struct signer_keys *keys = calloc(1,
		sizeof *keys + issuer_set_count(set) * sizeof(struct signer_key));
	if (keys == NULL)
		return FAIL(E_IO, "out of memory");
	TRY_IN(secret_from_source(conf->token_pin, &pin), "token.pin");
	for (size_t i = 0; i < issuer_set_count(set); i++) {
		const struct issuer *issuer = issuer_set_at(set, i);
		if (issuer->key[0] != 0)
			TRY_IN(open_key(keys, conf, issuer, pin), "issuer %s",
				issuer->name);
	}
	if (keys->count == 0)
		return FAIL(E_INPUT, "issuers: none has a key");
	*out = MOVE(keys);
	return OK;
}

void signer_keys_close(struct signer_keys *keys)
{
	if (keys == NULL)
		return;
	for (size_t i = 0; i < keys->count; i++)
		token_key_free(keys->key[i].key);
	for (size_t i = 0; i < keys->token_count; i++)
		token_close(keys->token[i]);
	free(keys);
}

struct signer_key *signer_keys_find(struct signer_keys *keys, const char *issuer)
{
	for (size_t i = 0; i < keys->count; i++)
		if (strcmp(keys->key[i].issuer->name, issuer) == 0)
			return &keys->key[i];
	return NULL;
}

void signer_keys_tell(struct signer_keys *keys)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < keys->count; i++)
		sum += keys->key[i].certificates + keys->key[i].crls;
	if (sum == keys->told)
		return;
	keys->told = sum;
	for (size_t i = 0; i < keys->count; i++) {
		const struct signer_key *key = &keys->key[i];
		char certificates[24], crls[24];
		snprintf(certificates, sizeof certificates, "%llu",
			(unsigned long long)key->certificates);
		snprintf(crls, sizeof crls, "%llu", (unsigned long long)key->crls);
		log_info(NULL, "signatures since start", "issuer", key->issuer->name,
			"certificates", certificates, "crls", crls);
	}
}
