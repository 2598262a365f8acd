/* batch: rows of a queue worked through in one transaction, where no row can hold up the others. */
#ifndef COMMON_FLOW_BATCH_H
#define COMMON_FLOW_BATCH_H

#include "common/db/db.h"

struct batch_work {
	/* Judges and answers one row. What it wrote is undone when it fails. */
	struct err (*work)(void *context, struct db_tx *tx, size_t row);
	/* Answers a row that work failed on, with the reason. NULL: there is no other answer. */
	struct err (*refuse)(void *context, struct db_tx *tx, size_t row, struct err why);
};

/*
 * Works on `count` rows, each in a part of the transaction of its own (db_part). What is wrong with a row is answered on
 * that row; one that cannot even be refused is logged and left as it is. done: rows that were answered.
 * E_RETRY, E_IO: our own trouble, which is no row's fault: nothing of the batch may be committed.
 */
RESULT batch_run(struct db_tx *tx, size_t count, const struct batch_work *work,
	void *context, size_t *done);

#endif
