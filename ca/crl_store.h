/* crl_store: CRL numbers, what was published, and the revoked certificates that a CRL names. */
#ifndef CA_CRL_STORE_H
#define CA_CRL_STORE_H

#include "common/db/db.h"
#include "common/pki/crl.h"

extern const struct db_stmt_list crl_store_stmts;

/* What is known of an issuer's last CRL, and whether a new one is due. */
struct crl_state {
	bool known; /* the issuer stands in the registry */
	int64_t issuer_id;
	int64_t crl_number;  /* of the last one begun; 0: none yet */
	int64_t this_update; /* of the last one published; 0: none yet */
	int64_t transaction; /* revocations below it are in the last published */
	bool revoked_since;  /* a settled revocation that is not in it */
	int64_t settled;     /* all transactions below are settled now */
};
RESULT crl_store_state(struct db *db, const char *issuer, struct crl_state *out);
/* Takes the next number before anything is signed (R-CRL-01). E_CONFLICT: somebody took it. */
RESULT crl_store_begin(struct db_tx *tx, const struct crl_state *state,
	int64_t this_update, int64_t next_update);
/*
 * Every revoked certificate whose youngest edition is settled below `settled`: serial number, date, reason. Those that
 * ended before keep_after are left out (R-CRL-04); keep_after 0 keeps all. Row by row, serial numbers ascending as octets.
 */
RESULT crl_store_entries(struct db *db, int64_t issuer_id, int64_t settled,
	int64_t keep_after, struct err (*visit)(void *context, const struct db_rows *row),
	void *context);
enum { ENTRY_SERIAL, ENTRY_DATE, ENTRY_REASON, ENTRY_INVALIDITY };
/* The certificate as it was recorded; empty when there is none. */
RESULT crl_store_certificate(struct db *db, int64_t issuer_id, struct blob serial_number,
	struct buf *out);
RESULT crl_store_finish(struct db_tx *tx, int64_t issuer_id, int64_t crl_number,
	int64_t entries, int64_t size, const uint8_t sha256[static 32], int64_t now);
/* R-REV-01: the moment a revocation became public. */
RESULT crl_store_mark_published(struct db_tx *tx, const char *issuer, int64_t settled,
	int64_t now);

#endif
