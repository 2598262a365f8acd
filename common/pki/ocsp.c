#include "common/pki/ocsp.h"

#include "common/base/table.h"
#include "common/pki/extension.h"
#include "common/pki/oid.h"

/* clang-format off */
static const struct oid id_basic           = { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01 } };
static const struct oid id_nonce           = { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02 } };
static const struct oid id_acceptable      = { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x04 } };
static const struct oid id_archive_cutoff  = { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x06 } };
static const struct oid id_service_locator = { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x07 } };
static const struct oid id_pref_sig_algs   = { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x08 } };
static const struct oid id_extended_revoke = { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x09 } };

static const struct { struct oid id; size_t len; const EVP_MD *(*digest)(void); } hashes[OCSP_HASH_COUNT] = {
	[OCSP_SHA1]   = { { 5, { 0x2b, 0x0e, 0x03, 0x02, 0x1a } }, 20, EVP_sha1 },
	[OCSP_SHA256] = { { 9, { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 } }, 32, EVP_sha256 },
};

/* Extensions of a request that may be critical and yet change nothing in what we answer. */
static const struct oid *const harmless[] = { &id_acceptable, &id_service_locator, &id_pref_sig_algs };

static const struct { enum ocsp_error number; const char *name; uint8_t der[5]; } errors[] = { /* RFC 6960 section 4.2.1 */
	{ OCSP_MALFORMED_REQUEST, "malformedRequest", { 0x30, 0x03, 0x0a, 0x01, 0x01 } },
	{ OCSP_INTERNAL_ERROR,    "internalError",    { 0x30, 0x03, 0x0a, 0x01, 0x02 } },
	{ OCSP_TRY_LATER,         "tryLater",         { 0x30, 0x03, 0x0a, 0x01, 0x03 } },
	{ OCSP_SIG_REQUIRED,      "sigRequired",      { 0x30, 0x03, 0x0a, 0x01, 0x05 } },
	{ OCSP_UNAUTHORIZED,      "unauthorized",     { 0x30, 0x03, 0x0a, 0x01, 0x06 } },
};
/* clang-format on */

/* -- requests -- */

/* AlgorithmIdentifier of a CertID: parameters absent (RFC 5754 section 2) or NULL (what most clients send). */
static RESULT read_hash(struct blob *in, enum ocsp_hash *out)
{
	struct blob algorithm, parameters;
	struct oid id;
	TRY(der_get(in, DER_SEQUENCE, &algorithm));
	TRY(der_get_oid(&algorithm, &id));
	if (algorithm.len > 0) {
		TRY(der_get(&algorithm, DER_NULL, &parameters));
		if (parameters.len > 0)
			return FAIL(E_INPUT, "parameters are not NULL");
	}
	TRY(der_end(algorithm));
	for (size_t i = 0; i < OCSP_HASH_COUNT; i++)
		if (oid_equal(&id, &hashes[i].id)) {
			*out = (enum ocsp_hash)i;
			return OK;
		}
	return FAIL(E_POLICY, "neither SHA-1 nor SHA-256");
}

/*
 * All of the form is judged before what lies beyond us (E_POLICY): a malformed request with an odd hash is malformed.
 */
static RESULT read_cert_id(struct blob *in, struct ocsp_cert_id *out)
{
	struct ocsp_cert_id id = { .hash = OCSP_SHA1 };
	struct blob content, serial;
	TRY(der_get_element(in, &id.der));
	struct blob element = id.der;
	TRY(der_get(&element, DER_SEQUENCE, &content));
	struct err hash = read_hash(&content, &id.hash);
	if (hash.code == E_INPUT)
		return err_in(hash, "hashAlgorithm");
	TRY_IN(der_get(&content, DER_OCTET_STRING, &id.issuer_name_hash),
		"issuerNameHash");
	TRY_IN(der_get(&content, DER_OCTET_STRING, &id.issuer_key_hash), "issuerKeyHash");
	TRY_IN(der_get(&content, DER_INTEGER, &serial), "serialNumber");
	TRY(der_end(content));
	TRY_IN(hash, "hashAlgorithm");
	if (id.issuer_name_hash.len != hashes[id.hash].len ||
		id.issuer_key_hash.len != hashes[id.hash].len)
		return FAIL(E_INPUT, "hash length");
	/* Other CAs may have given numbers that we refuse to give: not malformed, but none of ours. */
	if (err_is(serial_from_blob(serial, &id.serial_number)))
		return FAIL(E_POLICY, "serialNumber of a form never given here");
	*out = id;
	return OK;
}

