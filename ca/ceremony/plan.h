/* plan: what a ceremony makes, as data (R-CA-KEY-03): who is present, and the certificates in the order of their making. */
#ifndef CA_CEREMONY_PLAN_H
#define CA_CEREMONY_PLAN_H

#include "common/conf/conf.h"
#include "common/pki/profile.h"

enum { PLAN_ROWS = 48, PLAN_PEOPLE = 16, PLAN_WORD = 32 };

struct plan_person {
	char id[PLAN_WORD];
	char name[128], role[64];
};

/* One key pair with its certificate. */
struct plan_row {
	int line;
	char word[PLAN_WORD];   /* of its files: WORD.pem */
	char issuer[PLAN_WORD]; /* word of an earlier row; "" signs itself */
	char profile[PROFILE_NAME];
	enum key_algorithm algorithm;
	char token[33], key[33]; /* labels; "" for a key in a file, WORD.key */
	struct name subject;
	struct general_names san;
	bool san_hosts;     /* the site's hosts become dNSNames too */
	int64_t validity_s; /* 0: the profile's default */
};

struct plan {
	char name[PLAN_WORD];
	char title[200];
	int64_t crl_validity_s; /* of the roots' lists */
	size_t person_count, row_count;
	struct plan_person person[PLAN_PEOPLE];
	struct plan_row row[PLAN_ROWS];
	uint8_t sha256[32]; /* of the file */
};

/* On the heap. E_INPUT with the first fault, all of them in faults: unknown keys, repeated words, an issuer that comes later. */
RESULT plan_load(const char *path, struct plan **out, struct conf_faults *faults);
void plan_free(struct plan *plan);
AUTO_DEFINE(struct plan, plan_free)
const struct plan_row *plan_find(const struct plan *plan,
	const char *word); /* NULL: none */
const struct plan_person *plan_person(const struct plan *plan, const char *id);

#endif
