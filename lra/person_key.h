/* person_key: by what an application's person is found, and noticed twice: name_key() of the names that it has. */
#ifndef LRA_PERSON_KEY_H
#define LRA_PERSON_KEY_H

#include "common/flow/content.h"

struct person_key {
	struct buf words; /* of all its names, to search in */
	struct buf
		romaji; /* surname and given name, in whichever order they were written; empty: not both */
	struct buf kanji; /* the Japanese name without its spaces; empty: it has none */
};
#define PERSON_KEY                                                                       \
	((struct person_key){ .words = BUF(LIMIT_PERSON_KEY),                            \
		.romaji = BUF(LIMIT_PERSON_KEY),                                         \
		.kanji = BUF(LIMIT_PERSON_KEY) })
enum { LIMIT_PERSON_KEY = 8192 };
void person_key_clear(struct person_key *key);
AUTO_DEFINE_HELD(struct person_key, person_key_clear)

/* written: as people write the name where the certificate does not; "": not said. out: as PERSON_KEY. */
RESULT person_key_make(const struct name *subject, const struct general_names *names,
	const char *written, struct person_key *out);

#endif
