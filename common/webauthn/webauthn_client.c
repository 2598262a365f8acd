#include <openssl/sha.h>

#include "common/json/json.h"
#include "common/webauthn/webauthn_parts.h"

enum { CHALLENGE_TEXT = 4 * WEBAUTHN_CHALLENGE_MAX / 3 + 4 };

/* Base64url without padding (RFC 4648 section 5), as browsers write a challenge: the one text it may have. */
static RESULT challenge_text(struct blob challenge, struct buf *out)
{
	if (challenge.len < WEBAUTHN_CHALLENGE_MIN ||
		challenge.len > WEBAUTHN_CHALLENGE_MAX)
		return FAIL(E_BUG, "challenge: %zu octets", challenge.len);
	TRY(base64_append(out, challenge));
	while (out->len > 0 && out->data[out->len - 1] == '=')
		out->data[--out->len] = 0;
	for (size_t i = 0; i < out->len; i++) {
		if (out->data[i] == '+')
			out->data[i] = '-';
		else if (out->data[i] == '/')
			out->data[i] = '_';
	}
	return OK;
}

static RESULT check_origin(const struct webauthn_party *party, const struct json *object)
{
	const char *origin;
	bool cross = false;
	TRY(json_get_text(object, "origin", &origin));
	if (strcmp(origin, party->origin) != 0)
		return FAIL(E_DENIED, "origin: \"%.100s\", not ours", origin);
	if (json_has(object, "crossOrigin"))
		TRY(json_get_bool(object, "crossOrigin", &cross));
	if (cross || json_has(object, "topOrigin"))
		return FAIL(E_DENIED, "crossOrigin: within another site's frame");
	return OK;
}

RESULT webauthn_client_data(const struct webauthn_party *party, const char *type,
	struct blob challenge, struct blob client_data_json, uint8_t hash[static 32])
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf want = BUF(CHALLENGE_TEXT);
	const char *word;
	TRY_IN(webauthn_party_check(party), "party");
	TRY(challenge_text(challenge, &want));
	if (client_data_json.len > WEBAUTHN_CLIENT_DATA_MAX)
		return FAIL(E_INPUT, "clientDataJSON: longer than %d octets",
			WEBAUTHN_CLIENT_DATA_MAX);
	TRY_IN(json_parse(client_data_json, &object), "clientDataJSON");
	if (!json_is_object(object))
		return FAIL(E_INPUT, "clientDataJSON: not an object");
	TRY_IN(json_get_text(object, "type", &word), "clientDataJSON");
	if (strcmp(word, type) != 0)
		return FAIL(E_DENIED, "type: \"%.40s\", not %s", word, type);
	TRY_IN(json_get_text(object, "challenge", &word), "clientDataJSON");
	if (!blob_equal(blob_text(word), buf_view(&want)))
		return FAIL(E_DENIED, "challenge: another one");
	/* Members that we do not know are allowed: section 5.8.1 lets browsers add some. */
	TRY_IN(check_origin(party, object), "clientDataJSON");
	SHA256(client_data_json.data, client_data_json.len, hash);
	return OK;
}
