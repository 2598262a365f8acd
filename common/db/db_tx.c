#include <poll.h>

#include "common/base/random.h"
#include "common/db/db_inner.h"

static RESULT begin(struct db *db, const char *sql, struct db_tx **out)
{
	PGTransactionStatusType status = PQtransactionStatus(db->conn);
	if (status != PQTRANS_IDLE &&
		status !=
			PQTRANS_UNKNOWN) /* PostgreSQL would only warn, and mix the two */
		return FAIL(E_BUG, "begin: a transaction or a stream is open already");
	struct db_tx *tx = calloc(1, sizeof *tx);
	if (tx == NULL)
		return FAIL(E_IO, "out of memory");
	tx->db = db;
	tx->session = db->session;
	db->collided = false;
	struct err err = db_command(db, sql, "begin");
	if (err_is(err)) {
		free(tx);
		return err;
	}
	*out = tx;
	return OK;
}

RESULT db_begin(struct db *db, struct db_tx **out)
{
	return begin(db, "BEGIN ISOLATION LEVEL SERIALIZABLE", out);
}

RESULT db_begin_read_committed(struct db *db, struct db_tx **out)
{
	return begin(db, "BEGIN ISOLATION LEVEL READ COMMITTED", out);
}

/*
 * On a new connection there is no transaction: a statement would stand alone, and COMMIT would succeed with a mere
 * warning, as if all had been done.
 */
RESULT db_tx_check(const struct db_tx *tx)
{
	if (tx->session != tx->db->session || PQstatus(tx->db->conn) != CONNECTION_OK)
		return FAIL(E_RETRY, "the connection to the registry is lost, and the "
				     "transaction with it");
	return OK;
}

RESULT db_commit(struct db_tx **held)
{
	struct db_tx tx = **held;
	free(*held);
	*held = NULL;
	TRY(db_tx_check(&tx));
	AUTO(PQclear) PGresult *result = PQexec(tx.db->conn, "COMMIT");
	TRY(db_check(tx.db, result, "commit"));
	/* A transaction that had failed answers COMMIT with ROLLBACK, without an error. */
	if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
		return FAIL(E_STATE, "commit: the transaction had failed before");
	return OK;
}

void db_rollback(struct db_tx *tx)
{
	if (tx == NULL)
		return;
	if (!err_is(db_tx_check(
		    tx))) /* a lost connection undoes by itself; a new one is none of our business */
		IGNORE(db_command(tx->db, "ROLLBACK",
			"rollback")); /* fails only with the connection */
	free(tx);
}

RESULT db_part(struct db_tx *tx, struct err (*work)(void *context, struct db_tx *tx),
	void *context)
{
	TRY(db_tx_check(tx));
	/* The last part's savepoint is let go by the same exchange, for there may be thousands of parts. */
	TRY(db_command(tx->db,
		tx->parted ? "RELEASE SAVEPOINT part; SAVEPOINT part" : "SAVEPOINT part",
		"part"));
	tx->parted = true;
	struct err err = work(context, tx);
	if (!err_is(err))
		return err;
	TRY(db_tx_check(tx));
	TRY(db_command(tx->db, "ROLLBACK TO SAVEPOINT part", "part"));
	return err;
}

enum { TRIES = 5, PAUSE_MS = 4 };

/* Those who collided and try again at once collide again: each waits a random while, longer every time. */
static RESULT pause_before(int turn)
{
	uint8_t chance;
	if (turn == 0)
		return OK;
	TRY(random_bytes(&chance, 1));
	poll(NULL, 0, 1 + chance % (PAUSE_MS << turn));
	return OK;
}

RESULT db_run(struct db *db, struct err (*work)(void *context, struct db_tx *tx),
	void *context)
{
	struct err err = OK;
	for (int turn = 0; turn < TRIES; turn++) {
		AUTO(db_rollback) struct db_tx *tx = NULL;
		TRY(pause_before(turn));
		TRY(db_begin(db, &tx));
		err = work(context, tx);
		if (!err_is(err))
			err = db_commit(&tx);
		if (err.code != E_RETRY || !db->collided)
			return err;
	}
	return err;
}
