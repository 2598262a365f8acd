#include "ca/loops.h"

#include <poll.h>

#include "ca/cert_store.h"
#include "ca/chain_watch.h"
#include "ca/conf.h"
#include "ca/crl_store.h"
#include "ca/order_store.h"
#include "ca/partition_store.h"
#include "ca/publish.h"
#include "ca/quota.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/flow/audit_store.h"
#include "common/flow/enrolment_store.h"
#include "common/proc/proc.h"

enum {
	IDLE_MS = 1000, /* between looks when nobody wakes us */
	BACK_STEP_S =
		60, /* R-ISS-17: a clock that goes back further than this stops issuing */
	SEAL_MOST = 2000, /* events in one link */
};

static void pause_ms(int ms)
{
	poll(NULL, 0, ms); /* ended early by a signal, which is what we want */
}

/* Opens, waiting for a database that is not there yet; any other fault ends the process with its words. */
static RESULT open_patiently(const struct ca_conf *conf, const char *database,
	const struct db_stmt_list *lists, size_t count, int signer, struct ca *ca)
{
	struct conf_faults faults = { .count = 0 };
	for (;;) {
		struct err err =
			ca_open(conf, database, lists, count, signer, ca, &faults);
		if (err.code != E_RETRY || proc_stop)
			return err;
		log_err(NULL, "waiting for the registry", err);
		ca_close(ca);
		pause_ms(IDLE_MS);
	}
}

/* A lost database is waited out: nothing that was acknowledged can be lost, for it is in there. */
static RESULT outlast(struct ca *ca, struct err err)
{
	if (err.code != E_RETRY)
		return err;
	log_err(NULL, "the registry does not answer; trying again", err);
	while (!proc_stop) {
		pause_ms(IDLE_MS);
		err = db_reconnect(ca->db);
		if (!err_is(err))
			return OK;
		if (err.code != E_RETRY)
			return err;
	}
	return OK;
}

static void reload_when_asked(struct ca *ca)
{
	struct conf_faults faults = { .count = 0 };
	if (!proc_reload)
		return;
	proc_reload = 0;
	struct err err = ca_reload_roster(ca, &faults);
	if (err_is(err))
		log_err(NULL, "roster kept as it was", err);
	else
		log_notice(NULL, "roster read again");
}

static RESULT check_clock(struct ca *ca, int64_t now)
{
	if (now < ca->last_now - BACK_STEP_S)
		return FAIL(E_STATE, "the clock went back by %lld s: nothing is issued",
			(long long)(ca->last_now - now));
	if (now > ca->last_now)
		ca->last_now = now;
	return OK;
}

/* What was done since the queues were last empty, and how long it took. */
struct tally {
	size_t accepted, issued;
	int64_t accept_ms, issue_ms;
};

static void tell(struct tally *tally)
{
	char text[4][24];
	if (tally->accepted + tally->issued == 0)
		return;
	snprintf(text[0], sizeof text[0], "%zu", tally->accepted);
	snprintf(text[1], sizeof text[1], "%lld", (long long)tally->accept_ms);
	snprintf(text[2], sizeof text[2], "%zu", tally->issued);
	snprintf(text[3], sizeof text[3], "%lld", (long long)tally->issue_ms);
	log_info(NULL, "orders answered", "judged", text[0], "judgedMs", text[1],
		"issued", text[2], "issuedMs", text[3]);
	*tally = (struct tally){ .accepted = 0 };
}

static RESULT issuer_round(struct ca *ca, struct tally *tally, size_t *done)
{
	size_t revoked, accepted, issued;
	int64_t now = clock_now(), start;
	TRY(check_clock(ca, now));
	/* Revocations first: what must not be trusted any more never waits behind what is new. */
	TRY(ca_revoke(ca, now, &revoked));
	start = clock_monotonic_ms();
	TRY(ca_accept(ca, now, &accepted));
	tally->accept_ms += clock_monotonic_ms() - start;
	start = clock_monotonic_ms();
	TRY(ca_issue(ca, now, &issued));
	tally->issue_ms += clock_monotonic_ms() - start;
	tally->accepted += accepted;
	tally->issued += issued;
	*done = revoked + accepted + issued;
	if (*done == 0)
		tell(tally);
	return OK;
}

