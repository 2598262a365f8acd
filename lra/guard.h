/* guard: 個人番号 (R-IDV-13, R-PRV): refused in whatever comes in, before any step sees it, so that none can forget to. */
#ifndef LRA_GUARD_H
#define LRA_GUARD_H

#include "common/base/fault.h"
#include "common/json/json.h"
#include "common/net/http.h"

/*
 * The examiner of both listeners (struct http_settings): path, query and body of every request: each text and number in
 * them, names of members too, and what stands in Base64 when it is JSON again (statements) or DER (certification requests).
 * E_POLICY with an answer that names the fields, never the number; E_INPUT: a body that is said to be JSON and is not.
 * Numbers of twelve digits that are somebody's by another register are free in the fields that guard.c lists for them, and
 * nowhere else. Bodies of other media (MEDIA_BYTES) are their deeds' own care: they hand each text they find to
 * lra_guard_text(), or keep them sealed.
 */
RESULT lra_guard(void *context, const struct http_request *request,
	struct http_response *response);

/* For texts that come another way: cells of a file. field: as the fault names it. */
void lra_guard_text(const char *field, const char *text, struct faults *faults);
void lra_guard_json(const struct json *value, struct faults *faults);

/* Whether this is a number as papers of this kind carry it: evidence[].number. "" when there is none. */
bool lra_guard_paper_number(const char *kind, const char *number);

#endif
