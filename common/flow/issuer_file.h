/* issuer_file: issuers.cfg, written by the ceremony: the issuing CAs, their certificates, addresses and where their keys live. */
#ifndef COMMON_FLOW_ISSUER_FILE_H
#define COMMON_FLOW_ISSUER_FILE_H

#include "common/conf/conf.h"
#include "common/pki/cert.h"

/* One issuing CA. Texts and DER are owned by the set. Paths in the file are relative to the file's folder. */
struct issuer {
	const char *name;    /* "person": its word in orders, file names and addresses */
	const char *profile; /* "P-SUB-PERSON" */
	struct blob certificate;   /* DER */
	struct cert parsed;        /* of it */
	struct blob root;          /* DER of the root above it; empty for a root itself */
	EVP_PKEY *public_key;      /* of the CA certificate */
	struct cert_issuer issuer; /* ready for cert_fields and CRLs */
	const char *token,
		*key; /* labels of its signing key in the token; "" for an offline root */
	const char *ocsp_token,
		*ocsp_key; /* labels of its delegated OCSP key; "" when it has none */
	struct blob ocsp_certificate; /* DER; empty when it has none */
};

struct issuer_set;
RESULT issuer_set_load(const char *path, struct issuer_set **out,
	struct conf_faults *faults);
void issuer_set_free(struct issuer_set *set);
AUTO_DEFINE(struct issuer_set, issuer_set_free)
size_t issuer_set_count(const struct issuer_set *set);
const struct issuer *issuer_set_at(const struct issuer_set *set, size_t index);
const struct issuer *issuer_set_find(const struct issuer_set *set,
	const char *name); /* NULL: none */
/* The CA for an end-entity profile: the one whose profile is the profile's issuer. NULL: none. */
const struct issuer *issuer_set_for_profile(const struct issuer_set *set,
	const struct profile *profile);

#endif
