#include "ca/signer/signer.h"

#include <poll.h>
#include <unistd.h>

#include "ca/signer/crl_walk.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/proc/fault_point.h"
#include "common/proc/proc.h"

enum {
	TBS_ROOM = 2 * 16 * LIMIT_CERT,
	LOOK_MS = 500,
	TELL_MS = 60 * 1000,
	BACK_STEP_S = 60, /* R-ISS-17: how far the clock may go back */
};

RESULT signer_init(struct signer *signer, struct signer_keys *keys,
	const struct profile_set *profiles, const struct signer_pipes *pipes,
	int64_t crl_validity_max_s)
{
	*signer = (struct signer){ .keys = keys,
		.profiles = profiles,
		.pipes = *pipes,
		.crl_validity_max_s = crl_validity_max_s,
		.frame = BUF(LIMIT_FRAME),
		.lint_room = BUF(LIMIT_FRAME),
		.message = malloc(sizeof *signer->message),
		.answer = malloc(LIMIT_FRAME),
		.tbs = malloc(TBS_ROOM) };
	if (signer->message != NULL && signer->answer != NULL && signer->tbs != NULL)
		return OK;
	signer_clear(signer);
	return FAIL(E_IO, "out of memory");
}

void signer_clear(struct signer *signer)
{
	buf_clear(&signer->frame);
	buf_clear(&signer->lint_room);
	free(signer->message);
	free(signer->answer);
	free(signer->tbs);
	*signer = (struct signer){ .keys = NULL };
}

/* R-CA-KEY-07: only a list that was read from end to end and found to be this issuer's gets its digest signed. */
static RESULT sign_crl(struct signer *signer, int tbs_fd, int64_t now, uint8_t *signature,
	size_t *len)
{
	struct signer_key *key = signer_keys_find(signer->keys, signer->message->issuer);
	struct crl_walked walked;
	if (key == NULL)
		return FAIL(E_NOT_FOUND, "no key for issuer %s", signer->message->issuer);
	if (tbs_fd < 0)
		return FAIL(E_INPUT, "no list came with the request");
	const struct crl_expected expected = { .issuer = key->issuer->issuer.subject,
		.key_identifier = key->issuer->issuer.key_identifier,
		.algorithm = key->signing.algorithm,
		.now = now,
		.validity_max_s = signer->crl_validity_max_s,
		.number_min = key->last_crl_number };
	TRY_IN(crl_walk(tbs_fd, &expected, &walked), "crl of %s", key->issuer->name);
	TRY_IN(token_key_sign_digest(key->key, key->signing.algorithm,
		       blob_make(walked.digest, walked.digest_len), signature, len),
		"token");
	key->crls++;
	key->last_crl_number = walked.crl_number;
	return OK;
}

static RESULT answer_crl(struct signer *signer, int tbs_fd, int64_t now,
	struct der_writer *w)
{
	uint8_t signature[SIGNATURE_MAX];
	size_t len = 0;
	struct err err = sign_crl(signer, tbs_fd, now, signature, &len);
	if (err_is(err))
		log_err(NULL, "crl refused", err);
	size_t mark = der_open(w, DER_SEQUENCE);
	message_put_answer(w, err, blob_make(signature, len));
	der_close(w, mark);
	return err.code == E_IO || err.code == E_CRYPTO ? FAIL(E_IO, "%s", err.text) : OK;
}

/* R-ISS-17: a clock that went back stops all signing until somebody looked at it. */
static RESULT check_clock(struct signer *signer, int64_t now)
{
	if (now < signer->last_now - BACK_STEP_S)
		return FAIL(E_STATE, "the clock went back by %lld s",
			(long long)(signer->last_now - now));
	if (now > signer->last_now)
		signer->last_now = now;
	return OK;
}

static RESULT answer_one(struct signer *signer, int pipe, enum message_kind allowed,
	int passed)
{
	int64_t now = clock_now();
	struct der_writer w = { .data = signer->answer, .max = LIMIT_FRAME };
	struct blob answer;
	struct err err = OK;
	TRY(check_clock(signer, now));
	TRY(message_parse(buf_view(&signer->frame), signer->message));
	/* The issuer's pipe never signs lists, the publisher's never certificates: each may be taken over alone. */
	if (signer->message->kind != allowed)
		return FAIL(E_DENIED, "a request that this pipe may not make");
	if (allowed == MESSAGE_CERTIFY)
		err = certify_batch(signer, now, &w);
	else
		err = answer_crl(signer, passed, now, &w);
	TRY(der_finish(&w, &answer));
	fault_point(allowed == MESSAGE_CERTIFY ? "signer.certified" : "signer.listed");
	TRY(frame_send(pipe, answer));
	return err;
}

static RESULT take_one(struct signer *signer, int pipe, enum message_kind allowed)
{
	int passed = -1;
	TRY(frame_receive(pipe, &signer->frame, allowed == MESSAGE_CRL ? &passed : NULL));
	struct err err = answer_one(signer, pipe, allowed, passed);
	if (passed >= 0)
		close(passed);
	return err;
}

static RESULT look(struct signer *signer, bool *closed)
{
	struct pollfd fds[] = {
		{ .fd = signer->pipes.issuer, .events = POLLIN },
		{ .fd = signer->pipes.publisher, .events = POLLIN },
		{ .fd = signer->pipes.lint, .events = POLLIN },
	};
	if (poll(fds, COUNT(fds), LOOK_MS) <= 0)
		return OK; /* time is up, or a signal */
	/* The linter never speaks first: something to read from it is its end. */
	if (fds[2].revents != 0)
		return FAIL(E_IO, "linter: it is gone");
	for (size_t i = 0; i < 2 && !*closed; i++) {
		if (fds[i].revents == 0)
			continue;
		struct err err = take_one(signer, fds[i].fd,
			i == 0 ? MESSAGE_CERTIFY : MESSAGE_CRL);
		*closed = err.code == E_STATE && strcmp(err.text, "closed") == 0;
		if (err_is(err) && !*closed && !(proc_stop && err.code == E_STATE))
			return err;
	}
	return OK;
}

RESULT signer_serve(struct signer *signer)
{
	int64_t told = clock_monotonic_ms();
	bool closed = false;
	while (!proc_stop && !closed) {
		TRY(look(signer, &closed));
		if (clock_monotonic_ms() - told > TELL_MS) {
			signer_keys_tell(signer->keys);
			told = clock_monotonic_ms();
		}
	}
	signer_keys_tell(signer->keys);
	return OK;
}
