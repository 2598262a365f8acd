/* profile: what a certificate of one kind holds (PROFILES.md), as data; read from policies/profiles by flow/profile_file. */
#ifndef COMMON_PKI_PROFILE_H
#define COMMON_PKI_PROFILE_H

#include "common/pki/general_name.h"
#include "common/pki/key.h"
#include "common/pki/name.h"

enum presence { PRESENCE_FORBIDDEN, PRESENCE_OPTIONAL, PRESENCE_REQUIRED };

/* keyUsage bits as RFC 5280 section 4.2.1.3 numbers them. */
enum key_usage {
	KU_DIGITAL_SIGNATURE = 1 << 0,
	KU_NON_REPUDIATION = 1 << 1,
	KU_KEY_ENCIPHERMENT = 1 << 2,
	KU_DATA_ENCIPHERMENT = 1 << 3,
	KU_KEY_AGREEMENT = 1 << 4,
	KU_KEY_CERT_SIGN = 1 << 5,
	KU_CRL_SIGN = 1 << 6,
};

/* "digitalSignature" of bit 0; NULL: from KEY_USAGES on. */
const char *key_usage_name(unsigned bit);
enum { KEY_USAGES = 7 };

enum { PROFILE_OIDS = 4, PROFILE_NAME = 32 };

struct profile {
	char name[PROFILE_NAME]; /* "P-PERSON-MP" */
	int64_t version;
	char issuer
		[PROFILE_NAME]; /* the profile of the CA that may issue it; "" for a self-signed root */
	bool is_ca;
	int64_t path_length; /* -1: no pathLenConstraint; only with is_ca */
	enum presence subject[NAME_TYPE_COUNT];
	enum presence
		names_or_pseudonym; /* REQUIRED: SN and GN, or pseudonym, must stand */
	bool staff_names; /* unused bits of identity checks are off: components and CAs */
	uint32_t key_algorithms; /* KEY_BIT() of those allowed */
	int64_t validity_default_s, validity_max_s, validity_min_s;
	int64_t backdate_max_s; /* notBefore may lie this long before signing */
	uint32_t key_usage_rsa, key_usage_ec;
	size_t eku_count;
	struct oid eku[PROFILE_OIDS];
	bool eku_critical;
	size_t policy_count;
	struct oid policy[PROFILE_OIDS]; /* in order */
	char cps_uri[128];               /* qualifier on the last policy; "" for none */
	enum presence san[GENERAL_NAME_TYPE_COUNT];
	bool authority_key_identifier, subject_key_identifier;
	bool crl_distribution_points, aia_ocsp, aia_ca_issuers;
	bool ocsp_nocheck;
	size_t permitted_dns_count; /* nameConstraints, critical, when any is set */
	char permitted_dns[2][64];
	bool excluded_rfc822;           /* nameConstraints excludes every rfc822Name */
	bool subscriber_key_generation; /* a key may be born at hand-over (R-SUB-KEY-01) */
	bool same_key_again; /* re-certification of the same key for the same subject */
	bool keep_expired_on_crl; /* sign and seal: ExpiredCertsOnCRL (R-CRL-04) */
};

/* Rules between the members (PROFILES parts 1, 3, 5 to 7): NR with clientAuth, serverAuth beside others, maxima … */
void profile_check(const struct profile *profile, struct faults *faults);

/* What is asked for fits the profile: subject attributes, SAN kinds, key algorithm, key usage for the key's kind, times. */
void profile_fits(const struct profile *profile, const struct name *subject,
	const struct general_names *san, enum key_algorithm key, int64_t not_before,
	int64_t not_after, int64_t now, struct faults *faults);

/* notAfter = notBefore + length - 1, for a length in whole seconds (G6: inclusive seconds). */
int64_t profile_not_after(int64_t not_before, int64_t length_s);

#endif
