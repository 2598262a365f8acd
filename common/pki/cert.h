/* cert: X.509 certificates (RFC 5280), built byte by byte from a profile and read back strictly. */
#ifndef COMMON_PKI_CERT_H
#define COMMON_PKI_CERT_H

#include "common/pki/profile.h"
#include "common/pki/serial.h"
#include "common/pki/signature.h"

/* The issuer as its own certificate and configuration say. All borrowed. */
struct cert_issuer {
	struct blob subject;        /* DER Name, byte copy from the CA certificate (G3) */
	struct blob key_identifier; /* its SubjectKeyIdentifier, 20 octets */
	int64_t not_before, not_after;
	enum signature_algorithm algorithm;
	const char *crl_uri, *ocsp_uri,
		*ca_issuers_uri; /* http://, NULL where it has none */
};

/* All that a certificate will say. Blobs are borrowed. */
struct cert_fields {
	const struct profile *profile;
	const struct cert_issuer *
		issuer; /* for a root: itself, with the same subject and key identifier */
	struct serial serial_number;
	int64_t not_before, not_after;
	struct blob subject;                 /* DER Name */
	struct blob subject_alt_name;        /* DER GeneralNames, or empty */
	struct blob subject_public_key_info; /* DER */
};

/* TBSCertificate in the fixed order of extensions (G18). E_POLICY: fields and profile disagree; E_INPUT: room too small. */
RESULT cert_write_tbs(const struct cert_fields *fields, struct der_writer *w);
/* Signs a finished TBSCertificate and writes the Certificate. */
RESULT cert_write_signed(struct blob tbs, const struct signing_key *key,
	struct der_writer *w);

/* A certificate in parts; every blob points into the DER given. Extensions that are absent are empty blobs. */
struct cert {
	struct blob der, tbs, signature;
	enum signature_algorithm algorithm;
	struct serial serial_number;
	struct blob issuer, subject; /* DER Names */
	int64_t not_before, not_after;
	struct blob subject_public_key_info;
	struct blob authority_key_identifier,
		subject_key_identifier; /* the bare octets */
	uint32_t key_usage;             /* 0: extension absent */
	struct blob subject_alt_name;   /* DER GeneralNames */
	bool is_ca;
	int64_t path_length; /* -1: none */
	size_t eku_count;
	struct oid eku[8];
	struct blob certificate_policies; /* DER value */
	struct blob name_constraints;     /* DER value */
	bool ocsp_nocheck;
	char crl_uri[256], ocsp_uri[256],
		ca_issuers_uri[256]; /* first http URI of each; "" when absent */
};
/* E_INPUT: not exactly one certificate, an unknown critical extension, a doubled extension, or an algorithm not in the table. */
RESULT cert_parse(struct blob der, struct cert *out);
/* The signature under the issuer's key. E_CRYPTO. */
RESULT cert_verify(const struct cert *cert, EVP_PKEY *issuer_key);
bool cert_has_eku(const struct cert *cert, const struct oid *purpose);

/*
 * Path of one or two CA certificates up to a trust anchor at a time: names chain by bytes, signatures, dates, cA, pathLen,
 * keyCertSign, and nameConstraints on the subject alternative names below. chain[0] is the end entity's issuer, the last
 * one the anchor (self-signed, trusted by the caller's choice). E_CRYPTO: a signature. E_POLICY: any other link, or a
 * nameConstraints that is not of the two forms we write.
 */
RESULT cert_verify_path(const struct cert *cert, const struct cert *chain, size_t count,
	int64_t now);

/* PEM or DER file to DER; the first certificate of a PEM file. E_INPUT: no certificate in it, or der is too small. */
RESULT cert_from_file(struct blob file, struct buf *der);
RESULT cert_to_pem(struct blob der, struct buf *pem);

#endif
