/* report: files in, findings out, for people and for programs. */
#ifndef CA_LINT_REPORT_H
#define CA_LINT_REPORT_H

#include "ca/lint/lint.h"
#include "common/json/json.h"
#include "common/proc/command.h"

/* A file mapped, not read: a list may be longer than memory. */
struct report_file {
	void *map;
	size_t map_len;
	struct buf decoded; /* of PEM */
	struct span der;
};
/* PEM with this label, its first block, or DER. E_NOT_FOUND, E_INPUT. */
RESULT report_open(const char *path, const char *label, struct report_file *out);
void report_file_clear(struct report_file *file);
AUTO_DEFINE_HELD(struct report_file, report_file_clear)

struct report {
	struct command_call *call;
	struct json *rows; /* with --json */
	size_t files, findings;
};
/* Prints them at once, or keeps them for the end with --json. */
RESULT report_add(struct report *report, const char *path,
	const struct lint_findings *findings);
RESULT report_end(struct report *report); /* COMMAND_NO when anything was found */
void report_clear(struct report *report);
AUTO_DEFINE_HELD(struct report, report_clear)

RESULT report_rules(struct command_call *call);

#endif
