#include "common/flow/issuer_file.h"

#include "common/base/file.h"
#include "common/base/table.h"

enum { ISSUERS_MOST = 64 };

/* An issuer with what it owns. */
struct owned {
	struct issuer issuer;
	struct buf certificate, root, ocsp_certificate;
	char name[32], profile[PROFILE_NAME], token[64], key[64], ocsp_token[64],
		ocsp_key[64];
	char crl_uri[256], ocsp_uri[256], ca_issuers_uri[256];
};

struct issuer_set {
	size_t count;
	struct owned *owned;
};

void issuer_set_free(struct issuer_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->count; i++) {
		buf_clear(&set->owned[i].certificate);
		buf_clear(&set->owned[i].root);
		buf_clear(&set->owned[i].ocsp_certificate);
		EVP_PKEY_free(set->owned[i].issuer.public_key);
	}
	free(set->owned);
	free(set);
}

/* ---- reading one row */

/* A certificate file named in the row, relative to the folder of issuers.cfg. */
static RESULT read_certificate(const char *folder, const char *file, struct buf *out)
{
	char path[4096];
	AUTO(buf_clear) struct buf text = BUF(64 * KIB);
	int len = file[0] == '/' ? snprintf(path, sizeof path, "%s", file)
				 : snprintf(path, sizeof path, "%s%s", folder, file);
	if (len < 0 || (size_t)len >= sizeof path)
		return FAIL(E_INPUT, "path too long");
	TRY(file_read(path, &text));
	TRY_IN(cert_from_file(buf_view(&text), out), "%s", path);
	return OK;
}

struct text_key {
	const char *key;
	char *out;
	size_t size;
	bool required;
};

static void read_texts(const struct conf_node *row, const struct text_key *keys,
	size_t count, struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(row); i++) {
		const struct conf_node *node = conf_at(row, i);
		const char *text = conf_as_text(node);
		size_t k = 0;
		while (k < count && strcmp(keys[k].key, conf_key(node)) != 0)
			k++;
		if (k == count)
			conf_fault(faults, node, "%s: no such setting here",
				conf_key(node));
		else if (text == NULL || strlen(text) >= keys[k].size)
			conf_fault(faults, node, "%s: not a text of at most %zu bytes",
				conf_key(node), keys[k].size - 1);
		else
			memcpy(keys[k].out, text, strlen(text) + 1);
	}
	for (size_t k = 0; k < count; k++)
		if (keys[k].required && keys[k].out[0] == 0)
			conf_fault(faults, row, "%s: is missing", keys[k].key);
}

/* The CA's certificate is read, its key kept ready, and what its own certificates will copy from it. */
static RESULT settle(struct owned *o)
{
	struct issuer *issuer = &o->issuer;
	enum key_algorithm algorithm;
	issuer->certificate = buf_view(&o->certificate);
	issuer->root = buf_view(&o->root);
	issuer->ocsp_certificate = buf_view(&o->ocsp_certificate);
	TRY(cert_parse(issuer->certificate, &issuer->parsed));
	if (!issuer->parsed.is_ca)
		return FAIL(E_POLICY, "not a certificate of a CA");
	TRY(key_parse(issuer->parsed.subject_public_key_info, &algorithm,
		&issuer->public_key));
	issuer->issuer = (struct cert_issuer){ .subject = issuer->parsed.subject,
		.key_identifier = issuer->parsed.subject_key_identifier,
		.not_before = issuer->parsed.not_before,
		.not_after = issuer->parsed.not_after,
		.crl_uri = o->crl_uri[0] == 0 ? NULL : o->crl_uri,
		.ocsp_uri = o->ocsp_uri[0] == 0 ? NULL : o->ocsp_uri,
		.ca_issuers_uri = o->ca_issuers_uri[0] == 0 ? NULL : o->ca_issuers_uri };
	return signature_for_key(issuer->public_key, &issuer->issuer.algorithm);
}

/* The root above is the one that signed it, judged at the moment when the CA itself began: time does not change that. */
static RESULT check_root(const struct owned *o)
{
	struct cert root;
	if (o->root.len == 0)
		return OK;
	TRY_IN(cert_parse(buf_view(&o->root), &root), "root");
	TRY_IN(cert_verify_path(&o->issuer.parsed, &root, 1, o->issuer.parsed.not_before),
		"root");
	return OK;
}

static RESULT check_responder(const struct owned *o)
{
	struct cert responder;
	if (o->ocsp_certificate.len == 0)
		return OK;
	TRY_IN(cert_parse(buf_view(&o->ocsp_certificate), &responder),
		"ocsp_certificate");
	/* R-OCSP-06: delegated by this very key. */
	TRY_IN(cert_verify(&responder, o->issuer.public_key), "ocsp_certificate");
	return OK;
}