static RESULT check_unknown(const struct extension *extension)
{
	if (!extension->critical)
		return OK;
	for (size_t i = 0; i < COUNT(harmless); i++)
		if (extension_is(extension, harmless[i]))
			return OK;
	return FAIL(E_INPUT, "unknown critical extension");
}

static RESULT read_single_extensions(struct blob in)
{
	struct blob outer, list;
	TRY(der_get(&in, DER_CONTEXT_OPEN(0), &outer));
	TRY(der_end(in));
	TRY(der_get(&outer, DER_SEQUENCE, &list));
	TRY(der_end(outer));
	while (list.len > 0) {
		struct extension extension;
		TRY(extension_next(&list, &extension));
		TRY(check_unknown(&extension));
	}
	return OK;
}

/* R-OCSP-07, RFC 9654 section 2.1: 1 to 128 octets; those of less than 16 are not worth an echo. */
static RESULT read_nonce(struct blob value, struct blob *out)
{
	struct blob nonce;
	TRY(der_get(&value, DER_OCTET_STRING, &nonce));
	TRY(der_end(value));
	if (nonce.len == 0 || nonce.len > LIMIT_NONCE)
		return FAIL(E_INPUT, "%zu octets", nonce.len);
	*out = nonce.len < 16 ? BLOB_NONE : nonce;
	return OK;
}

static RESULT read_request_extensions(struct blob *in, struct ocsp_request *request)
{
	struct blob outer, list;
	bool seen = false;
	TRY(der_get(in, DER_CONTEXT_OPEN(2), &outer));
	TRY(der_get(&outer, DER_SEQUENCE, &list));
	TRY(der_end(outer));
	while (list.len > 0) {
		struct extension extension;
		TRY(extension_next(&list, &extension));
		if (!extension_is(&extension, &id_nonce)) {
			TRY(check_unknown(&extension));
			continue;
		}
		if (seen)
			return FAIL(E_INPUT, "nonce: twice");
		seen = true;
		TRY_IN(read_nonce(extension.value, &request->nonce), "nonce");
	}
	return OK;
}

static RESULT read_list(struct blob list, struct ocsp_request *request)
{
	struct err beyond = OK;
	if (list.len == 0)
		return FAIL(E_INPUT, "empty");
	while (list.len > 0) {
		struct blob one;
		if (request->count == LIMIT_OCSP_SINGLE) /* R-OCSP-11 */
			return FAIL(E_INPUT, "more than %d certificates",
				LIMIT_OCSP_SINGLE);
		TRY(der_get(&list, DER_SEQUENCE, &one));
		struct err id = read_cert_id(&one, &request->item[request->count++]);
		if (id.code != E_NONE && id.code != E_POLICY)
			return err_in(id, "reqCert");
		if (!err_is(beyond))
			beyond = id;
		if (one.len > 0)
			TRY_IN(read_single_extensions(one), "singleRequestExtensions");
	}
	return beyond;
}

/* Version and name of the requestor: read over, for nothing here depends on them. */
static RESULT skip_front(struct blob *in)
{
	struct blob outer, skipped;
	uint64_t version;
	if (der_peek(*in, DER_CONTEXT_OPEN(0))) {
		/* v1 is the default and should be absent; some clients write it all the same. */
		TRY(der_get(in, DER_CONTEXT_OPEN(0), &outer));
		TRY_IN(der_get_int(&outer, DER_INTEGER, &version), "version");
		TRY(der_end(outer));
		if (version != 0)
			return FAIL(E_INPUT, "version is not 1");
	}
	if (der_peek(*in, DER_CONTEXT_OPEN(1))) {
		TRY(der_get(in, DER_CONTEXT_OPEN(1), &outer));
		TRY_IN(der_get_element(&outer, &skipped), "requestorName");
		TRY_IN(der_end(outer), "requestorName");
	}
	return OK;
}

/* The signature of a signed request, as a form only: whoever asks may know (PROFILES G10: unsigned ones are answered). */
static RESULT skip_signature(struct blob *in)
{
	struct blob outer, content, skipped;
	TRY(der_get(in, DER_CONTEXT_OPEN(0), &outer));
	TRY(der_get(&outer, DER_SEQUENCE, &content));
	TRY(der_end(outer));
	TRY(der_get(&content, DER_SEQUENCE, &skipped));
	TRY(der_get_bits(&content, &skipped));
	if (content.len > 0)
		TRY(der_get(&content, DER_CONTEXT_OPEN(0), &skipped));
	return der_end(content);
}

