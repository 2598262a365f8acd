/*
 * distributor: the process that hands over to many people. It has several keys under way, so that the RA and the CA work on the
 * next ones while files are encrypted here. Whatever it dies of: a key whose file was not recorded is lost like that of any
 * hand-over (lost.c), and its person waits for the next one.
 */
#include <poll.h>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/net/http.h"
#include "common/proc/fault_point.h"
#include "common/proc/proc.h"
#include "lra/application_store.h"
#include "lra/conf.h"
#include "lra/deliver.h"
#include "lra/delivery_store.h"
#include "lra/distribution.h"
#include "lra/distribution_store.h"
#include "lra/gateway.h"
#include "lra/handover.h"

enum {
	WINDOW = 16, /* keys under way */
	REST_S = 2,  /* before one that could not be done is tried again */
	IDLE_MS = 1000,
	PAUSE_MS = 1000,
	SWEEP_S = 60,
};

/* clang-format off */
static const struct fault_rule not_in_force = { "distribution.person", "R-LRA-15",
	"Who asked for it may no longer hand over. Somebody else has to ask for it.",
	"依頼した担当者は現在この権限を持っていません。別の担当者が依頼してください。" };
/* clang-format on */

/* One person's hand-over, its key lock held. */
struct carried {
	int64_t distribution_id, position, application_id; /* 0: this place is free */
	char receipt[24], file_channel[256], pin_channel[256], asked_by[64];
	struct lra_delivery delivery;
	struct handover *handover;
};

struct distributor {
	struct lra lra;
	struct carried carried[WINDOW];
	int64_t swept_at;
};

/* What is said about one person: as if he who asked for it did it himself, now. */
struct deed {
	struct lra_call call;
	struct faults faults;
	char ref[24];
};

static RESULT deed_begin(struct distributor *distributor, const struct carried *carried,
	struct deed *out)
{
	struct lra *lra = &distributor->lra;
	const struct roster_person *person =
		roster_person(lra->roster, carried->asked_by);
	out->faults.count = 0;
	snprintf(out->ref, sizeof out->ref, "distribution %lld",
		(long long)carried->distribution_id);
	out->call = (struct lra_call){ .lra = lra,
		.person = person,
		.roles = person == NULL ? 0 : person->roles,
		.now = clock_now(),
		.ref = out->ref,
		.faults = &out->faults };
	if (person == NULL || (person->roles & ROLE_LRA_CLERK) == 0 ||
		err_is(roster_in_force(lra->roster, person, out->call.now)))
		return lra_refuse(&out->call, E_DENIED, &not_in_force, "askedBy", "%s",
			carried->asked_by);
	return OK;
}

/* ---- the end of one */

static void release(struct distributor *distributor, struct carried *carried)
{
	handover_free(carried->handover);
	IGNORE(lra_store_release_key(distributor->lra.db,
		carried->application_id)); /* a lost connection has released it */
	*carried = (struct carried){ .application_id = 0 };
}

struct settling {
	const struct carried *carried;
	const char *refusal; /* NULL: it may go better later */
	int64_t now;
};

static RESULT settle(void *context, struct db_tx *tx)
{
	const struct settling *settling = context;
	const struct carried *carried = settling->carried;
	return settling->refusal == NULL
		       ? distribution_store_rest(tx, carried->distribution_id,
				 carried->position, settling->now)
		       : distribution_store_refused(tx, carried->distribution_id,
				 carried->position, settling->refusal, settling->now);
}

/* Refusals are final, with their reasons; all else may have passed when it is tried again. */
static bool is_final(struct err err)
{
	return err.code == E_POLICY || err.code == E_STATE || err.code == E_DENIED ||
	       err.code == E_NOT_FOUND || err.code == E_INPUT;
}

static void fail(struct distributor *distributor, struct carried *carried,
	const struct deed *deed, struct err why)
{
	AUTO(buf_clear) struct buf refusal = BUF(64 * KIB);
	struct settling settling = { .carried = carried, .now = deed->call.now };
	struct err err = OK;
	if (is_final(why)) {
		err = http_faults_body(why.code, &deed->faults, deed->ref, &refusal);
		settling.refusal = buf_text(&refusal);
	}
	if (why.code != E_RETRY)
		log_err(NULL, "not handed over", err_in(why, "%s", carried->receipt));
	if (!err_is(err))
		err = db_run(distributor->lra.db, settle, &settling);
	if (err_is(err))
		log_err(NULL, "not written down", err);
	release(distributor, carried);
}

/* ---- the beginning */

