#include <cbor.h>

#include "common/base/text.h"
#include "common/webauthn/webauthn_parts.h"

static void cbor_free(cbor_item_t *item)
{
	cbor_decref(&item);
}
AUTO_DEFINE(cbor_item_t, cbor_free)

void webauthn_attestation_clear(struct webauthn_attestation *attestation)
{
	buf_clear(&attestation->statement);
	buf_clear(&attestation->authenticator_data);
}

static bool is_text(const cbor_item_t *item)
{
	return cbor_isa_string(item) && cbor_string_is_definite(item);
}

static bool is_named(const cbor_item_t *key, const char *name)
{
	return blob_is_text(blob_make(cbor_string_handle(key), cbor_string_length(key)),
		name);
}

static RESULT read_format(const cbor_item_t *item, struct webauthn_attestation *out)
{
	if (!is_text(item))
		return FAIL(E_INPUT, "fmt: not a text");
	TRY_IN(text_from_blob(blob_make(cbor_string_handle(item),
				      cbor_string_length(item)),
		       out->format, sizeof out->format),
		"fmt");
	return OK;
}

/* COSE's numbers of signature algorithms are negative; 0: there is none. */
static int64_t find_algorithm(const cbor_item_t *map)
{
	const struct cbor_pair *pairs = cbor_map_handle(map);
	for (size_t i = 0; i < cbor_map_size(map); i++)
		if (is_text(pairs[i].key) && is_named(pairs[i].key, "alg") &&
			cbor_isa_negint(pairs[i].value) &&
			cbor_get_int(pairs[i].value) < INT32_MAX)
			return -1 - (int64_t)cbor_get_int(pairs[i].value);
	return 0;
}

static RESULT read_statement(const cbor_item_t *item, struct webauthn_attestation *out)
{
	if (!cbor_isa_map(item))
		return FAIL(E_INPUT, "attStmt: not a map");
	out->algorithm = find_algorithm(item);
	TRY(buf_reserve(&out->statement, WEBAUTHN_ATTESTATION_MAX));
	out->statement.len =
		cbor_serialize(item, out->statement.data, WEBAUTHN_ATTESTATION_MAX);
	return out->statement.len > 0 ? OK : FAIL(E_INPUT, "attStmt: too long");
}

static RESULT read_authenticator_data(const cbor_item_t *item,
	struct webauthn_attestation *out)
{
	if (!cbor_isa_bytestring(item) || !cbor_bytestring_is_definite(item))
		return FAIL(E_INPUT, "authData: not a byte string");
	TRY_IN(buf_append(&out->authenticator_data,
		       blob_make(cbor_bytestring_handle(item),
			       cbor_bytestring_length(item))),
		"authData");
	return OK;
}

static const struct {
	const char *name;
	struct err (*read)(const cbor_item_t *item, struct webauthn_attestation *out);
} members[] = {
	{ "fmt", read_format },
	{ "attStmt", read_statement },
	{ "authData", read_authenticator_data },
};
enum { MEMBERS = sizeof members / sizeof *members };

static RESULT read_members(const cbor_item_t *map, struct webauthn_attestation *out)
{
	const struct cbor_pair *pairs = cbor_map_handle(map);
	bool seen[MEMBERS] = { false };
	for (size_t i = 0; i < cbor_map_size(map); i++) {
		size_t row = 0;
		if (!is_text(pairs[i].key))
			return FAIL(E_INPUT, "a name that is no text");
		while (row < MEMBERS && !is_named(pairs[i].key, members[row].name))
			row++;
		if (row == MEMBERS || seen[row])
			return FAIL(E_INPUT, "a member too many");
		seen[row] = true;
		TRY(members[row].read(pairs[i].value, out));
	}
	for (size_t row = 0; row < MEMBERS; row++)
		if (!seen[row])
			return FAIL(E_INPUT, "%s: is missing", members[row].name);
	return OK;
}

RESULT webauthn_attestation_parse(struct blob cbor, struct webauthn_attestation *out)
{
	struct cbor_load_result result;
	size_t end = 0;
	if (cbor.len > WEBAUTHN_ATTESTATION_MAX)
		return FAIL(E_INPUT, "attestationObject: longer than %d octets",
			WEBAUTHN_ATTESTATION_MAX);
	TRY_IN(webauthn_cbor_skip(cbor, &end), "attestationObject");
	if (end != cbor.len)
		return FAIL(E_INPUT, "attestationObject: not exactly one item");
	AUTO(cbor_free) cbor_item_t *item = cbor_load(cbor.data, cbor.len, &result);
	if (item == NULL || result.error.code != CBOR_ERR_NONE || result.read != cbor.len)
		return FAIL(E_INPUT, "attestationObject: not CBOR");
	if (!cbor_isa_map(item))
		return FAIL(E_INPUT, "attestationObject: not a map");
	TRY_IN(read_members(item, out), "attestationObject");
	return OK;
}
