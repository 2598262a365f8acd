#include "ca/status/feeder.h"

#include <poll.h>

#include "ca/status/feed_store.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/proc/proc.h"

enum { HEARTBEAT_S = 5, SWEEP_S = 30, AWAY_REPEAT_S = 300 };

/*
 * A number far ahead of the registry's, or another cluster or timeline, means that the registry was restored or a
 * standby took over: numbers may have been given twice. Reading everything again is always right, for of two rows the
 * younger stays.
 */
static bool must_start_over(const struct replica_position *at,
	const struct feed_state *state)
{
	if (strcmp(at->registry, state->registry) != 0)
		return true;
	return at->transaction != 0 && at->transaction >= state->settled;
}

/*
 * HOUSE part 1, property 6: numbers are given when a transaction begins, rows appear when it commits. So the position
 * moves only over settled transactions; what is visible beyond them is taken too (a revocation must not wait for a
 * stranger's long transaction) and simply met again by the next pass.
 */
static RESULT take_page(struct replica *replica, const struct feed_page *page,
	int64_t settled, struct replica_position *at)
{
	struct replica_position next = *at;
	for (size_t i = 0; i < page->count && page->transaction[i] < settled; i++) {
		next.transaction = page->transaction[i];
		next.id = page->row[i].id;
	}
	TRY(replica_write(replica, page->row, page->count, &next));
	*at = next;
	return OK;
}

static RESULT follow(struct db *db, struct replica *replica,
	const struct feed_state *state, struct replica_position *at, size_t *rows)
{
	AUTO(feed_page_clear) struct feed_page page = { .count = 0 };
	int64_t transaction = at->transaction, id = at->id;
	for (;;) {
		TRY(feed_store_page(db, transaction, id, &page));
		*rows += page.count;
		if (page.count == 0)
			return OK;
		transaction = page.transaction[page.count - 1];
		id = page.row[page.count - 1].id;
		/* settled was read before the page: what it calls settled the page has seen whole. */
		TRY(take_page(replica, &page, state->settled, at));
		if (page.count < FEED_PAGE || proc_stop)
			return OK;
	}
}

RESULT feeder_pass(struct db *db, struct replica *replica, int64_t now, size_t *rows)
{
	struct replica_position at;
	struct feed_state state;
	*rows = 0;
	TRY(replica_get_position(replica, &at));
	TRY(feed_store_state(db, &state));
	if (must_start_over(&at, &state)) {
		at.transaction = at.id = 0;
		memcpy(at.registry, state.registry, sizeof at.registry);
	}
	TRY(follow(db, replica, &state, &at, rows));
	if (proc_stop)
		return OK;
	/* All that was committed before the first look is in: vouched for as of then, or as old as the standby's data. */
	int64_t synced = now < state.as_of ? now : state.as_of;
	if (*rows == 0 && synced >= at.synced_at && synced < at.synced_at + HEARTBEAT_S)
		return OK;
	/* Also back: a clock that once ran ahead must not vouch for days that nobody looked at. */
	at.synced_at = synced;
	return replica_write(replica, NULL, 0, &at);
}

/* One line when the registry goes away, one when it is back, and a reminder between. */
struct trouble {
	int64_t since_ms, told_ms;
};

static void tell(struct trouble *trouble, struct err err)
{
	int64_t now = clock_monotonic_ms();
	if (!err_is(err)) {
		if (trouble->told_ms != 0)
			log_notice(NULL, "following the registry again");
		*trouble = (struct trouble){ .since_ms = 0 };
		return;
	}
	if (trouble->since_ms == 0)
		trouble->since_ms = now;
	if (trouble->told_ms == 0 || now - trouble->told_ms >= AWAY_REPEAT_S * 1000) {
		trouble->told_ms = now;
		log_err(NULL, "cannot follow the registry", err);
	}
}

static RESULT step(const struct status_conf *conf, struct replica *replica,
	struct db **db)
{
	size_t rows = 0;
	if (*db == NULL)
		TRY(db_open(conf->database, &feed_statements, 1, db));
	struct err err = feeder_pass(*db, replica, clock_now(), &rows);
	if (err.code == E_RETRY)
		IGNORE(db_reconnect(*db)); /* tried again by the next step */
	if (rows > 0 && !err_is(err)) {
		char count[24];
		snprintf(count, sizeof count, "%zu", rows);
		log_debug(NULL, "rows followed", "rows", count);
	}
	return err;
}

static void sweep(struct replica *replica, int64_t *last_ms)
{
	int64_t now = clock_monotonic_ms();
	if (now - *last_ms < SWEEP_S * 1000)
		return;
	*last_ms = now;
	if (replica_sweep(replica) > 0)
		log_notice(NULL, "places of dead readers freed");
}

RESULT feeder_run(const struct status_conf *conf)
{
	const char *const write_below[] = { conf->replica_folder, NULL };
	AUTO(replica_close) struct replica *replica = NULL;
	AUTO(db_close) struct db *db = NULL;
	struct trouble trouble = { .since_ms = 0 };
	int64_t swept = 0;
	TRY(replica_open_writer(conf->replica_folder, (size_t)conf->replica_map,
		&replica));
	TRY(proc_restrict(POWER_NET_CONNECT | POWER_FILE_READ | POWER_FILE_WRITE, NULL,
		write_below));
	while (!proc_stop) {
		tell(&trouble, step(conf, replica, &db));
		sweep(replica, &swept);
		poll(NULL, 0, (int)conf->poll_s * 1000); /* ended early by a signal */
	}
	return OK;
}
