/* register: what a ceremony made becomes known to the registry, so that status, CRLs and the key gate know it too. */
#include <openssl/sha.h>

#include "ca/ca.h"
#include "ca/cert_store.h"
#include "common/base/text.h"
#include "common/flow/audit_store.h"

RESULT ca_issuer_id(struct ca *ca, const char *name, int64_t *out)
{
	/* The place in issuers.cfg would move when a line is put before; the registry's own number never does. */
	for (size_t i = 0; i < ca->number_count; i++) {
		if (strcmp(ca->number[i].name, name) != 0)
			continue;
		*out = ca->number[i].id;
		return OK;
	}
	TRY(cert_store_issuer(ca->db, name, out, NULL));
	if (ca->number_count < NUMBER_PLACES) {
		struct issuer_number *place = &ca->number[ca->number_count];
		TRY(text_copy(name, place->name, sizeof place->name));
		place->id = *out;
		ca->number_count++;
	}
	return OK;
}

static RESULT own_key(struct db_tx *tx, const struct cert *cert)
{
	uint8_t key[32], subject[32];
	TRY(key_digest(cert->subject_public_key_info, key));
	SHA256(cert->subject.data, cert->subject.len, subject);
	return cert_store_own_key(tx, BLOB(key), BLOB(subject));
}

/* Does the registry know it? E_CONFLICT: by another certificate. */
static RESULT look(struct ca *ca, const struct issuer *issuer, bool *out)
{
	AUTO(buf_clear) struct buf known = BUF(LIMIT_CERT);
	int64_t id;
	struct err err = cert_store_issuer(ca->db, issuer->name, &id, &known);
	*out = !err_is(err);
	if (*out && !blob_equal(buf_view(&known), issuer->certificate))
		return FAIL(E_CONFLICT, "issuer %s: the registry has another certificate",
			issuer->name);
	return err.code == E_NOT_FOUND ? OK : err;
}

static RESULT add(struct ca *ca, const struct issuer *issuer, int64_t now)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	const struct audit_event event = { .name = audit_event_name(
						   AUDIT_CERTIFICATE_REGISTERED),
		.at = now,
		.actor = ca->conf->id,
		.role = "ca",
		.origin = "ca issuer",
		.object = issuer->name,
		.detail = "{}" };
	TRY(db_begin(ca->db, &tx));
	TRY(cert_store_add_issuer(tx, issuer->name, issuer->certificate));
	TRY(own_key(tx, &issuer->parsed));
	TRY(audit_store_append(tx, &event));
	return db_commit(&tx);
}

static RESULT register_issuer(struct ca *ca, const struct issuer *issuer, int64_t now)
{
	bool there;
	TRY(look(ca, issuer, &there));
	if (there)
		return OK;
	struct err err = add(ca, issuer, now);
	if (!err_is(err))
		return OK;
	/* The daemon and `inkan ca register` may come at the same moment: the second finds what it wanted to write. */
	TRY(look(ca, issuer, &there));
	return there ? OK : err;
}

RESULT ca_register_issuers(struct ca *ca, int64_t now)
{
	for (size_t i = 0; i < issuer_set_count(ca->issuers); i++)
		TRY(register_issuer(ca, issuer_set_at(ca->issuers, i), now));
	return OK;
}

/* The CA of ours that signed a certificate. */
static RESULT find_issuer(const struct ca *ca, const struct cert *cert,
	const struct issuer **out)
{
	for (size_t i = 0; i < issuer_set_count(ca->issuers); i++) {
		const struct issuer *issuer = issuer_set_at(ca->issuers, i);
		if (!blob_equal(issuer->parsed.subject, cert->issuer) ||
			err_is(cert_verify(cert, issuer->public_key)))
			continue;
		*out = issuer;
		return OK;
	}
	return FAIL(E_CRYPTO, "no CA of issuers.cfg signed it");
}

static RESULT insert_certificate(struct ca *ca, struct db_tx *tx, const struct cert *cert,
	int64_t issuer_id, const char *profile, int64_t now)
{
	uint8_t subject[32], key[32];
	const struct profile *found = profile_set_find(ca->profiles, profile, 0);
	const struct reservation_row reservation = { .issuer_id = issuer_id,
		.not_before = cert->not_before,
		.not_after = cert->not_after,
		.serial_number = cert->serial_number };
	SHA256(cert->subject.data, cert->subject.len, subject);
	TRY(key_digest(cert->subject_public_key_info, key));
	const struct cert_row row = { .issuer_id = issuer_id,
		.issued_at = now,
		.profile_version = found == NULL ? 0 : found->version,
		.not_after = cert->not_after,
		.serial_number = serial_view(&cert->serial_number),
		.subject_digest = BLOB(subject),
		.key_digest = BLOB(key),
		.der = cert->der,
		.profile = profile };
	TRY(cert_store_reserve(tx, &reservation, 1));
	TRY(cert_store_insert(tx, &row, 1));
	return own_key(tx, cert);
}

RESULT ca_register_certificate(struct ca *ca, struct blob der, const char *profile,
	int64_t now)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	struct cert cert;
	const struct issuer *issuer;
	char serial[SERIAL_TEXT], object[80];
	int64_t issuer_id;
	bool there;
	TRY(cert_parse(der, &cert));
	TRY(find_issuer(ca, &cert, &issuer));
	TRY(ca_issuer_id(ca, issuer->name, &issuer_id));
	serial_text(&cert.serial_number, serial);
	snprintf(object, sizeof object, "%s %s", issuer->name, serial);
	const struct audit_event event = { .name = audit_event_name(
						   AUDIT_CERTIFICATE_REGISTERED),
		.at = now,
		.actor = ca->conf->id,
		.role = "ca",
		.origin = "ca register",
		.object = object,
		.detail = "{}" };
	TRY(db_begin(ca->db, &tx));
	TRY(cert_store_exists(tx, issuer_id, serial_view(&cert.serial_number), &there));
	if (there)
		return OK;
	TRY(insert_certificate(ca, tx, &cert, issuer_id, profile, now));
	TRY(audit_store_append(tx, &event));
	return db_commit(&tx);
}
