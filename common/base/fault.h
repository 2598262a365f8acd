/* fault: what a rule found wrong, so that all of it can be listed at once, in Japanese and English, with its clause. */
#ifndef COMMON_BASE_FAULT_H
#define COMMON_BASE_FAULT_H

#include "common/base/err.h"

struct fault {
	const char *code;    /* stable word, static: "name.length" */
	const char *clause;  /* of the requirement or standard, static: "R-ISS-09" */
	const char *en, *ja; /* what it means and what to do, static */
	char field[64];      /* the field in ASN.1 spelling: "organizationName" */
	char detail[160];    /* the value's own trouble: "65 of 64 characters" */
};

enum { FAULTS_MAX = 48 };
struct faults {
	size_t count;
	bool more; /* there were more than fit */
	struct fault row[FAULTS_MAX];
};

/* A rule is a static row; modules keep their own tables of them. */
struct fault_rule {
	const char *code, *clause, *en, *ja;
};

void faults_add(struct faults *faults, const struct fault_rule *rule, const char *field,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
/* OK when there is none; else `code` with the first fault's words and the number of the others. */
RESULT faults_result(const struct faults *faults, enum err_code code);

#endif
