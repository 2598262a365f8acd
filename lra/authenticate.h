/*
 * authenticate: who sends a request, by client certificate or by session, and whether his own page did. Handlers see the
 * person and his roles, and need not care how they were proved.
 */
#ifndef LRA_AUTHENTICATE_H
#define LRA_AUTHENTICATE_H

#include "lra/lra.h"

/* The hook of http_settings; context: the struct lra of this process. */
RESULT lra_authenticate(void *context, struct http_request *request);

/* The name of the session's cookie: each door has its own, for cookies do not know ports (RFC 6265 section 8.5). */
const char *lra_cookie_name(enum lra_door door);

#endif
