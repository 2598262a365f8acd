/* lra: the local registration authority: takes applications, proves identity, approves, hands over, asks for revocation. */
#ifndef LRA_LRA_H
#define LRA_LRA_H

#include "common/base/file.h"
#include "common/base/secret.h"
#include "common/db/db.h"
#include "common/flow/application.h"
#include "common/flow/audit.h"
#include "common/flow/order.h"
#include "common/flow/revocation.h"
#include "common/net/http.h"
#include "common/net/http_files.h"
#include "lra/examined.h"
#include "lra/form.h"
#include "lra/throttle.h"

enum { DISTRIBUTORS_MAX = 8 }; /* processes */

struct lra_conf {
	char *id;
	char *database;
	char *issuers, *profiles, *roster, *weak_keys;
	char *identity_rules;   /* "": none */
	int64_t roster_ahead_s; /* so long before it ends, a clerk is told */
	char *listen, *origin, *counter_listen; /* origin, counter_listen: "": none */
	char *tls_certificate, *tls_key, *tls_client_ca;
	char *web;                            /* "": no pages */
	char *passkey_rp_id, *passkey_origin; /* "": passkeys are not taken */
	int64_t session_idle_s, session_length_s, session_step_up_s;
	char *gateway_certificate, *gateway_key, *seal;
	char *user_worker, *user_keeper, *user_paper;
	char *contact, *fonts,
		*paper_program; /* of papers; contact: "" when none is told */
	char *notices_settings, *user_notices;       /* settings "": nobody is told */
	char *subscriber_settings, *user_subscriber; /* settings "": no pages of theirs */
	char *subscriber_origin; /* of their open door, as browsers see it; "": no pick-ups */
	char *evidence_folder, *evidence_archive, *evidence_seal; /* folder "": none */
	int64_t evidence_largest, evidence_retention_s, evidence_check_s;
	int64_t receipt_s, pickup_s, iterations, workers, distributors, wait_s,
		queue_within_s, draft_keep_s, ready_fd;
};

/* Where people come in: a process serves one of them. */
enum lra_door {
	DOOR_CARD,   /* TLS with client certificates: cards, subscribers, programs */
	DOOR_COUNTER /* TLS without: browsers, by passkey */
};

/* Of one process. */
struct lra {
	const struct lra_conf *conf;
	enum lra_door door;
	struct db *db;
	struct issuer_set *issuers;
	struct profile_set *profiles;
	struct roster *roster;
	struct identity_set *identity; /* NULL: no identity rules */
	struct key_blocklist *weak_keys;
	struct trust trust;
	struct verified verified; /* so that judging a passkey at each request is cheap */
	struct buf gateway_certificate; /* DER */
	EVP_PKEY *gateway_key;
	struct signing_key gateway;
	struct secret *seal;
	struct vault *vault;    /* NULL: no sealed evidence */
	struct http_files *web; /* NULL: no pages */
	int paper_fd;           /* channel to inkan-paper; of the desk's workers */
	struct file_state roster_state; /* of the file that was read last */
	struct throttle refused;        /* at what is open to everybody */
};

/* One deed: who asks for it, when, and what is wrong with it. Borrowed. */
struct lra_call {
	struct lra *lra;
	const struct roster_person *person; /* NULL: a subscriber, or the keeper */
	struct blob certificate;            /* DER, as TLS proved it */
	unsigned roles;
	int64_t session; /* 0: none */
	bool fresh;      /* the person proved himself a moment ago */
	int64_t now;
	const char *ref;
	struct faults
		*faults; /* filled beside E_POLICY, E_STATE, E_CONFLICT and E_DENIED */
};

