/* certify: a batch on its way through judge, linter and token; the linter judges one flight while the token signs another. */
#include "ca/signer/signer.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/flow/lint_pipe.h"

enum { FLIGHT = 16 };

/* Some requests in order; those without an error so far are with the linter. */
struct flight {
	size_t count, asked;
	struct {
		struct err err;
		struct signer_key *key;
		struct blob tbs;
	} item[FLIGHT];
};

/* Where TBSCertificates of a flight lie until they are signed: the bytes linted are the bytes signed (R-ISS-03). */
static uint8_t *tbs_room(const struct signer *signer, size_t first, size_t at)
{
	size_t half = first / FLIGHT % 2;
	return signer->tbs + (half * FLIGHT + at) * LIMIT_CERT;
}

/* Judges and builds; then asks the linter, without waiting for what it says. */
static RESULT flight_send(struct signer *signer, size_t first, int64_t now,
	struct flight *flight)
{
	struct lint_item asked[FLIGHT];
	const struct message *message = signer->message;
	size_t left = message->count - first;
	flight->count = left < FLIGHT ? left : FLIGHT;
	flight->asked = 0;
	for (size_t i = 0; i < flight->count; i++) {
		const struct signer_request *request = &message->item[first + i].request;
		struct der_writer w = { .data = tbs_room(signer, first, i),
			.max = LIMIT_CERT };
		flight->item[i].err = judge_request(signer->keys, signer->profiles,
			request, now, &w, &flight->item[i].key);
		if (!err_is(flight->item[i].err))
			flight->item[i].err = der_finish(&w, &flight->item[i].tbs);
		if (!err_is(flight->item[i].err))
			asked[flight->asked++] = (struct lint_item){ request->profile,
				request->profile_version, request->issuer,
				flight->item[i].tbs };
	}
	if (flight->asked == 0)
		return OK;
	return lint_pipe_send(signer->pipes.lint, asked, flight->asked,
		&signer->lint_room);
}

/* R-ISS-02: no "ok", no signature. */
static RESULT flight_verdicts(struct signer *signer, struct flight *flight)
{
	struct err verdicts[FLIGHT];
	if (flight->asked == 0)
		return OK;
	TRY(lint_pipe_receive(signer->pipes.lint, flight->asked, &signer->lint_room,
		verdicts));
	for (size_t i = 0, next = 0; i < flight->count; i++)
		if (!err_is(flight->item[i].err))
			flight->item[i].err = verdicts[next++];
	return OK;
}

static RESULT sign(struct signer_key *key, struct blob tbs, struct der_writer *w)
{
	TRY(cert_write_signed(tbs, &key->signing, w));
	key->certificates++;
	return OK;
}

/* Signs what may be signed. A token that does not sign is not the request's fault: it ends the batch. */
static RESULT flight_sign(struct flight *flight, struct der_writer *out, size_t *answered)
{
	uint8_t room[LIMIT_CERT];
	for (size_t i = 0; i < flight->count; i++) {
		struct der_writer w = DER_WRITER(room);
		struct err *err = &flight->item[i].err;
		struct blob certificate = BLOB_NONE;
		if (!err_is(*err)) {
			TRY_IN(sign(flight->item[i].key, flight->item[i].tbs, &w),
				"token");
			TRY(der_finish(&w, &certificate));
		} else {
			log_err(NULL, "certificate refused", *err);
		}
		message_put_answer(out, *err, certificate);
		(*answered)++;
	}
	return OK;
}

static RESULT certify(struct signer *signer, int64_t now, struct der_writer *w,
	size_t *answered)
{
	struct flight flights[2];
	size_t count = signer->message->count;
	TRY(flight_send(signer, 0, now, &flights[0]));
	for (size_t first = 0; first < count; first += FLIGHT) {
		struct flight *this = &flights[first / FLIGHT % 2];
		struct flight *next = &flights[(first / FLIGHT + 1) % 2];
		if (first + FLIGHT < count)
			TRY(flight_send(signer, first + FLIGHT, now, next));
		TRY(flight_verdicts(signer, this));
		TRY(flight_sign(this, w, answered));
	}
	return OK;
}

RESULT certify_batch(struct signer *signer, int64_t now, struct der_writer *w)
{
	size_t answered = 0;
	size_t mark = der_open(w, DER_SEQUENCE);
	struct err err = certify(signer, now, w, &answered);
	for (; answered < signer->message->count; answered++)
		message_put_answer(w, FAIL(E_RETRY, "%s", err.text), BLOB_NONE);
	der_close(w, mark);
	return err_is(err) ? FAIL(E_IO, "%s", err.text) : OK;
}
