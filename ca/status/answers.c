#include "ca/status/answers.h"

struct answers {
	size_t places;
	struct answer *place;
};

RESULT answers_new(size_t places, struct answers **out)
{
	AUTO(answers_free) struct answers *answers = calloc(1, sizeof *answers);
	if (answers == NULL)
		return FAIL(E_IO, "out of memory");
	answers->place = calloc(places == 0 ? 1 : places, sizeof *answers->place);
	if (answers->place == NULL)
		return FAIL(E_IO, "out of memory");
	answers->places = places;
	for (size_t i = 0; i < places; i++)
		answers->place[i].der = BUF(LIMIT_OCSP_RESPONSE);
	*out = MOVE(answers);
	return OK;
}

void answers_free(struct answers *answers)
{
	if (answers == NULL)
		return;
	for (size_t i = 0; i < answers->places; i++)
		buf_clear(&answers->place[i].der);
	free(answers->place);
	free(answers);
}

/* FNV-1a: whoever makes numbers collide only pushes answers out, and those are signed again. */
static struct answer *place_of(const struct answers *answers, struct blob cert_id)
{
	uint64_t hash = 0xcbf29ce484222325;
	for (size_t i = 0; i < cert_id.len; i++)
		hash = (hash ^ cert_id.data[i]) * 0x100000001b3;
	return &answers->place[hash % answers->places];
}

const struct answer *answers_find(const struct answers *answers, struct blob cert_id,
	const uint8_t record[static REPLICA_RECORD], int64_t now)
{
	if (answers->places == 0)
		return NULL;
	const struct answer *answer = place_of(answers, cert_id);
	if (answer->der.len == 0 ||
		!blob_equal(blob_make(answer->cert_id, answer->cert_id_len), cert_id) ||
		memcmp(answer->record, record, REPLICA_RECORD) != 0)
		return NULL;
	/* R-OCSP-14: never beyond nextUpdate; and none from the future when the clock was set back. */
	if (now < answer->this_update || now >= answer->refresh_at ||
		now > answer->next_update)
		return NULL;
	return answer;
}

void answers_keep(struct answers *answers, const struct answer *answer, struct blob der)
{
	if (answers->places == 0 || answer->cert_id_len > sizeof answer->cert_id)
		return;
	struct answer *place =
		place_of(answers, blob_make(answer->cert_id, answer->cert_id_len));
	struct buf kept = place->der;
	kept.len = 0;
	if (err_is(buf_append(&kept, der)))
		kept.len = 0;
	*place = *answer;
	place->der = kept;
}