RESULT ocsp_request_parse(struct blob der, struct ocsp_request *out)
{
	struct ocsp_request request = { .count = 0 };
	struct blob in = der, outer, tbs, list;
	if (der.len > LIMIT_OCSP_REQUEST) /* R-OCSP-11 */
		return FAIL(E_INPUT, "longer than %d bytes", LIMIT_OCSP_REQUEST);
	TRY_IN(der_get(&in, DER_SEQUENCE, &outer), "OCSPRequest");
	TRY(der_end(in));
	TRY_IN(der_get(&outer, DER_SEQUENCE, &tbs), "tbsRequest");
	if (outer.len > 0)
		TRY_IN(skip_signature(&outer), "optionalSignature");
	TRY(der_end(outer));
	TRY(skip_front(&tbs));
	TRY_IN(der_get(&tbs, DER_SEQUENCE, &list), "requestList");
	struct err beyond = read_list(list, &request);
	if (beyond.code != E_NONE && beyond.code != E_POLICY)
		return err_in(beyond, "requestList");
	if (tbs.len > 0)
		TRY_IN(read_request_extensions(&tbs, &request), "requestExtensions");
	TRY(der_end(tbs));
	TRY_IN(beyond, "requestList");
	*out = request;
	return OK;
}

RESULT ocsp_cert_id_write(enum ocsp_hash hash, struct blob name_hash,
	struct blob key_hash, const struct serial *serial, struct der_writer *w)
{
	struct blob end;
	size_t mark = der_open(w, DER_SEQUENCE);
	size_t algorithm = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &hashes[hash].id);
	der_put_null(w);
	der_close(w, algorithm);
	der_put(w, DER_OCTET_STRING, name_hash);
	der_put(w, DER_OCTET_STRING, key_hash);
	der_put(w, DER_INTEGER, serial_view(serial));
	der_close(w, mark);
	return der_finish(w, &end);
}

static void put_nonce(struct der_writer *w, struct blob nonce)
{
	uint8_t room[LIMIT_NONCE + 8];
	struct der_writer value = DER_WRITER(room);
	der_put(&value, DER_OCTET_STRING, nonce);
	extension_put(w, &id_nonce, false, blob_make(room, value.len));
}

RESULT ocsp_request_write(const struct ocsp_cert_id *id, struct blob nonce,
	struct der_writer *w)
{
	struct blob end;
	if (nonce.len > LIMIT_NONCE)
		return FAIL(E_INPUT, "nonce: longer than %d octets", LIMIT_NONCE);
	size_t outer = der_open(w, DER_SEQUENCE);
	size_t tbs = der_open(w, DER_SEQUENCE);
	size_t list = der_open(w, DER_SEQUENCE);
	size_t one = der_open(w, DER_SEQUENCE);
	if (id->der.len > 0)
		der_put_raw(w, id->der);
	else
		TRY(ocsp_cert_id_write(id->hash, id->issuer_name_hash,
			id->issuer_key_hash, &id->serial_number, w));
	der_close(w, one);
	der_close(w, list);
	if (nonce.len > 0) {
		size_t context = der_open(w, DER_CONTEXT_OPEN(2));
		size_t extensions = der_open(w, DER_SEQUENCE);
		put_nonce(w, nonce);
		der_close(w, extensions);
		der_close(w, context);
	}
	der_close(w, tbs);
	der_close(w, outer);
	return der_finish(w, &end);
}

