/* order_store: orders and requests for revocation, as the CA takes and answers them. */
#ifndef CA_ORDER_STORE_H
#define CA_ORDER_STORE_H

#include "common/db/db.h"
#include "common/pki/serial.h"

extern const struct db_stmt_list order_store_stmts;

/* Takes up to `most` placed orders, locked until the end of the transaction: id, document, signature. */
RESULT order_store_take_placed(struct db_tx *tx, int64_t most, struct db_rows **out);
enum { ORDER_ID, ORDER_DOCUMENT, ORDER_SIGNATURE };
/* Many at once; E_STATE unless each of them was placed. */
RESULT order_store_set_accepted(struct db_tx *tx, const int64_t *ids, size_t count,
	int64_t now);
/* refusal: JSON of the faults. From placed or accepted. */
RESULT order_store_set_refused(struct db_tx *tx, int64_t id, int64_t now,
	const char *refusal);
/* Many at once; E_STATE unless each of them was accepted. */
RESULT order_store_set_issued(struct db_tx *tx, const int64_t *ids, size_t count,
	int64_t now);

/* Accepted orders by the digest of their document, each with the serial number last reserved for it, when a crash left one, and of which issuer. */
RESULT order_store_take_accepted(struct db_tx *tx, int64_t most, struct db_rows **out);
enum {
	ACCEPTED_ID,
	ACCEPTED_DIGEST,
	ACCEPTED_SERIAL,
	ACCEPTED_NOT_BEFORE,
	ACCEPTED_NOT_AFTER,
	ACCEPTED_ISSUER
};
/* One order, whatever its state: id, document, signature. E_NOT_FOUND. */
RESULT order_store_document(struct db_tx *tx, int64_t id, struct db_rows **out);

/* Facts of the registry about an order's key, name and application. */
struct order_question {
	struct blob key_digest, subject_digest; /* borrowed, as are the texts */
	const char *entity, *receipt;
	int64_t order_id;
};
struct order_facts {
	bool key_blocked;            /* R-PKQ-07 */
	bool key_of_another;         /* certified for another subject: R-PKQ-08 */
	bool name_of_another;        /* the name belongs to another entity: R-ISS-12 */
	bool application_of_another; /* the row's application is not the document's */
	bool certificate_there; /* a certificate of this application, its key not lost: R-ISS-19 */
};
/* Up to 128 at once. */
RESULT order_store_facts(struct db_tx *tx, const struct order_question *questions,
	size_t count, struct order_facts *out);

/* One instance works on a registry at a time; a second one waits for the first to go. E_RETRY: not yet. */
RESULT order_store_claim(struct db *db);

/* Tells the others that something waits for them. */
RESULT order_store_notify(struct db_tx *tx, const char *channel);

/* Requests for revocation: id, issuer, serial number, reason, statement, signature, event. */
RESULT order_store_take_revocations(struct db_tx *tx, int64_t most, struct db_rows **out);
enum {
	ASKED_ID,
	ASKED_ISSUER,
	ASKED_SERIAL,
	ASKED_REASON,
	ASKED_STATEMENT,
	ASKED_SIGNATURE,
	ASKED_EVENT,
	ASKED_FORM
};
RESULT order_store_answer_revocation(struct db_tx *tx, int64_t id, int64_t now,
	const char *refusal);

#endif
