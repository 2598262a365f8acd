/* guard: 個人番号 (R-IDV-13, R-PRV): refused in whatever comes in, before any step sees it, so that none can forget to. */
#ifndef LRA_GUARD_H
#define LRA_GUARD_H

#include "common/base/fault.h"
#include "common/json/json.h"
#include "common/net/http.h"

/*
 * Path, query and body of a request: each text and number in them, names of members too, and what stands in Base64 when it
 * is JSON again (statements) or a certification request. Faults name the fields and never hold the number. A body that
 * is said to be JSON and is not: E_INPUT. Numbers of twelve digits that are somebody's by another register are free in the fields that
 * guard.c lists for them, and nowhere else.
 */
RESULT lra_guard_request(const struct http_request *request, bool is_json,
	struct faults *faults);

/* For texts that come another way: cells of a file. field: as the fault names it. */
void lra_guard_text(const char *field, const char *text, struct faults *faults);
void lra_guard_json(const struct json *value, struct faults *faults);

/* Whether this is a number as papers of this kind carry it: evidence[].number. "" when there is none. */
bool lra_guard_paper_number(const char *kind, const char *number);

#endif
