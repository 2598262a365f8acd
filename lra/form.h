/* form: an application as a clerk typed it, read from JSON, repaired where that changes no meaning, and judged in whole. */
#ifndef LRA_FORM_H
#define LRA_FORM_H

#include "common/flow/content.h"
#include "common/flow/profile_file.h"
#include "common/flow/roster.h"

enum { FORM_REPAIRS = 24 };

/* What was typed and what it became. */
struct form_repair {
	char field[64], from[520], to[520];
};

struct form_acceptance {
	bool given;
	uint8_t agreement[32]; /* SHA-256 of the text that was shown (R-AGR-01) */
	char accepted_by[200], means[16];
	bool record_keeping, correctness, key_obligations,
		publication; /* R-AGR-03: four separate choices */
};

/* A name's reading, spelled as a passport has it: of the surname, of the given name. "": no reading. */
enum { FORM_KANA_PARTS = 2 };
struct form_kana {
	char romaji[FORM_KANA_PARTS][128];
	bool has_reason; /* why the certificate spells it otherwise */
};

struct lra_form {
	char profile[PROFILE_NAME], method[16], entity[64], employee_number[65],
		idempotency_key[65];
	char copy_of
		[24];    /* receipt number of the ended case whose data it takes up; "" */
	int64_t version; /* of the application it corrects; 0 at the first */
	int64_t validity_s; /* 0: the profile's default */
	struct name subject;
	struct general_names subject_alt_name;
	enum key_origin key_origin;
	struct buf spki; /* empty for a key born at hand-over */
	struct form_acceptance acceptance;
	struct form_kana kana;
	char written[4 * 128 +
		     1]; /* the person's name as people write it, if papers name him; "": not said */
	char notice_mail
		[255]; /* "": the first mailbox of the certificate, if it has one */
	char notice_language[3];
	size_t repair_count;
	struct form_repair repair[FORM_REPAIRS];
};
RESULT lra_form_new(struct lra_form **out); /* on the heap: it is large */
void lra_form_free(struct lra_form *form);
AUTO_DEFINE(struct lra_form, lra_form_free)

/*
 * E_INPUT names the member that is not of the right kind; what a rule forbids goes to faults. The key's request is
 * parsed and its possession proved here (R-PKQ-09).
 */
RESULT lra_form_read(const struct json *object, struct lra_form *out,
	struct faults *faults);

struct form_rules {
	const struct profile_set *profiles;
	const struct roster_lra *lra;
	const struct key_blocklist *weak_keys;
	const uint8_t *
		accepted; /* of a correction: digest of the terms accepted at the first, which stay; else NULL */
};
/*
 * Completes the content (profile's version, validity, entity, serialNumber as disambiguator) and judges all of it:
 * names, scope, profile, key, acceptance. Receipt number and version are the caller's.
 */
RESULT lra_form_judge(const struct form_rules *rules, struct lra_form *form, int64_t now,
	struct content *out, struct faults *faults);

#endif
