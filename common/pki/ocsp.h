/* ocsp: requests read by hand and responses written by template (RFC 6960, RFC 9654, PROFILES part 9). */
#ifndef COMMON_PKI_OCSP_H
#define COMMON_PKI_OCSP_H

#include "common/pki/crl.h"

enum ocsp_hash {
	OCSP_SHA1,
	OCSP_SHA256,
	OCSP_HASH_COUNT
}; /* CertID only: the protocol's names, no security rests on them */

struct ocsp_cert_id {
	struct blob der; /* the CertID as asked, echoed byte for byte */
	enum ocsp_hash hash;
	struct blob issuer_name_hash, issuer_key_hash;
	struct serial serial_number;
};

struct ocsp_request {
	size_t count;
	struct ocsp_cert_id item[LIMIT_OCSP_SINGLE];
	struct blob
		nonce; /* 16 to 128 octets to echo; empty: none (1 to 15 octets are ignored) */
};
/* der: borrowed, at most LIMIT_OCSP_REQUEST. E_INPUT: malformedRequest, also nonces of 0 or more than 128 octets, more
 * than LIMIT_OCSP_SINGLE certificates and unknown critical extensions. Signed requests are read; their signature is not
 * asked for. E_POLICY: a CertID hash other than SHA-1 or SHA-256, or a serial number that no CA of ours can have given. */
RESULT ocsp_request_parse(struct blob der, struct ocsp_request *out);
/*
 * The DER out of the path of a GET (RFC 6960 appendix A.1), which an HTTP server has freed of one layer of escapes: a
 * second layer is undone here, '+' stays, padding may be missing. out: opened with LIMIT_OCSP_REQUEST. E_INPUT.
 */
RESULT ocsp_request_from_path(const char *path, struct buf *out);
/* For clients and tests: one CertID, nonce may be empty. */
RESULT ocsp_request_write(const struct ocsp_cert_id *id, struct blob nonce,
	struct der_writer *w);
/* issuerNameHash and issuerKeyHash of a CA certificate; 20 or 32 octets each. With OCSP_SHA1 the key hash of a responder's
 * certificate is its responderID byKey. E_INPUT: a public key that is not DER. E_CRYPTO. */
RESULT ocsp_issuer_hashes(const struct cert *issuer, enum ocsp_hash hash,
	uint8_t name[static 32], uint8_t key[static 32], size_t *len);

enum ocsp_status { OCSP_GOOD, OCSP_REVOKED, OCSP_UNKNOWN };
enum ocsp_error { /* OCSPResponseStatus */
	OCSP_SUCCESSFUL = 0,
	OCSP_MALFORMED_REQUEST = 1,
	OCSP_INTERNAL_ERROR = 2,
	OCSP_TRY_LATER = 3,
	OCSP_SIG_REQUIRED = 5,
	OCSP_UNAUTHORIZED = 6,
};
struct blob ocsp_error_response(enum ocsp_error error); /* static DER, unsigned */

struct ocsp_single {
	struct blob cert_id; /* DER */
	enum ocsp_status status;
	int64_t revocation_time;
	enum revocation_reason reason; /* unspecified: left out */
	int64_t archive_cutoff;        /* 0: none */
};
struct ocsp_response_fields {
	struct blob responder_key_hash;    /* SHA-1 of the responder's key bits: byKey */
	struct blob responder_certificate; /* DER, included; empty: left out */
	int64_t produced_at, this_update, next_update;
	size_t count;
	struct ocsp_single single[LIMIT_OCSP_SINGLE];
	struct blob nonce;
	bool extended_revoke; /* R-OCSP-03: some single stands for a certificate never issued (RFC 6960 section 2.2) */
};
enum {
	OCSP_CERT_ID_MAX = 128
}; /* bytes of a DER CertID: two hashes of 32, a serial number of 20 */
/* A CertID of an issuer's hashes (ocsp_issuer_hashes) and a serial number; for clients and tests. */
RESULT ocsp_cert_id_write(enum ocsp_hash hash, struct blob name_hash,
	struct blob key_hash, const struct serial *serial, struct der_writer *w);
/* A whole OCSPResponse, successful, basic, signed. E_POLICY: no certificate, or times out of order. E_CRYPTO, E_IO: the key
 * did not sign. E_INPUT: room too small. */
RESULT ocsp_response_write(const struct ocsp_response_fields *fields,
	const struct signing_key *key, struct der_writer *w);
/* For clients and tests: reads a successful basic response byKey. E_STATE: another status (text names it). E_INPUT. */
struct ocsp_response {
	struct blob tbs, signature, responder_certificate, nonce;
	struct blob responder_key_hash;
	size_t count; /* of single responses */
	bool extended_revoke;
	enum signature_algorithm algorithm;
	int64_t produced_at, this_update, next_update;
	struct ocsp_single single; /* the first */
};
RESULT ocsp_response_parse(struct blob der, struct ocsp_response *out);

#endif