static RESULT take_place(struct carried *carried, const struct db_rows *rows, size_t row)
{
	const char *form = db_text(rows, row, CLAIM_FORM);
	carried->distribution_id = db_int(rows, row, CLAIM_DISTRIBUTION);
	carried->position = db_int(rows, row, CLAIM_POSITION);
	carried->application_id = db_int(rows, row, CLAIM_APPLICATION);
	TRY(text_copy(db_text(rows, row, CLAIM_RECEIPT), carried->receipt,
		sizeof carried->receipt));
	TRY(text_copy(db_text(rows, row, CLAIM_FILE_CHANNEL), carried->file_channel,
		sizeof carried->file_channel));
	TRY(text_copy(db_text(rows, row, CLAIM_PIN_CHANNEL), carried->pin_channel,
		sizeof carried->pin_channel));
	TRY(text_copy(db_text(rows, row, CLAIM_ASKED_BY), carried->asked_by,
		sizeof carried->asked_by));
	carried->delivery = (struct lra_delivery){ .file_channel = carried->file_channel,
		.pin_channel = carried->pin_channel };
	carried->delivery.form =
		strcmp(form, lra_delivery_name(DELIVERY_PKCS12_3DES)) == 0
			? DELIVERY_PKCS12_3DES
			: DELIVERY_PKCS12;
	return OK;
}

static RESULT begin(struct deed *deed, struct carried *carried)
{
	struct lra_call *call = &deed->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin_read_committed(call->lra->db, &tx));
	TRY(lra_application_load(call, tx, carried->receipt, &application));
	db_rollback(MOVE(tx)); /* its row is free again */
	switch (application.state) {
	case APP_VERIFIED:
		return handover_begin(call, &application, &carried->handover);
	case APP_SUBMITTED: /* the RA has it */
	case APP_ORDERED:   /* a key that was lost: the keeper has it revoked first */
	case APP_ISSUED:
		return FAIL(E_RETRY, "not yet: %s",
			application_state_name(application.state));
	case APP_NONE:
	case APP_RECEIVED:
	case APP_IDENTIFIED:
	case APP_REFUSED:
	case APP_DELIVERED:
	case APP_ACCEPTED:
	case APP_REJECTED:
	case APP_WITHDRAWN:
	case APP_STATE_COUNT:
		break;
	}
	return lra_refuse(call, E_STATE, &distribution_not_ready, "state", "%s",
		application_state_name(application.state));
}

static void begin_one(struct distributor *distributor, struct carried *carried)
{
	struct deed deed;
	struct err err = deed_begin(distributor, carried, &deed);
	if (!err_is(err))
		err = begin(&deed, carried);
	if (err_is(err))
		fail(distributor, carried, &deed, err);
}

static size_t mine(const struct distributor *distributor, int64_t ids[static WINDOW])
{
	size_t count = 0;
	for (size_t i = 0; i < WINDOW; i++)
		if (distributor->carried[i].application_id != 0)
			ids[count++] = distributor->carried[i].application_id;
	return count;
}

static struct carried *free_place(struct distributor *distributor)
{
	for (size_t i = 0; i < WINDOW; i++)
		if (distributor->carried[i].application_id == 0)
			return &distributor->carried[i];
	return NULL;
}

/* All places are taken before the first key is made: what was claimed is locked, and must be let go of. */
static RESULT fill(struct distributor *distributor)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const struct roster_component *self;
	struct carried *claimed[WINDOW];
	int64_t ids[WINDOW];
	size_t count = mine(distributor, ids);
	if (count > WINDOW / 2) /* a claim looks at many rows: not for each place */
		return OK;
	TRY(gateway_of(&distributor->lra, NULL, &self));
	TRY(distribution_store_claim(distributor->lra.db, self->lra, clock_now() - REST_S,
		ids, count, (int64_t)(WINDOW - count), &rows));
	for (size_t i = 0; i < db_count(rows); i++) {
		claimed[i] = free_place(distributor);
		if (claimed[i] == NULL)
			return FAIL(E_BUG, "more claimed than places");
		TRY(take_place(claimed[i], rows, i));
	}
	for (size_t i = 0; i < db_count(rows) && !proc_stop; i++)
		begin_one(distributor, claimed[i]);
	return OK;
}

/* ---- packing */

struct recording {
	struct lra_call *call;
	const struct carried *carried;
	struct blob pkcs12, sealed_pin;
};

/* The hand-over and its row in the distribution: both or neither. */
static RESULT record(void *context, struct db_tx *tx)
{
	const struct recording *recording = context;
	const struct carried *carried = recording->carried;
	TRY(deliver_record(recording->call, tx, carried->receipt, &carried->delivery,
		recording->sealed_pin));
	return distribution_store_done(tx, carried->distribution_id, carried->position,
		recording->pkcs12, recording->call->now);
}

static RESULT finish(struct deed *deed, struct carried *carried)
{
	struct lra_call *call = &deed->call;
	AUTO(buf_clear) struct buf pkcs12 = BUF(LIMIT_PKCS12);
	AUTO(buf_clear) struct buf sealed = BUF(LIMIT_PIN);
	TRY(handover_pack(call, carried->handover, carried->delivery.form, &pkcs12,
		&sealed));
	fault_point("lra.packed");
	struct recording recording = { .call = call,
		.carried = carried,
		.pkcs12 = buf_view(&pkcs12),
		.sealed_pin = buf_view(&sealed) };
	return db_run(call->lra->db, record, &recording);
}

