#include "ca/status/responder.h"

#include <openssl/crypto.h>

#include "common/pki/oid.h"

/* An issuer as requests name it, and the delegated key that answers for it. */
struct desk {
	const struct issuer *issuer;
	uint8_t name_hash[OCSP_HASH_COUNT][32], key_hash[OCSP_HASH_COUNT][32];
	size_t hash_len[OCSP_HASH_COUNT];
	bool has_key;
	struct signing_key key;
	uint8_t responder_key_hash[32];
	int64_t responder_not_after;
};

struct responder {
	struct responder_settings settings;
	struct replica *replica;
	struct tally *tally;
	struct answers *answers;
	size_t count;
	struct desk *desk;
	uint8_t room[LIMIT_OCSP_RESPONSE];
};

RESULT responder_new(const struct responder_settings *settings,
	const struct issuer_set *set, struct replica *replica, struct tally *tally,
	struct responder **out)
{
	AUTO(responder_free) struct responder *responder = calloc(1, sizeof *responder);
	if (responder == NULL)
		return FAIL(E_IO, "out of memory");
	responder->settings = *settings;
	responder->replica = replica;
	responder->tally = tally;
	responder->count = issuer_set_count(set);
	responder->desk = calloc(responder->count + 1, sizeof *responder->desk);
	if (responder->desk == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t i = 0; i < responder->count; i++) {
		struct desk *desk = &responder->desk[i];
		desk->issuer = issuer_set_at(set, i);
		for (int h = 0; h < OCSP_HASH_COUNT; h++)
			TRY_IN(ocsp_issuer_hashes(&desk->issuer->parsed,
				       (enum ocsp_hash)h, desk->name_hash[h],
				       desk->key_hash[h], &desk->hash_len[h]),
				"issuer %s", desk->issuer->name);
	}
	TRY(answers_new(settings->cache, &responder->answers));
	*out = MOVE(responder);
	return OK;
}

void responder_free(struct responder *responder)
{
	if (responder == NULL)
		return;
	answers_free(responder->answers);
	free(responder->desk);
	free(responder);
}

/* R-OCSP-06, PROFILES P-OCSP: of this CA's own key, for OCSP alone. */
static RESULT check_certificate(const struct issuer *issuer, struct blob spki,
	struct cert *out)
{
	const struct oid *purpose = oid_by_name("id-kp-OCSPSigning");
	if (issuer->ocsp_certificate.len == 0)
		return FAIL(E_POLICY, "no OCSP certificate in issuers.cfg");
	TRY_IN(cert_parse(issuer->ocsp_certificate, out), "OCSP certificate");
	if (!blob_equal(out->issuer, issuer->parsed.subject))
		return FAIL(E_POLICY, "OCSP certificate: of another issuer");
	TRY_IN(cert_verify(out, issuer->public_key), "OCSP certificate");
	if (purpose == NULL || out->eku_count != 1 || !cert_has_eku(out, purpose) ||
		out->is_ca)
		return FAIL(E_POLICY, "OCSP certificate: not for OCSPSigning alone");
	if (!blob_equal(out->subject_public_key_info, spki))
		return FAIL(E_POLICY,
			"OCSP certificate: of another key than the token's");
	return OK;
}

RESULT responder_set_key(struct responder *responder, size_t issuer,
	const struct signing_key *key, struct blob spki)
{
	struct desk *desk = &responder->desk[issuer];
	struct cert cert;
	uint8_t name_hash[32];
	size_t len;
	TRY_IN(check_certificate(desk->issuer, spki, &cert), "issuer %s",
		desk->issuer->name);
	TRY(ocsp_issuer_hashes(&cert, OCSP_SHA1, name_hash, desk->responder_key_hash,
		&len));
	desk->responder_not_after = cert.not_after;
	desk->key = *key;
	desk->has_key = true;
	return OK;
}

void responder_drop_keys(struct responder *responder)
{
	for (size_t i = 0; i < responder->count; i++)
		responder->desk[i].has_key = false;
}

/* R-OCSP-08: both hashes must be those of one issuer of ours. */
static struct desk *desk_for(struct responder *responder, const struct ocsp_cert_id *id)
{
	for (size_t i = 0; i < responder->count; i++) {
		struct desk *desk = &responder->desk[i];
		size_t len = desk->hash_len[id->hash];
		if (blob_equal(id->issuer_name_hash,
			    blob_make(desk->name_hash[id->hash], len)) &&
			blob_equal(id->issuer_key_hash,
				blob_make(desk->key_hash[id->hash], len)))
			return desk;
	}
	return NULL;
}

