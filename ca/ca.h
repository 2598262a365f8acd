/* ca: the state of the CA's issuing process: what it has read at its start, the registry, and the pipe to the signer. */
#ifndef CA_CA_H
#define CA_CA_H

#include "common/db/db.h"
#include "common/flow/order.h"

struct ca_conf {
	char *id;
	char *database, *database_publish, *database_audit;
	char *issuers, *profiles, *roster, *weak_keys;
	char *programs; /* folder of inkan-signer and inkan-lint; "": beside our own */
	char *signer_conf, *lint_conf;
	char *user_issuer, *user_signer, *user_lint, *user_publisher, *user_auditor;
	char *public_folder, *archive_folder;
	int64_t crl_validity_s, crl_interval_s;
	int64_t batch; /* orders taken at once */
	int64_t ready_fd;
};

/*
 * The orders that this process has judged good and not yet issued, with the digest of what it judged: a state in the
 * registry is anybody's word who can write there. A lost memory costs a second look, never a certificate.
 */
enum { JUDGED_PLACES = 1024 };
struct judged {
	int64_t id;
	uint8_t digest[32];
};

struct ca {
	const struct ca_conf *conf;
	struct db *db;
	int signer; /* pipe */
	struct issuer_set *issuers;
	struct profile_set *profiles;
	struct roster *roster;
	struct key_blocklist *weak_keys;
	struct trust trust;
	struct order_rules rules;
	int64_t last_now; /* the clock may not go back (R-ISS-17) */
	struct judged judged[JUDGED_PLACES];
};

/* The issuer's id in the registry: its place in issuers.cfg when it was first registered. E_NOT_FOUND: not registered. */
RESULT ca_issuer_id(struct ca *ca, const char *name, int64_t *out);

/* Step 6: takes placed orders, judges each from scratch, marks them accepted or refused. done: how many were judged. */
RESULT ca_accept(struct ca *ca, int64_t now, size_t *done);

/*
 * Judges an order from scratch: the RA's signature, order_judge() and the facts of the registry. What is wrong with the
 * order stands in faults, what is wrong with us is returned. A good one is remembered until ca_judged() asks for it.
 */
RESULT ca_judge(struct ca *ca, struct db_tx *tx, int64_t id, struct blob document,
	struct blob signature, int64_t now, struct faults *faults);
/* Has this process judged exactly this document good; true is answered once. */
bool ca_judged(struct ca *ca, int64_t id, struct blob document);

/* Step 7: reserve, build, lint, sign, compare, record, release: the only entry to issuing. done: how many were settled. */
RESULT ca_issue(struct ca *ca, int64_t now, size_t *done);

/* Step 11: marks certificates revoked on verified requests. done: how many were answered. */
RESULT ca_revoke(struct ca *ca, int64_t now, size_t *done);

/* Enters issuers of issuers.cfg into the registry; those there already are compared. E_CONFLICT: another certificate. */
RESULT ca_register_issuers(struct ca *ca, int64_t now);
/* Enters one certificate made in a ceremony, so that status and CRLs know it. Again: nothing happens. E_INPUT, E_CRYPTO. */
RESULT ca_register_certificate(struct ca *ca, struct blob der, const char *profile,
	int64_t now);

#endif
