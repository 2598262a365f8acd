#include "lra/web_token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "common/base/random.h"

RESULT web_token_new(char out[static WEB_TOKEN])
{
	uint8_t random[(WEB_TOKEN - 1) / 2];
	TRY(random_bytes(random, sizeof random));
	hex_encode(BLOB(random), out);
	OPENSSL_cleanse(random, sizeof random);
	return OK;
}

void web_token_digest(const char *token, uint8_t out[static 32])
{
	SHA256((const unsigned char *)token, strlen(token), out);
}

RESULT web_token_for_forms(const char *token, char out[static WEB_TOKEN])
{
	static const char purpose[] = "inkan: token for forms";
	uint8_t mac[32];
	unsigned len = 0;
	if (HMAC(EVP_sha256(), token, (int)strlen(token), (const unsigned char *)purpose,
		    sizeof purpose - 1, mac, &len) == NULL ||
		len != sizeof mac)
		return FAIL(E_CRYPTO, "hmac");
	hex_encode(BLOB(mac), out);
	return OK;
}

bool web_token_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strlen(a) == strlen(b) &&
	       CRYPTO_memcmp(a, b, strlen(a)) == 0;
}

static bool is_token(const char *text, size_t len)
{
	return len == WEB_TOKEN - 1 && strspn(text, "0123456789abcdef") >= len;
}

enum web_cookie web_cookie_find(const char *header, const char *name,
	char out[static WEB_TOKEN])
{
	size_t name_len = strlen(name);
	const char *value = NULL;
	size_t value_len = 0;
	for (const char *at = header; at != NULL && *at != 0;) {
		at += strspn(at, " ;\t");
		size_t len = strcspn(at, ";");
		if (len > name_len && at[name_len] == '=' &&
			strncmp(at, name, name_len) == 0) {
			if (value != NULL)
				return COOKIE_WRONG; /* which of them is ours, nobody can say */
			value = at + name_len + 1;
			value_len = len - name_len - 1;
		}
		at += len;
	}
	if (value == NULL)
		return COOKIE_ABSENT;
	if (!is_token(value, value_len))
		return COOKIE_WRONG;
	memcpy(out, value, value_len);
	out[value_len] = 0;
	return COOKIE_THERE;
}

RESULT web_cookie_set(struct http_response *response, const char *name, const char *token)
{
	return http_header(response, "Set-Cookie",
		"%s=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s", name,
		token == NULL ? "" : token, token == NULL ? "; Max-Age=0" : "");
}