/* One key signs one answer: all certificates asked for must be of one issuer. */
static RESULT find_desk(struct responder *responder, const struct ocsp_request *request,
	struct desk **out)
{
	struct desk *desk = desk_for(responder, &request->item[0]);
	for (size_t i = 1; i < request->count; i++)
		if (desk_for(responder, &request->item[i]) != desk)
			return FAIL(E_NOT_FOUND, "certificates of several issuers");
	if (desk == NULL || desk->issuer->ocsp_key[0] == 0)
		return FAIL(E_NOT_FOUND, "not an issuer that is answered for here");
	*out = desk;
	return OK;
}

/*
 * thisUpdate is the moment for which the replica is known to have been in step (RFC 6960 section 2.4), never later;
 * so answers age while the registry is away and end by themselves (R-OCSP-14).
 */
static RESULT set_times(const struct responder *responder, const struct desk *desk,
	int64_t synced_at, int64_t now, struct ocsp_response_fields *fields)
{
	fields->produced_at = now;
	fields->this_update = synced_at < now ? synced_at : now;
	fields->next_update = fields->this_update + responder->settings.validity_s - 1;
	/* R-OCSP-06: an answer does not outlive who signed it, nor the CA. */
	if (fields->next_update > desk->responder_not_after)
		fields->next_update = desk->responder_not_after;
	if (fields->next_update > desk->issuer->parsed.not_after)
		fields->next_update = desk->issuer->parsed.not_after;
	if (now >= fields->next_update)
		return FAIL(E_RETRY,
			"the replica is too old, or a certificate has ended");
	return OK;
}

/* What is said of a number that was never given (R-OCSP-02, -03). */
static RESULT unassigned(const struct responder *responder, struct ocsp_single *single,
	struct ocsp_response_fields *fields)
{
	switch (responder->settings.unassigned) {
	case UNASSIGNED_UNKNOWN:
		single->status = OCSP_UNKNOWN;
		return OK;
	case UNASSIGNED_REVOKED: /* RFC 6960 section 2.2 */
		single->status = OCSP_REVOKED;
		single->reason = REASON_CERTIFICATE_HOLD;
		single->revocation_time = 0;
		fields->extended_revoke = true;
		return OK;
	case UNASSIGNED_UNAUTHORIZED:
		break;
	}
	return FAIL(E_NOT_FOUND, "serialNumber never given");
}

static RESULT fill_single(struct responder *responder, const struct desk *desk,
	const struct ocsp_cert_id *id, struct ocsp_response_fields *fields,
	struct replica_status *status, bool *assigned)
{
	struct ocsp_single *single = &fields->single[fields->count++];
	single->cert_id = id->der;
	struct err err = replica_find(responder->replica, desk->issuer->name,
		&id->serial_number, status);
	*assigned = !err_is(err);
	if (err.code == E_NOT_FOUND) {
		tally_add(responder->tally, TALLY_UNASSIGNED);
		return unassigned(responder, single, fields);
	}
	TRY(err);
	single->status = status->status;
	if (status->status == OCSP_REVOKED) {
		single->revocation_time = status->revocation_date;
		single->reason = status->reason;
	}
	tally_add(responder->tally,
		status->status == OCSP_GOOD ? TALLY_GOOD : TALLY_REVOKED);
	return OK;
}