/* A rule that refuses: a fault with words for the clerk, and the code. */
RESULT lra_refuse(struct lra_call *call, enum err_code code,
	const struct fault_rule *rule, const char *field, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* The audit row of a deed, in its transaction. actor: NULL: the caller. */
RESULT lra_audit(struct lra_call *call, struct db_tx *tx, enum audit_event_kind kind,
	const char *actor, enum role role, const char *object, const char *detail);
/* R-LOG: what was refused for lack of permission leaves a trace too. */
RESULT lra_audit_refusal(struct lra_call *call, const char *what);

/* An application as the registry has it, locked. */
struct lra_application {
	int64_t id, version, received_at;
	char receipt[24], lra[32];
	char entered_by[64], identified_by[64], approved_by[64]; /* "" when not yet */
	char resumer[64]; /* on hold, for whom it waits; "": it is not */
	enum application_state state;
	enum key_origin key_origin;
	struct buf content_bytes, spki;
	struct content content;
	const char *
		told; /* what the applicant is told of the step, in a person's words; NULL: nothing more. Borrowed */
};
void lra_application_clear(struct lra_application *application);
AUTO_DEFINE_HELD(struct lra_application, lra_application_clear)
#define LRA_APPLICATION                                                                  \
	((struct lra_application){ .content_bytes = BUF(LIMIT_STATEMENT),                \
		.spki = BUF(LIMIT_SPKI) })
/* E_NOT_FOUND also for another LRA's: that it exists is not ours to tell. */
RESULT lra_application_load(struct lra_call *call, struct db_tx *tx, const char *receipt,
	struct lra_application *out);

/* application_step() of a case; one on hold is only corrected, ended or resumed (hold.h). E_STATE, E_DENIED. */
RESULT lra_step(struct lra_call *call, const struct lra_application *application,
	enum application_event event, unsigned roles, enum application_state *to,
	enum role *as);

/* ---- step 1: intake. document: the request's body, kept byte for byte (R-APP-04). */
struct lra_received {
	char receipt[24];
	enum application_state state;
	int64_t version;
	bool again; /* the same request came before: this is the first answer */
	char subject[2048];
};
RESULT lra_receive(struct lra_call *call, struct blob document, struct lra_form *form,
	struct lra_received *out);
RESULT lra_amend(struct lra_call *call, const char *receipt, struct blob document,
	struct lra_form *form, struct lra_received *out);
/* What the form would become and all that is wrong with it (call->faults); nothing is stored. */
struct lra_preview {
	char subject[2048];
	struct content content; /* as far as the form could be read */
	int64_t not_after;
};
RESULT lra_preview(struct lra_call *call, struct lra_form *form, struct lra_preview *out);
/* Where the applicant is told: what he named, else the first mailbox that the certificate will have; NULL: nowhere. */
const char *lra_notice_mail(const struct lra_form *form,
	const struct general_names *names);
RESULT lra_add_evidence(struct lra_call *call, const char *receipt,
	const struct examined_list *list, size_t *total);

/* ---- steps 2 and 3: the statement a person is shown, and the same coming back signed. */
RESULT lra_statement(struct lra_call *call, const char *receipt, enum decision_kind kind,
	struct buf *out);
/* The same decision again is not made twice: out is where the application stands. */
RESULT lra_decide(struct lra_call *call, const char *receipt,
	const struct decision *decision, enum application_state *out);
/*
 * event: EV_SEND_BACK, EV_REJECT, EV_WITHDRAW.  reason: for the house, audited.  told: for the applicant, in his notice; "":
 * nothing more than that it was done.
 */
RESULT lra_turn(struct lra_call *call, const char *receipt, enum application_event event,
	const char *reason, const char *told, enum application_state *out);

/* ---- step 8 */
enum lra_form_of_delivery {
	DELIVERY_CERTIFICATE,
	DELIVERY_PKCS12,
	DELIVERY_PKCS12_3DES,
	DELIVERY_COUNT
};
const char *lra_delivery_name(enum lra_form_of_delivery form);
struct lra_delivery {
	enum lra_form_of_delivery form;
	const char *file_channel,
		*pin_channel; /* pin_channel: NULL with a plain certificate */
	bool pickup; /* its holder fetches the file himself: a link goes by file_channel */
};
struct pickup_ticket;
/* pkcs12: filled for those forms; opened by the caller with LIMIT_PKCS12. With a pick-up the ticket is, instead (pickup.h). */
RESULT lra_deliver(struct lra_call *call, const char *receipt,
	const struct lra_delivery *delivery, struct buf *pkcs12,
	struct pickup_ticket *ticket);
/* word: what its holder is asked for at the pick-up, 12 octets; "" where there is none. */
RESULT lra_show_pin(struct lra_call *call, const char *receipt, struct secret **out,
	char word[static 12]);
/* Keys that nobody holds any more: their certificates are revoked, their applications go back to verified. */
RESULT lra_recover_lost_keys(struct lra_call *call, size_t *done);

/* ---- step 9 */
RESULT lra_receipt_statement(struct lra_call *call, const char *receipt, struct buf *out);
RESULT lra_receipt_by_tls(struct lra_call *call, const char *receipt);
RESULT lra_receipt_by_signature(struct lra_call *call, const char *receipt,
	const struct decision *decision);
RESULT lra_receipt_by_paper(struct lra_call *call, const char *receipt,
	struct blob sha256);

/* ---- step 10 */
RESULT lra_revocation_statement(struct lra_call *call,
	const struct revocation_request *request, struct buf *out);
struct lra_revocation {
	int64_t id, due_at, revoked_at;
	bool revoked; /* it was already; then nothing was asked */
};
RESULT lra_revoke(struct lra_call *call, const struct decision *decision,
	struct lra_revocation *out);

#endif
