/*
 * decision: a yes as a document (R-LRA-04). A statement is the exact bytes that a person was shown and signed; forms of
 * signature are rows of one table, so that another form joins without change elsewhere.
 *
 * "cms": a detached CMS signature over the statement.
 * "passkey": a WebAuthn assertion, user verified, whose challenge is decision_challenge() of the statement; the signature is
 * canonical JSON of an object with the members authenticatorData, clientDataJSON, credential (its id) and signature, all in
 * base64. Whose the credential is follows from its enrolment (enrolment.h).
 * "list": one of many that were signed together (decision_list.h).
 */
#ifndef COMMON_FLOW_DECISION_H
#define COMMON_FLOW_DECISION_H

#include "common/flow/issuer_file.h"
#include "common/flow/profile_file.h"
#include "common/flow/roster.h"

struct enrolment_papers; /* enrolment.h */

enum decision_kind {
	DECISION_IDENTIFY, /* the clerk verified identity, existence, affiliation */
	DECISION_APPROVE,  /* the second person */
	DECISION_BIND_KEY, /* the LRA's gateway: this key was born at this hand-over */
	DECISION_CONFIRM,  /* the subscriber: received, by the new key */
	DECISION_REVOKE,
	DECISION_ENROL, /* an administrator: this passkey is this person's (enrolment.h) */
	DECISION_DISENROL, /* … no longer */
	DECISION_IMPORT, /* a clerk: the rows of this file are to be entered (R-LRA-06) */
	DECISION_KIND_COUNT
};
const char *decision_kind_name(enum decision_kind kind); /* "identify" … */
RESULT decision_kind_by_name(const char *name, enum decision_kind *out);

struct statement {
	enum decision_kind kind;
	char person[64]; /* who says it: an id of the roster, or "subscriber" */
	int64_t at;
	char nonce[33];      /* 128 random bits in hex: no two statements are alike */
	struct buf content;  /* canonical JSON object: what it is about */
	struct buf evidence; /* canonical JSON array */
	/* The rules that identity was verified by (identity_rules.h); only in identify, where there are any. */
	bool has_identity_rules;
	uint8_t identity_rules[32];
};
void statement_clear(struct statement *statement);
AUTO_DEFINE_HELD(struct statement, statement_clear)
#define STATEMENT                                                                        \
	((struct statement){ .content = BUF(LIMIT_STATEMENT),                            \
		.evidence = BUF(LIMIT_STATEMENT) })

/* Canonical JSON; text: what the person reads first, one line in words. A nonce is drawn when it is empty. */
RESULT statement_write(struct statement *statement, const char *text, struct buf *out);
/* E_INPUT: not a statement, or not its canonical bytes. */
RESULT statement_parse(struct blob bytes, struct statement *out);

/* Contents of the statements that are not about a struct content. All canonical. */
RESULT statement_key_content(const char *receipt_number, int64_t version,
	const uint8_t key_digest[static 32], struct buf *out);
RESULT statement_certificate_content(const char *receipt_number, const char *issuer,
	struct blob serial_number, struct buf *out);

struct decision {
	char form[16]; /* "cms", "passkey" */
	struct buf statement, signature;
};
void decision_clear(struct decision *decision);
AUTO_DEFINE_HELD(struct decision, decision_clear)
#define DECISION                                                                         \
	((struct decision){ .statement = BUF(LIMIT_STATEMENT),                           \
		.signature = BUF(LIMIT_CMS) })

/* SHA-256 over "inkan.decision.passkey.1", an octet of zero, and the statement: what a passkey signs for it. */
RESULT decision_challenge(struct blob statement, uint8_t out[static 32]);
/* The signature of form "passkey" out of what the browser gave. */
RESULT decision_write_passkey(struct blob credential_id, struct blob client_data_json,
	struct blob authenticator_data, struct blob signature, struct buf *out);

/* Certificates of signers whose signature was found good under their issuer's key: that never changes. By SHA-256. */
enum { VERIFIED_PLACES = 64 };
struct verified {
	size_t next;
	uint8_t digest[VERIFIED_PLACES][32];
};

/* What a verifier trusts. Borrowed. */
struct trust {
	const struct roster *roster;
	const struct issuer_set *issuers;
	const struct profile_set
		*profiles; /* the purposes of P-CLERK-SIGN and P-INT-SIGN */
	/* Is this certificate revoked now; may be NULL where the registry cannot be asked. */
	struct err (*revoked)(void *context, const char *issuer,
		const struct serial *serial, bool *out);
	/* The documents about a passkey, unjudged, as the registry has them; NULL: passkeys are not taken. */
	struct err (*papers)(void *context, struct blob credential_id,
		struct enrolment_papers *out);
	void *context;
	struct verified *verified; /* NULL: nothing is kept */
};

/*
 * Who signed: a person, a component, or neither (a certificate of a subscriber). By a passkey it is a person, and there is no
 * certificate: issuer is NULL.
 */
struct decision_signer {
	const struct roster_person *person;
	const struct roster_component *component;
	const struct issuer *issuer; /* of the certificate */
	struct serial serial_number;
	uint8_t certificate_digest[32];
	int64_t not_after;
	bool by_passkey;
	uint8_t credential_digest[32]; /* SHA-256 of the passkey's id */
	uint32_t sign_count;           /* its counter, for whoever remembers the last */
};

/*
 * Verifies the signature over the exact statement, the certificate's path, dates, purpose and status, finds who it is and
 * that the statement names that person. It does not ask for a role: that is the caller's question.
 * E_INPUT: malformed or another form. E_CRYPTO: does not verify. E_DENIED: nobody's certificate, lapsed, revoked, or another's.
 */
RESULT decision_verify(const struct trust *trust, const struct decision *decision,
	int64_t now, struct statement *statement, struct decision_signer *signer);
/* The same for any bytes signed in CMS by a component of a role: orders. */
RESULT decision_verify_component(const struct trust *trust, struct blob bytes,
	struct blob signature, enum role role, int64_t now,
	const struct roster_component **out);

#endif
