/*
 * web_token: the token of a browser's session, the cookie that carries it, and the second token against forged requests.
 * Pure but for randomness.
 */
#ifndef LRA_WEB_TOKEN_H
#define LRA_WEB_TOKEN_H

#include "common/net/http.h"

enum { WEB_TOKEN = 65 }; /* 256 random bits in lower-case hex, and NUL */

RESULT web_token_new(char out[static WEB_TOKEN]);
/* What the registry keeps instead of the token: SHA-256. */
void web_token_digest(const char *token, uint8_t out[static 32]);
/*
 * The token that a page must send in X-Inkan-Token with whatever changes something: derived from the session's own, which no
 * page can read; so it changes with it, and nothing more must be kept.
 */
RESULT web_token_for_forms(const char *token, char out[static WEB_TOKEN]);
bool web_token_equal(const char *a, const char *b); /* in constant time; NULL: no */

enum web_cookie { COOKIE_ABSENT, COOKIE_THERE, COOKIE_WRONG };
/*
 * Looks for a cookie in a Cookie header (RFC 6265 section 4.2.1; NULL: no header). COOKIE_WRONG: twice, or not of our form.
 * out: set with COOKIE_THERE only.
 */
enum web_cookie web_cookie_find(const char *header, const char *name,
	char out[static WEB_TOKEN]);
/* Set-Cookie: Secure, HttpOnly, SameSite=Strict, Path=/, until the browser closes; token NULL: taken away. */
RESULT web_cookie_set(struct http_response *response, const char *name,
	const char *token);

#endif
