#include "ca/ceremony/certify.h"

#include "ca/ceremony/linter.h"
#include "common/base/limits.h"

/* What a certificate is made from; blobs point into the rooms. */
struct draft {
	struct cert_fields fields;
	struct cert_issuer self; /* of a root */
	struct general_names san;
	uint8_t subject[LIMIT_NAME], san_room[LIMIT_NAME], key_identifier[20],
		tbs_room[LIMIT_CERT];
	struct blob tbs;
	struct signing_key signing;
};

static RESULT encode_names(struct room *room, const struct plan_row *row,
	struct draft *draft)
{
	struct der_writer w = DER_WRITER(draft->subject);
	name_write(&row->subject, &w);
	TRY_IN(der_finish(&w, &draft->fields.subject), "subject");
	draft->san = row->san;
	for (size_t i = 0; row->san_hosts && i < room->site->host_count; i++)
		TRY(general_names_add(&draft->san, GENERAL_NAME_DNS,
			room->site->host[i]));
	if (draft->san.count == 0)
		return OK;
	struct der_writer san = DER_WRITER(draft->san_room);
	general_names_write(&draft->san, &san);
	TRY_IN(der_finish(&san, &draft->fields.subject_alt_name), "subjectAltName");
	return OK;
}

static RESULT choose_signer(struct room *room, const struct plan_row *row,
	const struct subject_key *key, struct draft *draft)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *public_key = NULL;
	enum key_algorithm kind;
	enum signature_algorithm algorithm;
	const struct authority *above = room_authority(room, row->issuer);
	if (above != NULL) {
		draft->signing = above->signing;
		draft->fields.issuer = &above->issuer;
		return OK;
	}
	if (row->issuer[0] != 0 || key->token_key == NULL)
		return FAIL(E_POLICY, "%s: a root's key lies in a token", row->word);
	TRY(key_parse(key->spki, &kind, &public_key));
	TRY(signature_for_key(public_key, &algorithm));
	TRY(token_key_signing(key->token_key, algorithm, &draft->signing));
	TRY(key_identifier(key->spki, draft->key_identifier));
	draft->self = (struct cert_issuer){ .subject = draft->fields.subject,
		.key_identifier = BLOB(draft->key_identifier),
		.not_before = draft->fields.not_before,
		.not_after = draft->fields.not_after,
		.algorithm = algorithm };
	draft->fields.issuer = &draft->self;
	return OK;
}

static RESULT check_fit(const struct plan_row *row, const struct draft *draft,
	int64_t now)
{
	struct faults faults = { .count = 0 };
	profile_fits(draft->fields.profile, &row->subject, &draft->san, row->algorithm,
		draft->fields.not_before, draft->fields.not_after, now, &faults);
	return faults_result(&faults, E_POLICY);
}

static RESULT draft_make(struct room *room, const struct plan_row *row,
	const struct subject_key *key, int64_t now, struct draft *draft)
{
	struct der_writer w = DER_WRITER(draft->tbs_room);
	const struct profile *profile;
	TRY(room_profile(room, row, &profile));
	int64_t length_s =
		row->validity_s > 0 ? row->validity_s : profile->validity_default_s;
	draft->fields = (struct cert_fields){ .profile = profile,
		.not_before = now,
		.not_after = profile_not_after(now, length_s),
		.subject_public_key_info = key->spki };
	TRY(encode_names(room, row, draft));
	TRY(choose_signer(room, row, key, draft));
	TRY(serial_random(&draft->fields.serial_number));
	TRY(check_fit(row, draft, now));
	TRY(cert_write_tbs(&draft->fields, &w));
	return der_finish(&w, &draft->tbs);
}

/* From the issuer up to the root; the certificate itself when it is one. */
static RESULT verify_chain(struct room *room, const struct plan_row *row,
	const struct cert *cert, int64_t now)
{
	struct cert chain[3];
	size_t count = 0;
	const struct authority *above = room_authority(room, row->issuer);
	if (above == NULL)
		chain[count++] = *cert;
	for (; above != NULL && count < 3; above = above->above)
		chain[count++] = above->parsed;
	return cert_verify_path(cert, chain, count, now);
}

RESULT certify_check(struct room *room, const struct plan_row *row, struct blob spki,
	struct blob der, int64_t now)
{
	struct cert cert;
	uint8_t subject_room[LIMIT_NAME];
	struct der_writer w = DER_WRITER(subject_room);
	struct blob subject;
	name_write(&row->subject, &w);
	TRY(der_finish(&w, &subject));
	TRY_IN(cert_parse(der, &cert), "%s", row->word);
	if (!blob_equal(cert.subject, subject) ||
		!blob_equal(cert.subject_public_key_info, spki))
		return FAIL(E_CRYPTO, "%s: not the certificate of this row and key",
			row->word);
	TRY_IN(verify_chain(room, row, &cert, now), "%s", row->word);
	return OK;
}

