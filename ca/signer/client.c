#include "ca/signer/client.h"

#include "ca/signer/message.h"
#include "common/base/limits.h"
#include "common/proc/proc.h"

/* Faults of the signer's day, not of a request: nothing of the batch is answered then, so that no order is refused for them. */
static bool is_passing(enum err_code code)
{
	return code == E_IO || code == E_RETRY || code == E_CRYPTO || code == E_STATE ||
	       code == E_DENIED || code == E_BUG;
}

static RESULT exchange(int fd, const struct der_writer *w, int passed, struct buf *hold)
{
	struct blob frame;
	TRY(der_finish(w, &frame));
	struct err err = frame_send_fd(fd, frame, passed);
	if (!err_is(err))
		err = frame_receive(fd, hold, NULL);
	return err_is(err) ? FAIL(E_IO, "signer: %s", err.text) : OK;
}

RESULT signer_certify(int fd, const struct signer_request *requests, size_t count,
	struct buf *hold, struct signer_answer *out)
{
	struct signer_answer answers[SIGNER_BATCH];
	AUTO(buf_clear) struct buf room = BUF(LIMIT_FRAME);
	TRY(buf_reserve(&room, LIMIT_FRAME));
	struct der_writer w = { .data = room.data, .max = LIMIT_FRAME };
	TRY(message_write_certify(requests, count, &w));
	TRY(exchange(fd, &w, -1, hold));
	struct err err = message_parse_answers(buf_view(hold), count, answers);
	if (err_is(err))
		return FAIL(E_IO, "signer: %s", err.text);
	for (size_t i = 0; i < count; i++)
		if (is_passing(answers[i].err.code))
			return FAIL(E_IO, "signer: %s", answers[i].err.text);
	memcpy(out, answers, count * sizeof *answers);
	return OK;
}

RESULT signer_sign_crl(int fd, const char *issuer, int tbs_fd,
	uint8_t signature[static SIGNATURE_MAX], size_t *len)
{
	uint8_t room[64];
	struct der_writer w = DER_WRITER(room);
	struct signer_answer answer;
	AUTO(buf_clear) struct buf hold = BUF(8 * KIB);
	TRY(message_write_crl(issuer, &w));
	TRY(exchange(fd, &w, tbs_fd, &hold));
	struct err err = message_parse_answers(buf_view(&hold), 1, &answer);
	if (err_is(err))
		return FAIL(E_IO, "signer: %s", err.text);
	if (err_is(answer.err))
		return is_passing(answer.err.code)
			       ? FAIL(E_IO, "signer: %s", answer.err.text)
			       : answer.err;
	if (answer.certificate.len > SIGNATURE_MAX)
		return FAIL(E_IO, "signer: a signature of %zu octets",
			answer.certificate.len);
	memcpy(signature, answer.certificate.data, answer.certificate.len);
	*len = answer.certificate.len;
	return OK;
}
