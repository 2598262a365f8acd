/* ca: the state of the CA's issuing process: what it has read at its start, the registry, and the pipe to the signer. */
#ifndef CA_CA_H
#define CA_CA_H

#include "common/db/db.h"
#include "common/flow/order.h"

struct ca_conf {
	char *id;
	char *database, *database_publish, *database_audit;
	char *issuers, *profiles, *roster, *weak_keys;
	char *identity_rules; /* "": none */
	char *programs; /* folder of inkan-signer and inkan-lint; "": beside our own */
	char *signer_conf, *lint_conf;
	char *user_issuer, *user_signer, *user_lint, *user_publisher, *user_auditor;
	char *quota_folder; /* "": no LRA has a quota */
	char *public_folder, *archive_folder;
	int64_t crl_validity_s, crl_interval_s;
	int64_t audit_interval_s; /* between walks along the audit chain */
	int64_t batch;            /* orders taken at once */
	int64_t ready_fd;
};

/*
 * The orders that this process has judged good and not yet issued, with the digest of what it judged: a state in the
 * registry is anybody's word who can write there. A lost memory costs a second look, never a certificate.
 */
enum { ORDERS_MOST = 128 /* at once */, JUDGED_PLACES = 2 * ORDERS_MOST };
struct judged {
	int64_t id;
	uint8_t digest[32];
	struct order *order; /* owned; NULL: free */
};

/* Certificates of signers whose status was asked; as old as the call of ca_judge() that asked. */
enum { STATUS_PLACES = 16 };
struct signer_status {
	char issuer[32];
	struct serial serial_number;
	bool revoked;
};

/* Numbers of issuers in the registry, which never change. */
enum { NUMBER_PLACES = 16 };
struct issuer_number {
	char name[32];
	int64_t id;
};

struct ca {
	const struct ca_conf *conf;
	struct db *db;
	int signer;          /* pipe */
	struct quota *quota; /* of the issuer; NULL: no LRA has one */
	struct issuer_set *issuers;
	struct profile_set *profiles;
	struct roster *roster;
	struct identity_set *identity; /* NULL: no identity rules */
	struct key_blocklist *weak_keys;
	struct verified verified;
	struct trust trust;
	struct order_rules rules;
	int64_t last_now; /* the clock may not go back (R-ISS-17) */
	struct judged judged[JUDGED_PLACES];
	size_t number_count, status_count;
	struct issuer_number number[NUMBER_PLACES];
	struct signer_status status[STATUS_PLACES];
};

/* The issuer's id in the registry: its place in issuers.cfg when it was first registered. E_NOT_FOUND: not registered. */
RESULT ca_issuer_id(struct ca *ca, const char *name, int64_t *out);

/* Step 6: takes placed orders, judges each from scratch, marks them accepted or refused. done: how many were judged. */
RESULT ca_accept(struct ca *ca, int64_t now, size_t *done);

/* What is to be judged, and what came of it. */
struct verdict {
	int64_t id;
	struct blob document, signature; /* borrowed */
	struct order *order;  /* owned; NULL: could not be read, or remembered */
	struct faults faults; /* none: good */
};
void ca_verdicts_free(struct verdict *verdicts, size_t count);
struct verdicts {
	size_t count;
	struct verdict *verdict;
};
static inline void verdicts_clear(struct verdicts *verdicts)
{
	ca_verdicts_free(verdicts->verdict, verdicts->count);
}
AUTO_DEFINE_HELD(struct verdicts, verdicts_clear)

/*
 * Judges up to ORDERS_MOST orders from scratch: the RA's signature, order_judge() and the facts of the registry. What is
 * wrong with an order stands in its faults, what is wrong with us, or nobody foresaw, is returned.
 */
RESULT ca_judge(struct ca *ca, struct db_tx *tx, struct verdict *verdicts, size_t count,
	int64_t now);
/* Keeps a good one, moved, until ca_judged() asks for it or another takes its place. */
void ca_remember(struct ca *ca, struct verdict *verdict);
/* The order, given away once, when this process has judged a document of this SHA-256 good; NULL otherwise. */
struct order *ca_judged(struct ca *ca, int64_t id, struct blob digest);
void ca_forget(struct ca *ca); /* all of them */

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
