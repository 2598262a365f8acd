/* judge: is this request a certificate that its issuer and profile allow, and what are its exact bytes. */
#ifndef CA_SIGNER_JUDGE_H
#define CA_SIGNER_JUDGE_H

#include "ca/signer/client.h"
#include "ca/signer/keys.h"
#include "common/flow/profile_file.h"

/*
 * Reads names and key with the strict parsers, holds them against the profile at this time, and writes the TBSCertificate.
 * E_INPUT, E_POLICY: the request. E_NOT_FOUND: no such issuer or profile here.
 */
RESULT judge_request(struct signer_keys *keys, const struct profile_set *profiles,
	const struct signer_request *request, int64_t now, struct der_writer *w,
	struct signer_key **key);

#endif
