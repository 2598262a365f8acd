/* partition_store: the months of the tables that grow, made a year ahead. */
#ifndef CA_PARTITION_STORE_H
#define CA_PARTITION_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list partition_store_stmts;
RESULT partition_store_prepare(struct db *db, int64_t now);

#endif
