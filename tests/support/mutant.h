/* mutant: a TBSCertificate or TBSCertList taken apart, made wrong in one place, and put together again. */
#ifndef TESTS_SUPPORT_MUTANT_H
#define TESTS_SUPPORT_MUTANT_H

#include "common/pki/der.h"

enum mutant_part {
	PART_VERSION,
	PART_SERIAL,
	PART_ALGORITHM,
	PART_ISSUER,
	PART_VALIDITY,
	PART_SUBJECT,
	PART_KEY,
	PART_UNIQUE,
	PART_COUNT
};
/* The parts of a TBSCertList, in the same array. */
enum list_part {
	LIST_VERSION,
	LIST_ALGORITHM,
	LIST_ISSUER,
	LIST_THIS_UPDATE,
	LIST_NEXT_UPDATE,
	LIST_ENTRIES, /* empty: absent */
	LIST_COUNT
};
enum { MUTANT_EXTENSIONS = 16, MUTANT_ROOM = 64 * 1024, MUTANT_OUT = 8 * 1024 };

struct mutant_extension {
	struct blob oid, value; /* contents */
	bool critical;
	struct blob raw; /* instead of the others, when not empty */
};
struct mutant {
	uint8_t wrapper;              /* tag around the extensions */
	struct blob part[PART_COUNT]; /* whole elements */
	size_t count;
	struct mutant_extension extension[MUTANT_EXTENSIONS];
	struct blob tail; /* behind the extensions, inside the TBS */
	/* What was made new, and the result. */
	uint8_t room[MUTANT_ROOM], out[MUTANT_OUT];
	size_t used;
};

/* Parts are borrowed from tbs. Ends the run when tbs is none: samples are good. */
void mutant_take(struct blob tbs, struct mutant *out);
void mutant_take_list(struct blob tbs, struct mutant *out);
struct blob mutant_build(struct mutant *m);

struct blob mutant_keep(struct mutant *m, struct blob bytes); /* a copy in its room */
struct blob mutant_hex(struct mutant *m, const char *hex);
/*
 * A Name from "C=JP|O=Mirai Bank|SN=Sato~GN=Ken": a vertical bar ends an RDN, "~" joins a second pair to it. "O#1e=..." has
 * that tag instead of Printable- or UTF8String (IA5String for E); "x{65}" stands for 65 letters x.
 */
struct blob mutant_name(struct mutant *m, const char *text);
/* The extension of that OID (hex of its content); ends the run when there is none. */
struct mutant_extension *mutant_extension(struct mutant *m, const char *oid);
/* In `in`, the only place of `from` becomes `to`, of the same length; ends the run when it is not there. A copy. */
struct blob mutant_swap(struct mutant *m, struct blob in, struct blob from,
	struct blob to);

#endif