static void read_row(const struct conf_node *row, const char *folder, struct owned *o,
	struct conf_faults *faults)
{
	char certificate[512] = "", root[512] = "", ocsp[512] = "";
	const struct text_key keys[] = {
		{ "name", o->name, sizeof o->name, true },
		{ "profile", o->profile, sizeof o->profile, true },
		{ "certificate", certificate, sizeof certificate, true },
		{ "root", root, sizeof root, false },
		{ "crl_uri", o->crl_uri, sizeof o->crl_uri, false },
		{ "ocsp_uri", o->ocsp_uri, sizeof o->ocsp_uri, false },
		{ "ca_issuers_uri", o->ca_issuers_uri, sizeof o->ca_issuers_uri, false },
		{ "token", o->token, sizeof o->token, false },
		{ "key", o->key, sizeof o->key, false },
		{ "ocsp_token", o->ocsp_token, sizeof o->ocsp_token, false },
		{ "ocsp_key", o->ocsp_key, sizeof o->ocsp_key, false },
		{ "ocsp_certificate", ocsp, sizeof ocsp, false },
	};
	struct err err = OK;
	o->certificate = BUF(LIMIT_CERT);
	o->root = BUF(LIMIT_CERT);
	o->ocsp_certificate = BUF(LIMIT_CERT);
	o->issuer.name = o->name;
	o->issuer.profile = o->profile;
	o->issuer.token = o->token;
	o->issuer.key = o->key;
	o->issuer.ocsp_token = o->ocsp_token;
	o->issuer.ocsp_key = o->ocsp_key;
	read_texts(row, keys, COUNT(keys), faults);
	if (certificate[0] != 0)
		err = read_certificate(folder, certificate, &o->certificate);
	if (!err_is(err) && root[0] != 0)
		err = read_certificate(folder, root, &o->root);
	if (!err_is(err) && ocsp[0] != 0)
		err = read_certificate(folder, ocsp, &o->ocsp_certificate);
	if (!err_is(err))
		err = settle(o);
	if (!err_is(err))
		err = check_root(o);
	if (!err_is(err))
		err = check_responder(o);
	if (err_is(err))
		conf_fault(faults, row, "%s: %s", o->name, err.text);
}

/* ---- the file */

static void check_names(const struct issuer_set *set, const struct conf_node *list,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < set->count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(set->owned[i].name, set->owned[j].name) == 0)
				conf_fault(faults, conf_at(list, i),
					"name: %s stands twice", set->owned[i].name);
}

RESULT issuer_set_load(const char *path, struct issuer_set **out,
	struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	AUTO(issuer_set_free) struct issuer_set *set = calloc(1, sizeof *set);
	char folder[3000] = "";
	const char *slash = strrchr(path, '/');
	if (set == NULL)
		return FAIL(E_IO, "out of memory");
	if (slash != NULL && (size_t)(slash - path) + 2 > sizeof folder)
		return FAIL(E_INPUT, "path too long");
	if (slash != NULL)
		memcpy(folder, path, (size_t)(slash - path) + 1);
	TRY(conf_load(path, 256 * KIB, &conf));
	const struct conf_node *root = conf_root(conf), *list = conf_get(root, "issuers");
	if (list == NULL || conf_count(list) == 0 || conf_count(list) > ISSUERS_MOST ||
		conf_count(root) != 1)
		return FAIL(E_INPUT, "%s: holds one list, issuers, of 1 to %d rows", path,
			ISSUERS_MOST);
	set->owned = calloc(conf_count(list), sizeof *set->owned);
	if (set->owned == NULL)
		return FAIL(E_IO, "out of memory");
	set->count = conf_count(list);
	for (size_t i = 0; i < set->count; i++)
		read_row(conf_at(list, i), folder, &set->owned[i], faults);
	check_names(set, list, faults);
	TRY(conf_result(faults));
	*out = MOVE(set);
	return OK;
}

size_t issuer_set_count(const struct issuer_set *set)
{
	return set->count;
}

const struct issuer *issuer_set_at(const struct issuer_set *set, size_t index)
{
	return index < set->count ? &set->owned[index].issuer : NULL;
}

const struct issuer *issuer_set_find(const struct issuer_set *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->owned[i].name, name) == 0)
			return &set->owned[i].issuer;
	return NULL;
}

const struct issuer *issuer_set_for_profile(const struct issuer_set *set,
	const struct profile *profile)
{
	for (size_t i = 0; i < set->count; i++)
		if (profile->issuer[0] != 0 &&
			strcmp(set->owned[i].profile, profile->issuer) == 0)
			return &set->owned[i].issuer;
	return NULL;
}