RESULT certify_row(struct room *room, const struct plan_row *row,
	const struct subject_key *key, int64_t now, struct buf *out)
{
	struct draft draft = { .fields = { .profile = NULL } };
	uint8_t signed_room[LIMIT_CERT];
	struct der_writer w = DER_WRITER(signed_room);
	struct blob der;
	struct cert cert;
	TRY_IN(draft_make(room, row, key, now, &draft), "%s", row->word);
	TRY_IN(linter_ask(room, row, draft.fields.profile, draft.tbs), "%s", row->word);
	TRY_IN(cert_write_signed(draft.tbs, &draft.signing, &w), "%s", row->word);
	TRY(der_finish(&w, &der));
	TRY(certify_check(room, row, key->spki, der, now));
	TRY(cert_parse(der, &cert));
	if (!blob_equal(cert.tbs, draft.tbs))
		return FAIL(E_CRYPTO, "%s: not the bytes that were linted", row->word);
	return buf_append(out, der);
}

static RESULT set_addresses(const struct site *site, struct authority *authority,
	bool has_responder)
{
	const char *word = authority->row->word;
	int crl = snprintf(authority->crl_uri, sizeof authority->crl_uri, "%s/crl/%s.crl",
		site->base_url, word);
	int ca = snprintf(authority->ca_issuers_uri, sizeof authority->ca_issuers_uri,
		"%s/ca/%s.cer", site->base_url, word);
	int ocsp = has_responder
			   ? snprintf(authority->ocsp_uri, sizeof authority->ocsp_uri,
				     "%s/ocsp", site->base_url)
			   : 0;
	if (crl < 0 || ca < 0 || ocsp < 0 || (size_t)crl >= sizeof authority->crl_uri ||
		(size_t)ca >= sizeof authority->ca_issuers_uri ||
		(size_t)ocsp >= sizeof authority->ocsp_uri)
		return FAIL(E_INPUT, "baseUrl: too long");
	return OK;
}

/* The row of the CA's delegated responder, by the profile's ocsp-nocheck. */
static const struct plan_row *find_responder(const struct room *room,
	const struct plan_row *row)
{
	for (size_t i = 0; i < room->plan->row_count; i++) {
		const struct plan_row *other = &room->plan->row[i];
		const struct profile *profile =
			profile_set_find(room->profiles, other->profile, 0);
		if (strcmp(other->issuer, row->word) == 0 && profile != NULL &&
			profile->ocsp_nocheck)
			return other;
	}
	return NULL;
}

static RESULT settle(struct room *room, struct authority *authority)
{
	enum key_algorithm kind;
	enum signature_algorithm algorithm;
	authority->above = room_authority(room, authority->row->issuer);
	authority->responder = find_responder(room, authority->row);
	TRY(set_addresses(room->site, authority, authority->responder != NULL));
	TRY(cert_parse(buf_view(&authority->der), &authority->parsed));
	TRY(key_parse(authority->parsed.subject_public_key_info, &kind,
		&authority->public_key));
	TRY(signature_for_key(authority->public_key, &algorithm));
	TRY(token_key_signing(authority->key, algorithm, &authority->signing));
	authority->issuer = (struct cert_issuer){ .subject = authority->parsed.subject,
		.key_identifier = authority->parsed.subject_key_identifier,
		.not_before = authority->parsed.not_before,
		.not_after = authority->parsed.not_after,
		.algorithm = algorithm,
		.crl_uri = authority->crl_uri,
		.ca_issuers_uri = authority->ca_issuers_uri,
		.ocsp_uri = authority->responder == NULL ? NULL : authority->ocsp_uri };
	return OK;
}

RESULT authority_add(struct room *room, const struct plan_row *row,
	struct subject_key *key, struct blob der)
{
	struct authority *authority = &room->authority[room->authority_count];
	if (key->token_key == NULL)
		return FAIL(E_POLICY, "%s: a CA's key lies in a token", row->word);
	*authority = (struct authority){ .row = row,
		.der = BUF(LIMIT_CERT),
		.key = MOVE(key->token_key) };
	room->authority_count++; /* from here on it is cleared with the room */
	TRY(buf_append(&authority->der, der));
	return settle(room, authority);
}
