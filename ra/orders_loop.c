#include <poll.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/flow/audit_store.h"
#include "common/flow/enrolment_store.h"
#include "common/proc/fault_point.h"
#include "common/proc/proc.h"
#include "common/token/token.h"
#include "ra/conf.h"
#include "ra/serve.h"
#include "ra/store.h"

enum { IDLE_MS = 1000 };

static void pause_ms(int ms)
{
	poll(NULL, 0, ms);
}

static RESULT open_patiently(const struct ra_conf *conf, struct ra *ra)
{
	const struct db_stmt_list lists[] = { ra_store_stmts, audit_store_writing,
		enrolment_store_reading };
	struct conf_faults faults = { .count = 0 };
	for (;;) {
		struct err err = ra_open(conf, conf->database_orders, lists, COUNT(lists),
			ra, &faults);
		if (err.code != E_RETRY || proc_stop)
			return err;
		log_err(NULL, "waiting for the registry", err);
		ra_close(ra);
		pause_ms(IDLE_MS);
	}
}

static RESULT listen_all(struct ra *ra)
{
	TRY(db_listen(ra->db, "inkan_application"));
	return db_listen(ra->db, "inkan_certificate");
}

static RESULT round_once(struct ra *ra, size_t *done)
{
	size_t collected, verified, ordered;
	int64_t now = clock_now();
	TRY(ra_collect(ra, now, &collected));
	if (collected > 0)
		fault_point("ra.collected");
	TRY(ra_verify(ra, now, &verified));
	if (verified > 0)
		fault_point("ra.verified");
	TRY(ra_order(ra, now, &ordered));
	if (ordered > 0)
		fault_point("ra.ordered");
	*done = collected + verified + ordered;
	return OK;
}

static RESULT outlast(struct ra *ra, struct err err)
{
	if (err.code != E_RETRY)
		return err;
	log_err(NULL, "the registry does not answer; trying again", err);
	while (!proc_stop) {
		pause_ms(IDLE_MS);
		err = db_reconnect(ra->db);
		if (!err_is(err))
			return OK;
		if (err.code != E_RETRY)
			return err;
	}
	return OK;
}

static void reload_when_asked(struct ra *ra)
{
	struct conf_faults faults = { .count = 0 };
	if (!proc_reload)
		return;
	proc_reload = 0;
	struct err err = ra_reload_roster(ra, &faults);
	if (err_is(err))
		log_err(NULL, "roster kept as it was", err);
	else
		log_notice(NULL, "roster read again");
}

static RESULT open_key(const struct ra_conf *conf, struct token **token,
	struct token_key **key, struct ra *ra)
{
	AUTO(secret_free) struct secret *pin = NULL;
	enum key_algorithm algorithm;
	enum signature_algorithm signature;
	AUTO(EVP_PKEY_free) EVP_PKEY *public_key = NULL;
	TRY_IN(secret_from_source(conf->token_pin, &pin), "token.pin");
	TRY_IN(token_open(conf->token_module, conf->token_label, pin, token), "token");
	TRY_IN(token_find(*token, conf->token_key, key), "token.key");
	TRY(key_parse(token_key_get_spki(*key), &algorithm, &public_key));
	TRY(signature_for_key(public_key, &signature));
	return token_key_signing(*key, signature, &ra->signing);
}

RESULT ra_orders_loop(const struct ra_conf *conf)
{
	AUTO(ra_close) struct ra ra = { .conf = conf };
	AUTO(token_close) struct token *token = NULL;
	AUTO(token_key_free) struct token_key *key = NULL;
	bool listening = false;
	TRY(open_patiently(conf, &ra));
	TRY(open_key(conf, &token, &key, &ra));
	TRY(proc_restrict(POWER_NET_CONNECT | POWER_FILE_READ, NULL, NULL));
	while (!proc_stop) {
		size_t done = 0;
		bool woken;
		struct err err = listening ? OK : listen_all(&ra);
		reload_when_asked(&ra);
		if (!err_is(err)) {
			listening = true;
			err = round_once(&ra, &done);
		}
		if (!err_is(err) && done == 0)
			err = db_wait(ra.db, IDLE_MS, &woken);
		if (err_is(err)) {
			TRY(outlast(&ra, err));
			listening = false;
		}
	}
	return OK;
}
