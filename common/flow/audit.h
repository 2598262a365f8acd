/* audit: events for auditors; part of the deed (R-LOG-02). The table of events, an event's digest, and the chain behind it. */
#ifndef COMMON_FLOW_AUDIT_H
#define COMMON_FLOW_AUDIT_H

#include "common/base/blob.h"

enum audit_event_kind {
	AUDIT_APPLICATION_RECEIVED,
	AUDIT_APPLICATION_AMENDED,
	AUDIT_EVIDENCE_ADDED,
	AUDIT_IDENTITY_PROVED,
	AUDIT_APPLICATION_APPROVED,
	AUDIT_APPLICATION_SENT_BACK,
	AUDIT_APPLICATION_REJECTED,
	AUDIT_APPLICATION_WITHDRAWN,
	AUDIT_APPLICATION_VERIFIED,
	AUDIT_APPLICATION_REFUSED,
	AUDIT_KEY_BOUND,
	AUDIT_KEY_LOST,
	AUDIT_ORDER_PLACED,
	AUDIT_ORDER_ACCEPTED,
	AUDIT_ORDER_REFUSED,
	AUDIT_ORDER_ANSWERED,
	AUDIT_CERTIFICATE_ISSUED,
	AUDIT_CERTIFICATE_REGISTERED,
	AUDIT_CERTIFICATE_DELIVERED,
	AUDIT_PIN_SHOWN,
	AUDIT_CERTIFICATE_ACCEPTED,
	AUDIT_REVOCATION_ASKED,
	AUDIT_REVOCATION_REFUSED,
	AUDIT_CERTIFICATE_REVOKED,
	AUDIT_CRL_PUBLISHED,
	AUDIT_EVIDENCE_SEALED,
	AUDIT_EVIDENCE_SHOWN,
	AUDIT_EVIDENCE_FETCHED,
	AUDIT_EVIDENCE_CLOSED,
	AUDIT_EVIDENCE_DAMAGED,
	AUDIT_DESTRUCTION_PROPOSED,
	AUDIT_DESTRUCTION_APPROVED,
	AUDIT_EVIDENCE_DESTROYED,
	AUDIT_APPLICATION_TAKEN,
	AUDIT_NOTICE_ASKED_AGAIN,
	AUDIT_CALENDAR_OPENED,
	AUDIT_CALENDAR_CLOSED,
	AUDIT_ACCESS_REFUSED,
	AUDIT_APPLICATION_SHOWN,
	AUDIT_LEDGER_EXPORTED,
	AUDIT_TRAIL_EXPORTED,
	AUDIT_DAEMON_STARTED,
	AUDIT_AGREEMENT_PUBLISHED,
	AUDIT_SESSION_OPENED,
	AUDIT_SESSION_VERIFIED,
	AUDIT_SESSION_ENDED,
	AUDIT_LOGIN_REFUSED,
	AUDIT_PASSKEY_INVITED,
	AUDIT_PASSKEY_REGISTERED,
	AUDIT_PASSKEY_ENROLLED,
	AUDIT_PASSKEY_ENDED,
	AUDIT_DISTRIBUTION_ASKED,
	AUDIT_DISTRIBUTION_CANCELLED,
	AUDIT_DISTRIBUTION_FETCHED,
	AUDIT_DISTRIBUTION_ERASED,
	AUDIT_IMPORT_READ,
	AUDIT_IMPORT_STARTED,
	AUDIT_IMPORT_ENDED,
	AUDIT_APPLICATION_HELD,
	AUDIT_APPLICATION_RESUMED,
	AUDIT_APPLICATION_COPIED,
	AUDIT_APPLICATION_LAPSED,
	AUDIT_PHRASE_SET,
	AUDIT_FILE_FETCHED,
	AUDIT_FILE_DESTROYED,
	AUDIT_CORPORATE_REGISTER_LOADED,
	AUDIT_CORPORATE_DIFFERENCE_ACCEPTED,
	AUDIT_EVENT_COUNT
};
const char *audit_event_name(enum audit_event_kind kind);   /* "certificateIssued" */
const char *audit_event_clause(enum audit_event_kind kind); /* section of RFC 3647 */

/* All borrowed. Never a secret, never a person's name: people appear by id (R-LOG-06). */
struct audit_event {
	const char *name; /* audit_event_name() of its kind */
	int64_t at;
	const char *actor;  /* id of a person or component */
	const char *role;   /* word */
	const char *origin; /* "lra 7f3a21…": process and request reference */
	const char *object; /* receipt number, order or serial number */
	bool refused;
	const char *detail; /* JSON text, "{}" when there is nothing to say */
};

/* SHA-256 over the fields in order, each as four octets of length and its bytes; `at` as decimal text, the result as
 * "done" or "refused". */
RESULT audit_event_digest(const struct audit_event *event, uint8_t out[static 32]);
/* SHA-256 over the digest of the link before, the sequence number as eight octets, and the events' digests. */
RESULT audit_link_digest(const uint8_t previous[static 32], int64_t sequence,
	struct blob event_digests, uint8_t out[static 32]);

#endif