static void move_on(struct distributor *distributor, struct carried *carried)
{
	struct deed deed;
	bool ready = false;
	struct err err = deed_begin(distributor, carried, &deed);
	if (!err_is(err))
		err = handover_look(&deed.call, carried->handover, &ready);
	if (!err_is(err) && ready)
		err = finish(&deed, carried);
	if (err_is(err))
		fail(distributor, carried, &deed, err);
	else if (ready)
		release(distributor, carried);
}

static bool is_answered(const struct db_rows *rows, int64_t application_id)
{
	for (size_t i = 0; i < db_count(rows); i++)
		if (db_int(rows, i, 0) == application_id)
			return true;
	return false;
}

/* out: how many were moved on. */
static RESULT look(struct distributor *distributor, bool late, size_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	int64_t ids[WINDOW];
	size_t count = mine(distributor, ids);
	*out = 0;
	if (count == 0)
		return OK;
	TRY(distribution_store_answered(distributor->lra.db, ids, count, &rows));
	for (size_t i = 0; i < WINDOW && !proc_stop; i++) {
		struct carried *carried = &distributor->carried[i];
		/* Those without an answer are looked at now and then, for their time may be over. */
		if (carried->handover == NULL ||
			(!late && !is_answered(rows, carried->application_id)))
			continue;
		move_on(distributor, carried);
		(*out)++;
	}
	return OK;
}

/* ---- what is over */

struct sweeping {
	struct lra_call *call;
	const struct roster_component *self;
};

static RESULT sweep(void *context, struct db_tx *tx)
{
	const struct sweeping *sweeping = context;
	struct lra_call *call = sweeping->call;
	const struct roster_component *self = sweeping->self;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(distribution_store_end_cancelled(tx, self->lra, call->now));
	TRY(distribution_store_erase_old(tx, self->lra,
		call->now - call->lra->conf->receipt_s, &rows));
	for (size_t i = 0; i < db_count(rows); i++) {
		char object[32], detail[64];
		snprintf(object, sizeof object, "distribution %lld",
			(long long)db_int(rows, i, 0));
		snprintf(detail, sizeof detail, "{\"files\":%lld}",
			(long long)db_int(rows, i, 1));
		TRY(lra_audit(call, tx, AUDIT_DISTRIBUTION_ERASED, self->id, self->role,
			object, detail));
	}
	return OK;
}

/* R-SUB-KEY-05: files that nobody fetched do not lie here for ever; of several processes one does it, or all, in turn. */
static RESULT sweep_now_and_then(struct distributor *distributor)
{
	struct faults faults = { .count = 0 };
	struct lra_call call = { .lra = &distributor->lra,
		.now = clock_now(),
		.ref = "distributor",
		.faults = &faults };
	struct sweeping sweeping = { .call = &call };
	if (call.now < distributor->swept_at + SWEEP_S)
		return OK;
	distributor->swept_at = call.now;
	TRY(gateway_of(&distributor->lra, NULL, &sweeping.self));
	return db_run(distributor->lra.db, sweep, &sweeping);
}

/* ---- the process */

static RESULT round_once(struct distributor *distributor, bool late)
{
	size_t moved;
	bool woken;
	(void)lra_keep_up(&distributor->lra);
	TRY(sweep_now_and_then(distributor));
	TRY(fill(distributor));
	TRY(look(distributor, late, &moved));
	return moved > 0 ? OK : db_wait(distributor->lra.db, IDLE_MS, &woken);
}

/* The keys under way are given up: with the connection their locks are gone, and others may take them for lost. */
static void give_up(struct distributor *distributor)
{
	for (size_t i = 0; i < WINDOW; i++)
		if (distributor->carried[i].application_id != 0)
			release(distributor, &distributor->carried[i]);
}

static void distributor_clear(struct distributor *distributor)
{
	give_up(distributor);
	lra_close(&distributor->lra);
}
AUTO_DEFINE_HELD(struct distributor, distributor_clear)

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

static RESULT serve(struct distributor *distributor)
{
	int64_t late_ms = clock_monotonic_ms();
	TRY(open_patiently(&distributor->lra));
	TRY(proc_restrict(POWER_NET_CONNECT | POWER_FILE_READ, NULL, NULL));
	TRY(db_listen(distributor->lra.db, "inkan_distribution"));
	while (!proc_stop) {
		bool late = clock_monotonic_ms() >= late_ms;
		if (late)
			late_ms = clock_monotonic_ms() + IDLE_MS;
		struct err err = round_once(distributor, late);
		if (!err_is(err))
			continue;
		log_err(NULL, "not all handed over; trying again", err);
		give_up(distributor);
		poll(NULL, 0, PAUSE_MS);
		IGNORE(db_reconnect(distributor->lra.db)); /* the next round tells */
	}
	return OK;
}

RESULT lra_distributor(const struct lra_conf *conf)
{
	AUTO(distributor_clear) struct distributor distributor = { .swept_at = 0 };
	struct conf_faults faults = { .count = 0 };
	TRY(lra_open_files(conf, &distributor.lra, &faults));
	return serve(&distributor);
}
