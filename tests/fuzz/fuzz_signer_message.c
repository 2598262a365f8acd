/* What the issuer, taken over, may send to the signer; and what a signer may answer. */
/* with: ca/signer/message.c */
#include "ca/signer/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct message message;
	struct signer_answer answers[3];
	IGNORE(message_parse(blob_make(data, size), &message)); /* any answer will do */
	for (size_t count = 0; count <= 3; count++)
		IGNORE(message_parse_answers(blob_make(data, size), count,
			answers)); /* the same */
	return 0;
}
