/* subject_key: the key pair of one row: in a token, or for what has no token in a file of its own. */
#ifndef CA_CEREMONY_SUBJECT_KEY_H
#define CA_CEREMONY_SUBJECT_KEY_H

#include "ca/ceremony/room.h"

struct subject_key {
	struct token_key *token_key; /* one of the two */
	EVP_PKEY *software;
	uint8_t room[LIMIT_SPKI];
	struct blob spki;
};
void subject_key_clear(struct subject_key *key);
AUTO_DEFINE_HELD(struct subject_key, subject_key_clear)

/*
 * Makes the row's key, or takes up the one that an interrupted run left. E_CONFLICT: a key is there already, and no
 * interrupted run can have made it (a key of unknown birth is never certified).
 */
RESULT subject_key_get(struct room *room, const struct plan_row *row,
	struct subject_key *out);
/* The key of a row whose certificate exists. E_NOT_FOUND. */
RESULT subject_key_find(const struct room *room, const struct plan_row *row,
	struct subject_key *out);

#endif
