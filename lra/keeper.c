/* keeper: at its start and ever after: hand-overs that were cut off and ended sessions are cleared up; letters of
 * subscribers are opened; files that nobody picked up go; deadlines of receipts, where the contract wants it, and what was revoked before its receipt; evidence is looked after, old drafts go,
 * imports are worked on. */
#include <poll.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/proc/proc.h"
#include "lra/conf.h"
#include "lra/draft.h"
#include "lra/evidence.h"
#include "lra/import.h"
#include "lra/lapse.h"
#include "lra/letters.h"
#include "lra/pickup.h"
#include "lra/serve.h"
#include "lra/unreceived.h"
#include "lra/web_session.h"

enum { IDLE_MS = 2000, PAUSE_MS = 1000, UNRECEIVED_S = 60 };

struct keeping {
	struct evidence_keeping evidence;
	int64_t unreceived_at; /* when deadlines are looked at again */
};

static RESULT open_patiently(struct lra *lra)
{
	for (;;) {
		struct err err = lra_open_database(lra);
		if (err.code != E_RETRY || proc_stop)
			return err;
		log_err(NULL, "waiting for the registry", err);
		poll(NULL, 0, PAUSE_MS);
	}
}

static RESULT look_at_deadlines(struct lra_call *call, struct keeping *keeping)
{
	size_t done;
	if (call->now < keeping->unreceived_at)
		return OK;
	TRY(lra_revoke_unreceived(call, &done));
	if (done > 0)
		log_warning(NULL,
			"receipts not confirmed; their certificates are being revoked");
	TRY(lra_lapse_revoked(call, &done));
	keeping->unreceived_at = call->now + UNRECEIVED_S;
	return OK;
}

static RESULT round_once(struct lra *lra, struct keeping *keeping)
{
	struct faults faults = { .count = 0 };
	struct lra_call call = { .lra = lra,
		.now = clock_now(),
		.ref = "keeper",
		.faults = &faults };
	size_t done;
	bool woken, more;
	TRY(lra_recover_lost_keys(&call, &done));
	if (done > 0)
		log_warning(NULL,
			"keys lost at hand-over; their certificates are being revoked");
	TRY(lra_open_letters(&call, &done));
	TRY(lra_end_pickups(&call, &done));
	if (done > 0)
		log_warning(NULL,
			"files not picked up; their certificates are being revoked");
	TRY(lra_evidence_keep(&call, &keeping->evidence));
	TRY(web_session_sweep(&call)); /* under the roster of now */
	TRY(look_at_deadlines(&call, keeping));
	TRY(lra_draft_sweep(&call));
	TRY(lra_import_work(lra, call.now, &more));
	return db_wait(lra->db, more ? 0 : IDLE_MS, &woken);
}

RESULT lra_keeper(const struct lra_conf *conf)
{
	AUTO(lra_close) struct lra lra = { .conf = conf };
	struct conf_faults faults = { .count = 0 };
	struct keeping keeping = { .unreceived_at = 0 };
	TRY(lra_open_files(conf, &lra, &faults));
	TRY(open_patiently(&lra));
	const char *const vault[] = { conf->evidence_folder, NULL };
	TRY(proc_restrict(POWER_NET_CONNECT | POWER_FILE_READ |
				  (lra.vault == NULL ? 0 : POWER_FILE_WRITE),
		NULL, vault));
	while (!proc_stop) {
		struct err err = round_once(&lra, &keeping);
		if (!err_is(err))
			continue;
		log_err(NULL, "not all looked after; trying again", err);
		poll(NULL, 0, PAUSE_MS);
		IGNORE(db_reconnect(lra.db)); /* the next round tells */
	}
	return OK;
}
