/* answers_certificate: a certificate with its chain, and one in plain words with its status. */
#include <openssl/sha.h>

#include "common/pki/oid.h"
#include "lra/answers.h"
#include "lra/certificate_store.h"

RESULT answer_certificate(const struct issuer *issuer, struct blob certificate,
	enum application_state state, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf pem = BUF(2 * LIMIT_CERT);
	AUTO(buf_clear) struct buf chain = BUF(4 * LIMIT_CERT);
	TRY(cert_to_pem(certificate, &pem));
	TRY(cert_to_pem(issuer->certificate, &chain));
	if (issuer->root.len > 0)
		TRY(cert_to_pem(issuer->root, &chain));
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "state", application_state_name(state)));
	TRY(json_set_text(object, "issuer", issuer->name));
	TRY(json_set_text(object, "certificate", buf_text(&pem)));
	TRY(json_set_text(object, "chain", buf_text(&chain)));
	return json_write_pretty(object, out);
}

/* ---- in plain words */

static RESULT set_names(struct json *object, const struct cert *cert)
{
	AUTO(json_free) struct json *subject = NULL;
	AUTO(json_free) struct json *issuer = NULL;
	AUTO(json_free) struct json *alternative = NULL;
	struct general_names names = { .count = 0 };
	struct name name;
	TRY_IN(name_parse(cert->subject, &name), "subject");
	TRY(content_name_to_json(&name, &subject));
	TRY(json_set(object, "subject", MOVE(subject)));
	TRY_IN(name_parse(cert->issuer, &name), "issuer");
	TRY(content_name_to_json(&name, &issuer));
	TRY(json_set(object, "issuerName", MOVE(issuer)));
	if (cert->subject_alt_name.len > 0)
		TRY_IN(general_names_parse(cert->subject_alt_name, &names),
			"subjectAltName");
	TRY(content_names_to_json(&names, &alternative));
	return json_set(object, "subjectAltName", MOVE(alternative));
}

static RESULT set_purposes(struct json *object, const struct cert *cert)
{
	AUTO(json_free) struct json *usage = NULL;
	AUTO(json_free) struct json *purposes = NULL;
	TRY(json_new_array(&usage));
	for (unsigned bit = 0; bit < KEY_USAGES; bit++)
		if ((cert->key_usage & 1u << bit) != 0)
			TRY(json_append_text(usage, key_usage_name(bit)));
	TRY(json_set(object, "keyUsage", MOVE(usage)));
	TRY(json_new_array(&purposes));
	for (size_t i = 0; i < cert->eku_count; i++) {
		char text[OID_TEXT];
		const char *name = oid_name(&cert->eku[i]);
		oid_text(&cert->eku[i], text);
		TRY(json_append_text(purposes, name != NULL ? name : text));
	}
	return json_set(object, "extKeyUsage", MOVE(purposes));
}

/* What the certificate itself says. */
static RESULT set_fields(struct json *object, struct blob der)
{
	enum key_algorithm algorithm;
	struct cert cert;
	TRY_IN(cert_parse(der, &cert), "certificate");
	TRY_IN(key_kind(cert.subject_public_key_info, &algorithm), "key");
	TRY(json_set_time(object, "notBefore", cert.not_before));
	TRY(json_set_text(object, "key", key_algorithm_name(algorithm)));
	TRY(set_purposes(object, &cert));
	return set_names(object, &cert);
}

/* One that another CA wrote may not be read as strictly as ours are: then its bytes speak for it. */
static RESULT set_certificate(struct json *object, struct blob der)
{
	AUTO(buf_clear) struct buf pem = BUF(2 * LIMIT_CERT);
	uint8_t fingerprint[SHA256_DIGEST_LENGTH];
	SHA256(der.data, der.len, fingerprint);
	TRY(json_set_hex(object, "sha256", BLOB(fingerprint)));
	TRY(cert_to_pem(der, &pem));
	TRY(json_set_text(object, "certificate", buf_text(&pem)));
	struct err err = set_fields(object, der);
	return err.code == E_INPUT ? OK : err;
}

static RESULT set_case(struct json *object, const struct db_rows *rows)
{
	if (db_is_null(rows, 0, STATUS_APPLICATION_ID))
		return OK; /* made in a ceremony */
	TRY(json_set_text(object, "receiptNumber", db_text(rows, 0, STATUS_RECEIPT)));
	TRY(json_set_text(object, "lra", db_text(rows, 0, STATUS_LRA)));
	TRY(json_set_text(object, "state", db_text(rows, 0, STATUS_STATE)));
	TRY(json_set_text(object, "keyOrigin", db_text(rows, 0, STATUS_ORIGIN)));
	return db_is_null(rows, 0, STATUS_FORM)
		       ? OK
		       : json_set_text(object, "form", db_text(rows, 0, STATUS_FORM));
}

static RESULT set_revocation(struct json *object, const struct db_rows *rows)
{
	bool revoked = !db_is_null(rows, 0, STATUS_REVOKED_AT);
	TRY(json_set_text(object, "status", revoked ? "revoked" : "good"));
	if (revoked) {
		TRY(json_set_text(object, "reason",
			reason_name(
				(enum revocation_reason)db_int(rows, 0, STATUS_REASON))));
		TRY(json_set_time(object, "revokedAt",
			db_int(rows, 0, STATUS_REVOKED_AT)));
	}
	TRY(answer_time(object, "invalidityDate", rows, 0, STATUS_INVALIDITY_DATE));
	TRY(answer_time(object, "revocationAskedAt", rows, 0, STATUS_ASKED_AT));
	TRY(answer_time(object, "revocationDueAt", rows, 0, STATUS_DUE_AT));
	TRY(answer_time(object, "publishedAt", rows, 0, STATUS_PUBLISHED_AT));
	if (db_is_null(rows, 0, STATUS_EVENT))
		return OK;
	TRY(json_set_text(object, "event", db_text(rows, 0, STATUS_EVENT)));
	return json_set_text(object, "requester", db_text(rows, 0, STATUS_REQUESTER));
}

static RESULT set_crl(struct json *object, const struct db_rows *rows)
{
	AUTO(json_free) struct json *crl = NULL;
	if (db_is_null(rows, 0, STATUS_CRL_NUMBER))
		return OK;
	TRY(json_new_object(&crl));
	TRY(json_set_int(crl, "number", db_int(rows, 0, STATUS_CRL_NUMBER)));
	TRY(answer_time(crl, "thisUpdate", rows, 0, STATUS_CRL_THIS_UPDATE));
	TRY(answer_time(crl, "nextUpdate", rows, 0, STATUS_CRL_NEXT_UPDATE));
	return json_set(object, "crl", MOVE(crl));
}

RESULT answer_status(const struct db_rows *rows, const char *issuer, const char *serial,
	struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "issuer", issuer));
	TRY(json_set_text(object, "serialNumber", serial));
	TRY(set_case(object, rows));
	TRY(json_set_text(object, "profile", db_text(rows, 0, STATUS_PROFILE)));
	TRY(json_set_int(object, "profileVersion",
		db_int(rows, 0, STATUS_PROFILE_VERSION)));
	TRY(json_set_time(object, "issuedAt", db_int(rows, 0, STATUS_ISSUED_AT)));
	TRY(json_set_time(object, "notAfter", db_int(rows, 0, STATUS_NOT_AFTER)));
	TRY(set_certificate(object, db_blob(rows, 0, STATUS_DER)));
	TRY(set_revocation(object, rows));
	TRY(set_crl(object, rows));
	return json_write_pretty(object, out);
}
