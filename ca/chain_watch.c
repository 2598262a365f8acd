#include "ca/chain_watch.h"

#include "common/base/clock.h"
#include "common/base/log.h"

enum { MOMENT_MS = 200 }; /* of each second: sealing what is new goes first */

static RESULT end(struct db *db, int64_t now, int64_t interval_s, struct err how,
	struct chain_watch *watch)
{
	TRY(audit_store_note(db, now, &watch->walk, err_is(how) ? how.text : NULL));
	if (err_is(how))
		log_err(NULL, "the audit chain is broken", how);
	else if (watch->broken)
		log_notice(NULL, "the audit chain is whole again");
	*watch = (struct chain_watch){ .due = now + interval_s, .broken = err_is(how) };
	return OK;
}

RESULT chain_watch_round(struct db *db, int64_t now, int64_t interval_s,
	struct chain_watch *watch)
{
	int64_t until = clock_monotonic_ms() + MOMENT_MS;
	bool over = false;
	if (now < watch->due)
		return OK;
	while (!over && clock_monotonic_ms() < until) {
		struct err err = audit_store_walk(db, &watch->walk, NULL, &over);
		if (err.code == E_CRYPTO)
			return end(db, now, interval_s, err, watch);
		if (err_is(err))
			return err;
	}
	return over ? end(db, now, interval_s, OK, watch) : OK;
}
