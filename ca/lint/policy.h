/* policy: what certificates should say, read from the profile files and issuers.cfg by the second reader's own code. */
#ifndef CA_LINT_POLICY_H
#define CA_LINT_POLICY_H

#include "ca/lint/keys.h"
#include "common/conf/conf.h"

enum lint_presence { LINT_NEVER, LINT_MAY, LINT_MUST };

/* Attribute types in the one order in which they may stand (PROFILES part 2). */
enum { ATTRIBUTE_COUNT = 16, SAN_COUNT = 5, OIDS_MOST = 4, CONSTRAINTS_MOST = 4 };
struct attribute_rule {
	const char *name;
	uint8_t oid[12];
	size_t oid_len;
	size_t max_chars;
	bool printable, ia5;
	bool person; /* a person's name may be a word that is a placeholder elsewhere */
};
extern const struct attribute_rule attribute_rules[ATTRIBUTE_COUNT];
int attribute_find(struct span oid); /* -1: none */
enum attribute_index {
	AT_DC,
	AT_C,
	AT_ST,
	AT_L,
	AT_POSTAL,
	AT_STREET,
	AT_O,
	AT_ORGID,
	AT_SN,
	AT_GN,
	AT_PSEUDONYM,
	AT_OU,
	AT_TITLE,
	AT_SERIAL,
	AT_CN,
	AT_EMAIL
};

enum san_kind { SAN_RFC822, SAN_SMTP_UTF8, SAN_DNS, SAN_URI, SAN_DIRECTORY };

struct lint_profile {
	char name[32], issuer[32];
	int64_t version;
	bool is_ca;
	int64_t path_length; /* -1: none */
	enum lint_presence subject[ATTRIBUTE_COUNT], names, san[SAN_COUNT];
	bool keys[KIND_COUNT];
	int64_t max_s, min_s;
	uint8_t usage_rsa,
		usage_ec; /* first octet of the BIT STRING: digitalSignature is 0x80 */
	size_t eku_count, policy_count;
	uint8_t eku[OIDS_MOST][32], policy[OIDS_MOST][32];
	size_t eku_len[OIDS_MOST], policy_len[OIDS_MOST];
	bool eku_critical;
	char cps_uri[128];
	bool aki, ski, cdp, aia_ocsp, aia_ca_issuers, nocheck, keep_expired;
	size_t dns_count;
	char dns[2][64];
	bool no_rfc822;
};

/* A CA as its own certificate and issuers.cfg say. */
struct lint_issuer {
	char name[32], profile[32];
	char crl_uri[256], ocsp_uri[256], ca_issuers_uri[256];
	uint8_t der[16384];
	size_t der_len;
	struct span subject, key_identifier;
	int64_t not_before, not_after;
	enum key_kind kind;
	bool is_root; /* its own issuer */
	bool keep_expired; /* a profile that it issues keeps expired certificates on the list (R-CRL-04) */
	size_t dns_count; /* permitted dNSNames of its nameConstraints; 0: any */
	struct span dns[CONSTRAINTS_MOST];
	bool no_rfc822; /* every mailbox is excluded */
};

/* As loaded; nothing of it changes afterwards but the digest's inner state. */
struct lint_policy {
	size_t profile_count, issuer_count;
	struct lint_profile *profile;
	struct lint_issuer *issuer;
	EVP_MD_CTX *digest; /* SHA-256 */
};
/* issuers_path NULL: none (only roots can be judged then). All faults in faults. */
RESULT lint_policy_load(const char *profiles_folder, const char *issuers_path,
	struct lint_policy **out, struct conf_faults *faults);
void lint_policy_free(struct lint_policy *policy);
AUTO_DEFINE(struct lint_policy, lint_policy_free)
/* version 0: the newest. NULL: none. */
const struct lint_profile *lint_policy_profile(const struct lint_policy *policy,
	const char *name, int64_t version);
const struct lint_issuer *lint_policy_issuer(const struct lint_policy *policy,
	const char *name);

/* ---- between profiles.c, issuers.c and policy.c */

void lint_profile_read(const struct conf_node *root, struct lint_profile *out,
	struct conf_faults *faults);
/* folder: of issuers.cfg, with its slash, or "". A fault in the certificate is one of the row. */
void lint_issuer_read(const struct conf_node *row, const char *folder,
	struct lint_issuer *out, struct conf_faults *faults);
/* The text of a setting into its room; absent: "". Not a text, or too long: a fault. */
void lint_text_read(const struct conf_node *group, const char *key, char *out,
	size_t size, struct conf_faults *faults);

#endif