static RESULT claim(struct ca *ca)
{
	for (;;) {
		struct err err = order_store_claim(ca->db);
		if (err.code != E_RETRY || proc_stop)
			return err;
		log_err(NULL, "waiting", err);
		pause_ms(IDLE_MS);
	}
}

static RESULT issuer_start(struct ca *ca)
{
	TRY(claim(ca));
	TRY(ca_register_issuers(ca, clock_now()));
	TRY(db_listen(ca->db, "inkan_order"));
	return db_listen(ca->db, "inkan_revocation");
}

RESULT ca_issuer_loop(const struct ca_conf *conf, int signer)
{
	const struct db_stmt_list lists[] = { order_store_stmts, cert_store_stmts,
		audit_store_writing, enrolment_store_reading };
	AUTO(ca_close) struct ca ca = { .signer = -1 };
	struct tally tally = { .accepted = 0 };
	bool started = false;
	TRY(open_patiently(conf, conf->database, lists, COUNT(lists), signer, &ca));
	if (conf->quota_folder[0] != 0)
		TRY(quota_open(conf->quota_folder, &ca.quota));
	const char *const folders[] = { conf->quota_folder, NULL };
	TRY(proc_restrict(POWER_NET_CONNECT | POWER_FILE_READ |
				  (ca.quota != NULL ? POWER_FILE_WRITE : 0),
		NULL, ca.quota != NULL ? folders : NULL));
	while (!proc_stop) {
		size_t done = 0;
		bool woken;
		struct err err = started ? OK : issuer_start(&ca);
		reload_when_asked(&ca);
		if (!err_is(err)) {
			started = true;
			err = issuer_round(&ca, &tally, &done);
		}
		if (!err_is(err) && done == 0)
			err = db_wait(ca.db, IDLE_MS, &woken);
		if (err_is(err)) {
			TRY(outlast(&ca, err));
			started =
				false; /* the lock and the listening went with the connection */
		}
	}
	return OK;
}

RESULT ca_publisher_loop(const struct ca_conf *conf, int signer)
{
	const struct db_stmt_list lists[] = { crl_store_stmts, audit_store_writing,
		order_store_stmts };
	AUTO(ca_close) struct ca ca = { .signer = -1 };
	TRY(open_patiently(conf, conf->database_publish, lists, COUNT(lists), signer,
		&ca));
	const char *const folders[] = { conf->public_folder, conf->archive_folder, NULL };
	TRY(proc_restrict(POWER_NET_CONNECT | POWER_FILE_READ | POWER_FILE_WRITE, folders,
		folders));
	TRY(db_listen(ca.db, "inkan_status"));
	while (!proc_stop) {
		size_t done = 0;
		bool woken;
		proc_reload = 0;
		struct err err = ca_publish(&ca, clock_now(), &done);
		if (!err_is(err) && done == 0)
			err = db_wait(ca.db, IDLE_MS, &woken);
		if (err_is(err)) {
			TRY(outlast(&ca, err));
			IGNORE(db_listen(ca.db,
				"inkan_status")); /* without it, the next look is a second later */
		}
	}
	return OK;
}

static RESULT auditor_round(struct ca *ca, int64_t *prepared, struct chain_watch *watch,
	size_t *sealed)
{
	int64_t now = clock_now();
	if (now > *prepared + DAY) {
		TRY(partition_store_prepare(ca->db, now));
		*prepared = now;
	}
	TRY(audit_store_seal(ca->db, now, SEAL_MOST, sealed));
	return chain_watch_round(ca->db, now, ca->conf->audit_interval_s, watch);
}

RESULT ca_auditor_loop(const struct ca_conf *conf)
{
	const struct db_stmt_list lists[] = { audit_store_chain, partition_store_stmts };
	AUTO(ca_close) struct ca ca = { .signer = -1 };
	struct chain_watch watch = { .due = 0 };
	int64_t prepared = 0;
	TRY(open_patiently(conf, conf->database_audit, lists, COUNT(lists), -1, &ca));
	TRY(proc_restrict(POWER_NET_CONNECT | POWER_FILE_READ, NULL, NULL));
	while (!proc_stop) {
		size_t sealed = 0;
		proc_reload = 0;
		struct err err = auditor_round(&ca, &prepared, &watch, &sealed);
		if (err_is(err))
			TRY(outlast(&ca, err));
		if (sealed < SEAL_MOST)
			pause_ms(IDLE_MS);
	}
	return OK;
}