static RESULT digest(enum ocsp_hash hash, struct blob in, uint8_t out[static 32])
{
	if (EVP_Digest(in.data, in.len, out, NULL, hashes[hash].digest(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "hash of a CertID");
	return OK;
}

RESULT ocsp_issuer_hashes(const struct cert *issuer, enum ocsp_hash hash,
	uint8_t name[static 32], uint8_t key[static 32], size_t *len)
{
	struct blob spki = issuer->subject_public_key_info, content, algorithm, bits;
	TRY(der_get(&spki, DER_SEQUENCE, &content));
	TRY(der_get(&content, DER_SEQUENCE, &algorithm));
	TRY(der_get_bits(&content, &bits));
	TRY(digest(hash, issuer->subject, name));
	/* RFC 6960 section 4.1.1: over the value of the BIT STRING, without tag, length and unused bits. */
	TRY(digest(hash, bits, key));
	*len = hashes[hash].len;
	return OK;
}

/* -- responses -- */

struct blob ocsp_error_response(enum ocsp_error error)
{
	for (size_t i = 0; i < COUNT(errors); i++)
		if (errors[i].number == error)
			return BLOB(errors[i].der);
	return ocsp_error_response(OCSP_INTERNAL_ERROR);
}

static void put_status(const struct ocsp_single *single, struct der_writer *w)
{
	switch (single->status) {
	case OCSP_GOOD:
		der_put(w, DER_CONTEXT(0), BLOB_NONE);
		return;
	case OCSP_UNKNOWN:
		der_put(w, DER_CONTEXT(2), BLOB_NONE);
		return;
	case OCSP_REVOKED:
		break;
	}
	size_t revoked = der_open(w, DER_CONTEXT_OPEN(1));
	der_put_generalized(w, single->revocation_time);
	if (single->reason != REASON_UNSPECIFIED) { /* R-REV-07 */
		size_t reason = der_open(w, DER_CONTEXT_OPEN(0));
		der_put_int(w, DER_ENUMERATED, single->reason);
		der_close(w, reason);
	}
	der_close(w, revoked);
}

static void put_single(const struct ocsp_response_fields *fields,
	const struct ocsp_single *single, struct der_writer *w)
{
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put_raw(w, single->cert_id); /* R-OCSP-08: mirrors what was asked */
	put_status(single, w);
	der_put_generalized(w, fields->this_update);
	size_t next = der_open(w, DER_CONTEXT_OPEN(0));
	der_put_generalized(w, fields->next_update);
	der_close(w, next);
	/* R-OCSP-10: a reason stands in RevokedInfo and never here. */
	if (single->archive_cutoff != 0) {
		uint8_t room[32];
		struct der_writer value = DER_WRITER(room);
		der_put_generalized(&value, single->archive_cutoff);
		size_t context = der_open(w, DER_CONTEXT_OPEN(1));
		size_t extensions = der_open(w, DER_SEQUENCE);
		extension_put(w, &id_archive_cutoff, false, blob_make(room, value.len));
		der_close(w, extensions);
		der_close(w, context);
	}
	der_close(w, mark);
}

static void put_response_extensions(const struct ocsp_response_fields *fields,
	struct der_writer *w)
{
	static const uint8_t null[] = { DER_NULL, 0 };
	if (fields->nonce.len == 0 && !fields->extended_revoke)
		return;
	size_t context = der_open(w, DER_CONTEXT_OPEN(1));
	size_t extensions = der_open(w, DER_SEQUENCE);
	if (fields->nonce.len > 0)
		put_nonce(w, fields->nonce);
	if (fields->extended_revoke) /* RFC 6960 section 4.4.8: MUST NOT be critical */
		extension_put(w, &id_extended_revoke, false, BLOB(null));
	der_close(w, extensions);
	der_close(w, context);
}

static RESULT write_response_data(const struct ocsp_response_fields *fields,
	struct der_writer *w, struct blob *out)
{
	size_t mark = der_open(w, DER_SEQUENCE);
	size_t responder = der_open(w, DER_CONTEXT_OPEN(2));
	der_put(w, DER_OCTET_STRING, fields->responder_key_hash);
	der_close(w, responder);
	der_put_generalized(w, fields->produced_at);
	size_t list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < fields->count; i++)
		put_single(fields, &fields->single[i], w);
	der_close(w, list);
	put_response_extensions(fields, w);
	der_close(w, mark);
	return der_finish(w, out);
}

static RESULT check_fields(const struct ocsp_response_fields *fields)
{
	if (fields->count == 0 || fields->count > LIMIT_OCSP_SINGLE)
		return FAIL(E_POLICY, "%zu certificates", fields->count);
	if (fields->responder_key_hash.len != 20 || fields->nonce.len > LIMIT_NONCE)
		return FAIL(E_POLICY, "responderID or nonce");
	/* RFC 6960 section 2.4 */
	if (fields->produced_at < fields->this_update ||
		fields->next_update <= fields->this_update)
		return FAIL(E_POLICY,
			"thisUpdate, producedAt and nextUpdate are out of order");
	return OK;
}

RESULT ocsp_response_write(const struct ocsp_response_fields *fields,
	const struct signing_key *key, struct der_writer *w)
{
	uint8_t room[LIMIT_OCSP_RESPONSE], signature[SIGNATURE_MAX];
	struct der_writer data = DER_WRITER(room);
	struct blob tbs, end;
	size_t signature_len = 0;
	TRY(check_fields(fields));
	TRY_IN(write_response_data(fields, &data, &tbs), "ResponseData");
	TRY_IN(key->sign(key->context, tbs, signature, &signature_len), "response");

	size_t outer = der_open(w, DER_SEQUENCE);
	der_put_int(w, DER_ENUMERATED, OCSP_SUCCESSFUL);
	size_t context = der_open(w, DER_CONTEXT_OPEN(0));
	size_t bytes = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &id_basic);
	size_t octets = der_open(w, DER_OCTET_STRING);
	size_t basic = der_open(w, DER_SEQUENCE);
	der_put_raw(w, tbs);
	der_put_raw(w, signature_identifier(key->algorithm));
	der_put_bits(w, blob_make(signature, signature_len));
	if (fields->responder_certificate.len > 0) {
		size_t certs = der_open(w, DER_CONTEXT_OPEN(0));
		size_t list = der_open(w, DER_SEQUENCE);
		der_put_raw(w, fields->responder_certificate);
		der_close(w, list);
		der_close(w, certs);
	}
	der_close(w, basic);
	der_close(w, octets);
	der_close(w, bytes);
	der_close(w, context);
	der_close(w, outer);
	return der_finish(w, &end);
}

