/* crl: certificate revocation lists (RFC 5280 section 5, PROFILES part 8), made as a stream at constant memory. */
#ifndef COMMON_PKI_CRL_H
#define COMMON_PKI_CRL_H

#include "common/pki/cert.h"

/* Reasons as RFC 5280 section 5.3.1 numbers them. */
enum revocation_reason {
	REASON_UNSPECIFIED = 0,
	REASON_KEY_COMPROMISE = 1,
	REASON_CA_COMPROMISE = 2,
	REASON_AFFILIATION_CHANGED = 3,
	REASON_SUPERSEDED = 4,
	REASON_CESSATION_OF_OPERATION = 5,
	REASON_CERTIFICATE_HOLD = 6,
	REASON_REMOVE_FROM_CRL = 8,
	REASON_PRIVILEGE_WITHDRAWN = 9,
	REASON_AA_COMPROMISE = 10,
};
const char *reason_name(
	enum revocation_reason reason); /* "keyCompromise"; NULL: no such number */
/* E_INPUT: no such name. */
RESULT reason_by_name(const char *name, enum revocation_reason *out);

struct crl_entry {
	struct serial serial_number;
	int64_t revocation_date;
	enum revocation_reason
		reason;          /* unspecified: no reasonCode is written (R-REV-07) */
	int64_t invalidity_date; /* 0: none */
};

struct crl_fields {
	struct blob issuer; /* DER Name, byte copy */
	struct blob authority_key_identifier;
	enum signature_algorithm algorithm;
	int64_t this_update, next_update;
	uint64_t crl_number;
	int64_t expired_certs_on_crl; /* 0: extension absent (X.509 2.5.29.60) */
	struct blob issuing_distribution_point; /* DER value, critical; empty: absent */
};

/*
 * The TBSCertList is written to fd in three steps: entries are encoded one by one into a spool, then header and
 * trailer are put around it. crl_entry_write appends one encoded revokedCertificates entry.
 */
void crl_entry_write(const struct crl_entry *entry, struct der_writer *w);
/* Everything before the entries, given their total length in bytes (none: field absent, RFC 5280 section 5.1.2.6).
 * E_POLICY: no issuer, no key identifier, or nextUpdate not after thisUpdate. E_INPUT: room too small. */
RESULT crl_write_head(const struct crl_fields *fields, uint64_t entries_len,
	struct der_writer *w);
/* Everything behind them: crlExtensions. */
RESULT crl_write_tail(const struct crl_fields *fields, struct der_writer *w);
/* The CertificateList header around a TBSCertList of tbs_len bytes and its signature: head comes before, tail behind the TBS. */
RESULT crl_write_frame(uint64_t tbs_len, enum signature_algorithm algorithm,
	struct blob signature, struct der_writer *head, struct der_writer *tail);

/* Reading a whole CRL in memory (tests, the publisher's check of small ones, ceremony). */
struct crl {
	struct blob der, tbs, signature;
	enum signature_algorithm algorithm;
	struct blob issuer;
	int64_t this_update, next_update;
	uint64_t crl_number;
	struct blob authority_key_identifier, issuing_distribution_point;
	int64_t expired_certs_on_crl; /* 0: extension absent */
	struct blob entries; /* content of revokedCertificates: a cursor for crl_next() */
};
/* E_INPUT: not exactly one version 2 list of the form above, an unknown critical extension (a delta list has one), a
 * doubled extension, or an algorithm not in the table. Entries are judged one by one in crl_next(). */
RESULT crl_parse(struct blob der, struct crl *out);
/* E_CRYPTO: the signature is not of this key. */
RESULT crl_verify(const struct crl *crl, EVP_PKEY *issuer_key);
/* The next entry off the cursor. E_INPUT: not DER, a reason that is not in the table or a written unspecified one, an
 * unknown critical extension (an indirect list has one). Use while entries->len > 0. */
RESULT crl_next(struct blob *entries, struct crl_entry *out);
/*
 * thisUpdate and nextUpdate out of the first bytes of a CRL of any length, for whoever hands it on without reading it.
 * CRL_HEAD bytes are enough for an issuer name of LIMIT_NAME. E_INPUT.
 */
enum { CRL_HEAD = 4 * 1024 + 512 };
RESULT crl_head_times(struct blob head, int64_t *this_update, int64_t *next_update);

#endif
