/* feeder: keeps the replica in step with the registry. The one writer; goes on trying while the registry is away. */
#ifndef CA_STATUS_FEEDER_H
#define CA_STATUS_FEEDER_H

#include "ca/status/conf.h"
#include "ca/status/replica.h"
#include "common/db/db.h"

/*
 * Brings the replica up to what the registry holds now. now: read before the call; it becomes the moment for which the
 * replica is vouched (thisUpdate), or an earlier one where the registry's data are older.
 * rows: how many were read. E_RETRY: the registry is away. E_STATE, E_BUG: the feed says what cannot be.
 */
RESULT feeder_pass(struct db *db, struct replica *replica, int64_t now, size_t *rows);

/* The process: follows until proc_stop. */
RESULT feeder_run(const struct status_conf *conf);

#endif