static RESULT read_response_status(struct blob *in)
{
	uint64_t status;
	TRY(der_get_int(in, DER_ENUMERATED, &status));
	if (status == OCSP_SUCCESSFUL)
		return OK;
	for (size_t i = 0; i < COUNT(errors); i++)
		if (errors[i].number == status)
			return FAIL(E_STATE, "%s", errors[i].name);
	return FAIL(E_INPUT, "responseStatus: no such number");
}

static RESULT read_revoked(struct blob in, struct ocsp_single *out)
{
	struct blob context;
	uint64_t number;
	TRY(der_get_generalized(&in, &out->revocation_time));
	if (in.len > 0) {
		TRY(der_get(&in, DER_CONTEXT_OPEN(0), &context));
		TRY(der_get_int(&context, DER_ENUMERATED, &number));
		TRY(der_end(context));
		if (number > REASON_AA_COMPROMISE ||
			reason_name((enum revocation_reason)number) == NULL)
			return FAIL(E_INPUT, "revocationReason: no such number");
		out->reason = (enum revocation_reason)number;
	}
	return der_end(in);
}

static RESULT read_status(struct blob *in, struct ocsp_single *out)
{
	struct blob content;
	uint8_t tag;
	TRY(der_get_any(in, &tag, &content));
	if (tag == DER_CONTEXT_OPEN(1)) {
		out->status = OCSP_REVOKED;
		return read_revoked(content, out);
	}
	if (content.len > 0 || (tag != DER_CONTEXT(0) && tag != DER_CONTEXT(2)))
		return FAIL(E_INPUT, "certStatus");
	out->status = tag == DER_CONTEXT(0) ? OCSP_GOOD : OCSP_UNKNOWN;
	return OK;
}

static RESULT read_extension_list(struct blob *in, struct blob *list)
{
	struct blob context;
	TRY(der_get(in, DER_CONTEXT_OPEN(1), &context));
	TRY(der_get(&context, DER_SEQUENCE, list));
	return der_end(context);
}

static RESULT read_single(struct blob in, struct ocsp_single *out, int64_t *this_update,
	int64_t *next_update)
{
	struct blob context, list;
	TRY_IN(der_get_element(&in, &out->cert_id), "certID");
	TRY_IN(read_status(&in, out), "certStatus");
	TRY_IN(der_get_generalized(&in, this_update), "thisUpdate");
	/* PROFILES part 9: nextUpdate is always present. */
	TRY_IN(der_get(&in, DER_CONTEXT_OPEN(0), &context), "nextUpdate");
	TRY_IN(der_get_generalized(&context, next_update), "nextUpdate");
	TRY(der_end(context));
	if (in.len == 0)
		return OK;
	TRY_IN(read_extension_list(&in, &list), "singleExtensions");
	while (list.len > 0) {
		struct extension extension;
		TRY(extension_next(&list, &extension));
		if (!extension_is(&extension, &id_archive_cutoff) || extension.critical)
			return FAIL(E_INPUT, "singleExtensions: not archiveCutoff");
		TRY(der_get_generalized(&extension.value, &out->archive_cutoff));
		TRY(der_end(extension.value));
	}
	return der_end(in);
}

