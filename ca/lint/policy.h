/* policy: what certificates should say, read from the profile files and issuers.cfg by the second reader's own code. */
#ifndef CA_LINT_POLICY_H
#define CA_LINT_POLICY_H

#include "ca/lint/walk.h"
#include "common/conf/conf.h"

enum lint_presence { LINT_NEVER, LINT_MAY, LINT_MUST };

/* Attribute types in the one order in which they may stand (PROFILES part 2). */
enum { ATTRIBUTE_COUNT = 16, SAN_COUNT = 5, OIDS_MOST = 4 };
struct attribute_rule {
	const char *name;
	uint8_t oid[12];
	size_t oid_len;
	size_t max_chars;
	bool printable, ia5;
};
extern const struct attribute_rule attribute_rules[ATTRIBUTE_COUNT];
int attribute_find(struct span oid); /* -1: none */
enum attribute_index { AT_DC, AT_C, AT_ST, AT_L, AT_POSTAL, AT_STREET, AT_O, AT_ORGID, AT_SN, AT_GN, AT_PSEUDONYM, AT_OU, AT_TITLE,
	AT_SERIAL, AT_CN, AT_EMAIL };

enum key_kind { KIND_NONE, KIND_P256, KIND_P384, KIND_RSA_2048, KIND_RSA_3072, KIND_RSA_4096, KIND_COUNT };
enum san_kind { SAN_RFC822, SAN_SMTP_UTF8, SAN_DNS, SAN_URI, SAN_DIRECTORY };

struct lint_profile {
	char name[32], issuer[32];
	int64_t version;
	bool is_ca;
	int64_t path_length; /* -1: none */
	enum lint_presence subject[ATTRIBUTE_COUNT], names, san[SAN_COUNT];
	bool keys[KIND_COUNT];
	int64_t max_s, min_s;
	uint8_t usage_rsa, usage_ec; /* first octet of the BIT STRING: digitalSignature is 0x80 */
	size_t eku_count, policy_count;
	uint8_t eku[OIDS_MOST][32], policy[OIDS_MOST][32];
	size_t eku_len[OIDS_MOST], policy_len[OIDS_MOST];
	bool eku_critical;
	char cps_uri[128];
	bool aki, ski, cdp, aia_ocsp, aia_ca_issuers, nocheck;
	size_t dns_count;
	char dns[2][64];
	bool no_rfc822;
};

struct lint_issuer {
	char name[32], profile[32];
	char crl_uri[256], ocsp_uri[256], ca_issuers_uri[256];
	uint8_t der[16384];
	size_t der_len;
	struct span subject, key_identifier;
	int64_t not_before, not_after;
	enum key_kind kind;
};

struct lint_policy;
/* issuers_path NULL: none (only roots can be judged then). All faults in faults. */
RESULT lint_policy_load(const char *profiles_folder, const char *issuers_path, struct lint_policy **out,
	struct conf_faults *faults);
void lint_policy_free(struct lint_policy *policy);
AUTO_DEFINE(struct lint_policy, lint_policy_free)
const struct lint_profile *lint_policy_profile(const struct lint_policy *policy, const char *name, int64_t version);
const struct lint_issuer *lint_policy_issuer(const struct lint_policy *policy, const char *name);

/* The kind of a SubjectPublicKeyInfo, whose parameters must be exactly the right ones. KIND_NONE: no kind of ours. */
enum key_kind lint_key_kind(struct span spki);
/* Whole AlgorithmIdentifier that a CA key of this kind signs with. */
struct span lint_signature_algorithm(enum key_kind kind);

#endif
