/* Any bytes as the signature of one decision of a list (the JSON around list, path and signature), read as the RA and the CA do. */
#include <stdlib.h>

#include "common/flow/enrolment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char statement[] =
	"{\"at\":\"2026-11-23T00:00:00Z\",\"content\":{},\"decision\":\"approve\","
	"\"evidence\":[],\"nonce\":\"00112233445566778899aabbccddeeff\",\"person\":"
	"\"sato\",\"text\":\"x\",\"type\":\"inkan.decision.1\"}";

static struct err no_papers(void *context, struct blob credential_id,
	struct enrolment_papers *out)
{
	(void)context, (void)credential_id, (void)out;
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct trust trust = { .papers = no_papers };
	AUTO(decision_clear) struct decision decision = DECISION;
	AUTO(statement_clear) struct statement parsed = STATEMENT;
	struct decision_signer signer;
	struct err err = buf_append(&decision.signature, blob_make(data, size));
	if (!err_is(err))
		err = buf_append_text(&decision.statement, statement);
	if (err_is(err))
		return 0;
	snprintf(decision.form, sizeof decision.form, "list");
	if (!err_is(decision_verify(&trust, &decision, 1795392000, &parsed, &signer)))
		abort(); /* no path leads to any list that somebody signed */
	return 0;
}
