/*
 * identity_rules: which papers prove who somebody is, as dated data: the files below policies/identity (R-IDV-12, UX 1.2). One
 * file holds from its day until the day of the next; the digest of the file that was used stands in the clerk's signed
 * statement, so that years later an auditor reads an old case by the rules of its day.
 */
#ifndef COMMON_FLOW_IDENTITY_RULES_H
#define COMMON_FLOW_IDENTITY_RULES_H

#include "common/conf/conf.h"
#include "common/flow/content.h"

enum identity_method {
	METHOD_ORIGINAL, /* the paper in hand, looked at (目視) */
	METHOD_CHIP, /* its chip was read, the issuer's signature verified (R-IDV-16) */
	METHOD_JPKI, /* signature by JPKI (R-IDV-15) */
	METHOD_POST, /* reached by post */
	METHOD_REGISTER, /* compared with a register that others keep */
	METHOD_MAIL,     /* answered from the mailbox (R-IDV-17) */
	METHOD_COUNT
};
const char *identity_method_name(enum identity_method method);  /* "original" … */
enum identity_method identity_method_by_name(const char *word); /* METHOD_COUNT: none */

enum { IDENTITY_DOCUMENTS = 64 };

/* A row: a paper, the days it is taken on, how it may be examined, and what it can prove. A kind may have several. */
struct identity_document {
	char kind[32], name[128], name_ja[160];
	char from[11],
		until[11]; /* "2026-11-23", both inclusive, days in Japan; "": no bound */
	unsigned methods;  /* 1 << identity_method */
	bool photo;
	bool needs_issued_on, needs_valid_until; /* these dates must be told */
	int64_t issued_within_months;            /* 0: however old */
	int64_t counts;          /* towards `needed`, once for each kind */
	uint32_t proves_subject; /* 1 << name_type */
	uint32_t proves_san;     /* 1 << general_name_type */
};

struct identity_rules {
	char name[32]; /* the file's */
	char from[11];
	uint8_t sha256[32]; /* of the file */
	int64_t needed;
	size_t count;
	struct identity_document document[IDENTITY_DOCUMENTS];
};

struct identity_set;
/* Every *.cfg of a folder; "" or NULL: none, and *out is NULL: nothing is judged by it. E_INPUT: all faults, with their lines. */
RESULT identity_set_load(const char *folder, struct identity_set **out,
	struct conf_faults *faults);
void identity_set_free(struct identity_set *set);
AUTO_DEFINE(struct identity_set, identity_set_free)
size_t identity_set_count(const struct identity_set *set);
const struct identity_rules *identity_set_get(const struct identity_set *set,
	size_t index); /* by their first day */
/* In force on that day in Japan; NULL: the first begins later. next: the one that follows, or NULL. */
const struct identity_rules *identity_set_at(const struct identity_set *set, int64_t now,
	const struct identity_rules **next);

/*
 * Each paper is one that the rules know on that day, examined as they allow, with the dates they ask for, not older than they
 * say, and claimed for what it can prove (R-IDV-10, -11, -12, -20, -24); together they reach what is needed. All faults.
 */
void identity_check(const struct identity_rules *rules, const struct evidence_list *list,
	int64_t now, struct faults *faults);

/*
 * The same by the rules of a moment of the set, which must be those that were named. named: SHA-256 as the statement has it;
 * NULL: it names none. A fault too when the set has none for that moment.
 */
void identity_judge(const struct identity_set *set, const uint8_t *named,
	const struct evidence_list *list, int64_t now, struct faults *faults);

#endif
