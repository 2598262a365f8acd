/* store: what the subscribers' pages may ask of the registry and write into it: all that the role inkan_subscriber may do. */
#ifndef LRA_SUBSCRIBER_STORE_H
#define LRA_SUBSCRIBER_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list subscriber_stmts;

/* Where one application stands. Times 0: not. E_NOT_FOUND: no such receipt number. */
struct subscriber_case {
	char state[16];
	int64_t confirmed_at, asked_at, due_at, revoked_at; /* asked: for revocation */
};
RESULT subscriber_store_case(struct db *db, const char *receipt,
	struct subscriber_case *out);

/* The application whose present certificate this is, DER. E_NOT_FOUND: none. phrase: whether one was set. issuer: its word. */
struct subscriber_own {
	char receipt[24], issuer[32];
	bool phrase;
};
RESULT subscriber_store_own(struct db *db, struct blob serial_number, struct blob der,
	struct subscriber_own *out);

/* E_STATE: nothing was handed over yet. */
RESULT subscriber_store_set_phrase(struct db_tx *tx, const char *receipt,
	struct blob salt, struct blob hash, int64_t now);

/* Counts a try before it is judged. salt and hash: filled beside PHRASE_TRY only; 16 and 32 octets. */
enum subscriber_verdict { PHRASE_NONE, PHRASE_TRY, PHRASE_LOCKED, PHRASE_PAUSED };
RESULT subscriber_store_try(struct db_tx *tx, const char *receipt, int64_t now,
	enum subscriber_verdict *out, uint8_t salt[static 16], uint8_t hash[static 32]);
RESULT subscriber_store_right(struct db_tx *tx, const char *receipt);

/* A receipt that the new key signed, for the keeper. */
RESULT subscriber_store_sign(struct db_tx *tx, const char *receipt, struct blob statement,
	struct blob signature, int64_t now);

/* Counts a try at a pick-up before it is judged. code_sha256: of the link's code. salt and hash beside PICKUP_TRY only. */
enum subscriber_pickup {
	PICKUP_NONE,
	PICKUP_FETCHED,
	PICKUP_OVER,
	PICKUP_LOCKED,
	PICKUP_TRY
};
RESULT subscriber_store_pickup_try(struct db_tx *tx, const char *receipt,
	struct blob code_sha256, int64_t now, enum subscriber_pickup *out,
	uint8_t salt[static 16], uint8_t hash[static 32], int64_t *fetched_at);
/* The sealed file and the digest of its key; it is in the registry no longer. E_NOT_FOUND: fetched or ended meanwhile. */
RESULT subscriber_store_pickup_take(struct db_tx *tx, const char *receipt,
	struct blob code_sha256, int64_t now, struct buf *sealed,
	uint8_t key_digest[static 32]);

/* For the keeper. event: NULL with a receipt; certificate: data NULL with a pass phrase. The same twice is one letter. */
RESULT subscriber_store_write(struct db_tx *tx, const char *receipt, const char *kind,
	const char *event, struct blob certificate, int64_t now);

#endif