static RESULT read_response_extensions(struct blob *in, struct ocsp_response *response)
{
	struct blob list;
	TRY(read_extension_list(in, &list));
	while (list.len > 0) {
		struct extension extension;
		TRY(extension_next(&list, &extension));
		if (extension_is(&extension, &id_nonce)) {
			TRY_IN(der_get(&extension.value, DER_OCTET_STRING,
				       &response->nonce),
				"nonce");
			TRY_IN(der_end(extension.value), "nonce");
		} else if (extension_is(&extension, &id_extended_revoke)) {
			response->extended_revoke = true;
		} else if (extension.critical) {
			return FAIL(E_INPUT, "unknown critical extension");
		}
	}
	return OK;
}

static RESULT read_response_data(struct blob in, struct ocsp_response *response)
{
	struct blob context, list, one;
	TRY_IN(der_get(&in, DER_CONTEXT_OPEN(2), &context), "responderID");
	TRY_IN(der_get(&context, DER_OCTET_STRING, &response->responder_key_hash),
		"responderID");
	TRY(der_end(context));
	TRY_IN(der_get_generalized(&in, &response->produced_at), "producedAt");
	TRY_IN(der_get(&in, DER_SEQUENCE, &list), "responses");
	for (; list.len > 0; response->count++) {
		struct ocsp_single single = { .status = OCSP_UNKNOWN };
		int64_t from, to;
		TRY_IN(der_get(&list, DER_SEQUENCE, &one), "responses");
		TRY(read_single(one, &single, &from, &to));
		if (response->count > 0)
			continue;
		response->single = single;
		response->this_update = from;
		response->next_update = to;
	}
	if (response->count == 0)
		return FAIL(E_INPUT, "responses: empty");
	if (in.len > 0)
		TRY_IN(read_response_extensions(&in, response), "responseExtensions");
	return der_end(in);
}

static RESULT read_basic(struct blob in, struct ocsp_response *response)
{
	struct blob algorithm, tbs, data, certs, list;
	TRY_IN(der_get_element(&in, &response->tbs), "tbsResponseData");
	TRY(der_get_element(&in, &algorithm));
	TRY(signature_by_identifier(algorithm, &response->algorithm));
	TRY_IN(der_get_bits(&in, &response->signature), "signature");
	if (in.len > 0) {
		TRY_IN(der_get(&in, DER_CONTEXT_OPEN(0), &certs), "certs");
		TRY(der_get(&certs, DER_SEQUENCE, &list));
		TRY(der_end(certs));
		/* PROFILES part 9: the delegated responder's certificate only. */
		TRY_IN(der_get_element(&list, &response->responder_certificate), "certs");
		TRY_IN(der_end(list), "certs");
	}
	TRY(der_end(in));
	tbs = response->tbs;
	TRY(der_get(&tbs, DER_SEQUENCE, &data));
	return read_response_data(data, response);
}

RESULT ocsp_response_parse(struct blob der, struct ocsp_response *out)
{
	struct ocsp_response response = { .count = 0 };
	struct blob in = der, outer, context, bytes, octets, basic;
	struct oid type;
	TRY_IN(der_get(&in, DER_SEQUENCE, &outer), "OCSPResponse");
	TRY(der_end(in));
	TRY(read_response_status(&outer));
	TRY_IN(der_get(&outer, DER_CONTEXT_OPEN(0), &context), "responseBytes");
	TRY(der_end(outer));
	TRY(der_get(&context, DER_SEQUENCE, &bytes));
	TRY(der_end(context));
	TRY_IN(der_get_oid(&bytes, &type), "responseType");
	if (!oid_equal(&type, &id_basic))
		return FAIL(E_INPUT, "responseType: not basic");
	TRY_IN(der_get(&bytes, DER_OCTET_STRING, &octets), "response");
	TRY(der_end(bytes));
	TRY_IN(der_get(&octets, DER_SEQUENCE, &basic), "BasicOCSPResponse");
	TRY(der_end(octets));
	TRY(read_basic(basic, &response));
	*out = response;
	return OK;
}