static RESULT make_etag(struct blob der, char out[static ANSWER_ETAG])
{
	uint8_t digest[32];
	if (EVP_Digest(der.data, der.len, digest, NULL, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "entity tag");
	out[0] = '"';
	hex_encode(blob_make(digest, 16), out + 1);
	memcpy(out + 33, "\"", 2);
	return OK;
}

static RESULT sign(struct responder *responder, const struct desk *desk,
	const struct ocsp_response_fields *fields, struct responder_answer *out)
{
	struct der_writer w = DER_WRITER(responder->room);
	struct err err = ocsp_response_write(fields, &desk->key, &w);
	if (err_is(err)) {
		/* Whatever the token calls it, it is our trouble and not the asker's. */
		err.code = E_CRYPTO;
		out->key_failed = true;
		return err;
	}
	TRY(der_finish(&w, &out->der));
	TRY(make_etag(out->der, out->etag));
	out->this_update = fields->this_update;
	out->next_update = fields->next_update;
	return OK;
}

static void give_kept(const struct answer *kept, struct responder_answer *out)
{
	out->der = buf_view(&kept->der);
	out->this_update = kept->this_update;
	out->next_update = kept->next_update;
	memcpy(out->etag, kept->etag, sizeof out->etag);
}

static void keep(struct responder *responder, struct blob cert_id,
	const struct replica_status *status, const struct responder_answer *given)
{
	struct answer answer = { .this_update = given->this_update,
		.next_update = given->next_update };
	if (cert_id.len > sizeof answer.cert_id)
		return;
	/* R-OCSP-04: signed anew after a third of its life, which is 8 h of the 24 h. */
	answer.refresh_at = given->this_update + responder->settings.validity_s / 3;
	memcpy(answer.cert_id, cert_id.data, cert_id.len);
	answer.cert_id_len = cert_id.len;
	memcpy(answer.record, status->record, sizeof answer.record);
	memcpy(answer.etag, given->etag, sizeof answer.etag);
	answers_keep(responder->answers, &answer, given->der);
}

static RESULT answer_looked(struct responder *responder,
	const struct ocsp_request *request, const struct desk *desk, int64_t synced_at,
	int64_t now, struct responder_answer *out)
{
	struct ocsp_response_fields fields = {
		.responder_key_hash = blob_make(desk->responder_key_hash, 20),
		.responder_certificate = desk->issuer->ocsp_certificate,
		.nonce = request->nonce,
	};
	struct replica_status status = { .id = 0 };
	bool assigned = false;
	for (size_t i = 0; i < request->count; i++)
		TRY(fill_single(responder, desk, &request->item[i], &fields, &status,
			&assigned));
	out->cacheable = request->nonce.len == 0;
	/* R-OCSP-07: a nonce is signed live. */
	bool keepable = out->cacheable && request->count == 1 && assigned;
	const struct answer *kept =
		keepable ? answers_find(responder->answers, request->item[0].der,
				   status.record, now)
			 : NULL;
	if (kept != NULL) {
		give_kept(kept, out);
		tally_add(responder->tally, TALLY_KEPT);
		return OK;
	}
	if (!desk->has_key)
		return FAIL(E_RETRY, "the OCSP key of issuer %s is not at hand",
			desk->issuer->name);
	TRY(set_times(responder, desk, synced_at, now, &fields));
	TRY(sign(responder, desk, &fields, out));
	if (keepable)
		keep(responder, request->item[0].der, &status, out);
	return OK;
}

static RESULT answer_request(struct responder *responder, struct blob der, int64_t now,
	struct responder_answer *out)
{
	struct ocsp_request request;
	struct desk *desk = NULL;
	int64_t synced_at;
	TRY(ocsp_request_parse(der, &request));
	struct err err = find_desk(responder, &request, &desk);
	if (err_is(err)) {
		tally_add(responder->tally, TALLY_OTHER);
		return err;
	}
	TRY(replica_look(responder->replica, &synced_at));
	err = answer_looked(responder, &request, desk, synced_at, now, out);
	replica_look_away(responder->replica);
	return err;
}

/* clang-format off */
static const struct { enum ocsp_error error; enum tally_row tally; } errors[E_CODE_COUNT] = {
	[E_INPUT]     = { OCSP_MALFORMED_REQUEST, TALLY_MALFORMED },
	[E_POLICY]    = { OCSP_UNAUTHORIZED,      TALLY_OTHER },
	[E_NOT_FOUND] = { OCSP_UNAUTHORIZED,      TALLY_COUNT }, /* counted where it was seen */
	[E_RETRY]     = { OCSP_TRY_LATER,         TALLY_TRY_LATER },
	[E_DENIED]    = { OCSP_INTERNAL_ERROR,    TALLY_INTERNAL },
	[E_CONFLICT]  = { OCSP_INTERNAL_ERROR,    TALLY_INTERNAL },
	[E_STATE]     = { OCSP_INTERNAL_ERROR,    TALLY_INTERNAL },
	[E_CRYPTO]    = { OCSP_INTERNAL_ERROR,    TALLY_INTERNAL },
	[E_IO]        = { OCSP_INTERNAL_ERROR,    TALLY_INTERNAL },
	[E_BUG]       = { OCSP_INTERNAL_ERROR,    TALLY_INTERNAL },
};
/* clang-format on */

void responder_refuse(struct responder *responder, struct err why,
	struct responder_answer *out)
{
	bool key_failed = out->key_failed;
	*out = (struct responder_answer){ .why = why, .key_failed = key_failed };
	out->error = errors[why.code].error;
	out->der = ocsp_error_response(out->error);
	if (errors[why.code].tally != TALLY_COUNT)
		tally_add(responder->tally, errors[why.code].tally);
}

void responder_answer(struct responder *responder, struct blob request, int64_t now,
	struct responder_answer *out)
{
	*out = (struct responder_answer){ .error = OCSP_SUCCESSFUL };
	struct err err = answer_request(responder, request, now, out);
	if (err_is(err))
		responder_refuse(responder, err, out);
}
