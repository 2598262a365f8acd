#include "lra/letters.h"

#include "common/base/log.h"
#include "common/base/text.h"
#include "common/proc/fault_point.h"
#include "lra/application_store.h"
#include "lra/certificate_store.h"
#include "lra/gateway.h"
#include "lra/letter_store.h"

struct letter {
	struct lra_call *call;
	const struct db_rows *rows;
	size_t row;
	const char *refusal;
};

static const char *text_of(const struct letter *letter, size_t column)
{
	return db_text(letter->rows, letter->row, column);
}

static bool is_by_certificate(const struct letter *letter)
{
	return strcmp(text_of(letter, LETTER_DOOR), "certificate") == 0;
}

/* ---- revocation */

static RESULT ask(const struct letter *letter, struct db_tx *tx,
	const struct lra_application *application)
{
	struct lra_call *call = letter->call;
	const struct revocation_event *event =
		revocation_event_find(text_of(letter, LETTER_EVENT));
	const struct roster_component *self;
	char text[160];
	if (event == NULL || (event->roles & ROLE_SUBSCRIBER) == 0)
		return FAIL(E_INPUT, "event: not a holder's");
	TRY(gateway_of(call->lra, application->lra, &self));
	snprintf(text, sizeof text,
		"利用者による失効申請 / Revoke, asked by the holder: %s (%s / %s)",
		application->receipt, event->ja, event->en);
	const struct gateway_wish wish = { .event = event->word,
		.requester =
			is_by_certificate(letter)
				? "subscriber, by TLS client authentication with the "
				  "certificate itself"
				: "subscriber, by pass phrase for revocation "
				  "(失効用合言葉)",
		.text = text,
		.received_at = db_int(letter->rows, letter->row, LETTER_RECEIVED_AT) };
	return gateway_revoke(call, tx, self, application, &wish);
}

static RESULT open_revocation(void *context, struct db_tx *tx)
{
	struct letter *letter = context;
	struct lra_call *call = letter->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rows_free) struct db_rows *certificate = NULL;
	bool revoked;
	letter->refusal = NULL;
	TRY(lra_application_load(call, tx, text_of(letter, LETTER_RECEIPT),
		&application));
	TRY(lra_store_certificate(tx, application.id, &certificate));
	/* What is revoked stays so; the wish is fulfilled. */
	TRY(lra_store_is_revoked_tx(tx, db_text(certificate, 0, CERTIFICATE_ISSUER),
		db_blob(certificate, 0, CERTIFICATE_SERIAL), &revoked));
	if (is_by_certificate(letter) &&
		!blob_equal(db_blob(letter->rows, letter->row, LETTER_CERTIFICATE),
			db_blob(certificate, 0, CERTIFICATE_DER)))
		letter->refusal = "another certificate";
	else if (!revoked)
		TRY(ask(letter, tx, &application));
	TRY(lra_store_answer_letter(tx, db_int(letter->rows, letter->row, LETTER_ID),
		letter->refusal, call->now));
	fault_point("lra.letter");
	return OK;
}

/* ---- receipt */

static RESULT answer(void *context, struct db_tx *tx)
{
	const struct letter *letter = context;
	return lra_store_answer_letter(tx, db_int(letter->rows, letter->row, LETTER_ID),
		letter->refusal, letter->call->now);
}

static RESULT confirm(const struct letter *letter)
{
	AUTO(decision_clear) struct decision decision = DECISION;
	struct lra_call then = *letter->call;
	const char *receipt = text_of(letter, LETTER_RECEIPT);
	then.now = db_int(letter->rows, letter->row, LETTER_RECEIVED_AT);
	then.certificate = db_blob(letter->rows, letter->row, LETTER_CERTIFICATE);
	if (strcmp(text_of(letter, LETTER_DOOR), "signature") != 0)
		return lra_receipt_by_tls(&then, receipt);
	TRY(text_copy("cms", decision.form, sizeof decision.form));
	TRY(buf_append(&decision.statement,
		db_blob(letter->rows, letter->row, LETTER_STATEMENT)));
	TRY(buf_append(&decision.signature,
		db_blob(letter->rows, letter->row, LETTER_SIGNATURE)));
	return lra_receipt_by_signature(&then, receipt, &decision);
}

/* The step has a transaction of its own: behind a crash between the two it is there already, which is no fault. */
static RESULT open_receipt(struct letter *letter)
{
	struct err err = confirm(letter);
	if (err.code == E_RETRY)
		return err;
	fault_point("lra.letter");
	bool another =
		err.code == E_DENIED || err.code == E_CRYPTO || err.code == E_CONFLICT;
	letter->refusal = another ? "another certificate" : NULL;
	if (err_is(err) && !another && err.code != E_STATE)
		return err;
	return db_run(letter->call->lra->db, answer, letter);
}

/* What can never be done is answered, so that no letter stands before the others for ever. */
static RESULT open_letter(struct letter *letter)
{
	struct err err = strcmp(text_of(letter, LETTER_KIND), "receipt") == 0
				 ? open_receipt(letter)
				 : db_run(letter->call->lra->db, open_revocation, letter);
	if (err.code != E_INPUT && err.code != E_NOT_FOUND)
		return err;
	log_err(NULL, "letter of a subscriber refused", err);
	letter->refusal = "cannot be done";
	return db_run(letter->call->lra->db, answer, letter);
}

RESULT lra_open_letters(struct lra_call *call, size_t *done)
{
	enum { AT_ONCE = 64 };
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const struct roster_component *self;
	*done = 0;
	TRY(gateway_of(call->lra, NULL, &self));
	TRY(lra_store_letters(call->lra->db, self->lra, AT_ONCE, &rows));
	struct err last = OK;
	for (size_t i = 0; i < db_count(rows) && last.code != E_RETRY; i++) {
		struct letter letter = { .call = call, .rows = rows, .row = i };
		struct err err = open_letter(&letter);
		if (err_is(err))
			last = err_in(err, "letter of application %s",
				text_of(&letter, LETTER_RECEIPT)); /* others go on */
		else
			(*done)++;
	}
	return last;
}
