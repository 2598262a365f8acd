#include "common/webauthn/webauthn.h"

#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/authenticator.h"

static const struct webauthn_party party = { "lra.example",
	"https://counter.lra.example:8443" };
static const uint8_t challenge_octets[32] = "\xfb\xff of thirty-two octets, 1";
#define CHALLENGE BLOB(challenge_octets)

static struct err register_answer(const struct answer *answer,
	struct webauthn_credential *out)
{
	return webauthn_register(&party, CHALLENGE, buf_view(&answer->client_data),
		buf_view(&answer->attestation), out);
}

static struct err assert_answer(const struct webauthn_credential *credential,
	const struct answer *answer, uint32_t *count)
{
	return webauthn_assert(&party, credential, CHALLENGE,
		buf_view(&answer->client_data), buf_view(&answer->authenticator_data),
		buf_view(&answer->signature), count);
}

/* A device and its credential, registered. */
static void enrolled(struct authenticator *device, enum webauthn_algorithm algorithm,
	struct webauthn_credential *out)
{
	AUTO(answer_clear) struct answer answer = ANSWER;
	authenticator_make(device, algorithm, &party);
	authenticator_create(device, CHALLENGE, &answer);
	CHECK_OK(register_answer(&answer, out), "%s", webauthn_algorithm_name(algorithm));
}

/* A whole life, for each kind of key and both kinds of attestation. */
static void test_life(void)
{
	for (int i = 1; i < 2 * WEBAUTHN_ALGORITHM_COUNT; i++) {
		AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
		AUTO(answer_clear) struct answer made = ANSWER;
		AUTO(answer_clear) struct answer given = ANSWER;
		struct webauthn_credential credential, again;
		enum webauthn_algorithm algorithm =
			(enum webauthn_algorithm)(i % WEBAUTHN_ALGORITHM_COUNT);
		const char *name = webauthn_algorithm_name(algorithm);
		uint32_t count = 99;
		if (algorithm == WEBAUTHN_NONE)
			continue;
		authenticator_make(&device, algorithm, &party);
		device.packed = i > WEBAUTHN_ALGORITHM_COUNT;
		device.count = device.packed ? 7 : 0;
		authenticator_create(&device, CHALLENGE, &made);
		if (!CHECK_OK(register_answer(&made, &credential), "%s", name))
			return;
		CHECK_INT(credential.algorithm, algorithm, "%s", name);
		CHECK_BLOB(webauthn_credential_id(&credential),
			blob_make(device.id, device.id_len), "%s: id", name);
		CHECK_BLOB(BLOB(credential.aaguid), BLOB("software device"), "%s", name);
		CHECK_INT(credential.sign_count, device.count, "%s: counter", name);
		CHECK(!credential.backup_eligible, "%s", name);
		CHECK_OK(webauthn_credential_load(webauthn_credential_id(&credential),
				 webauthn_credential_spki(&credential),
				 credential.sign_count, &again),
			"%s: kept and loaded", name);
		CHECK_INT(again.algorithm, algorithm, "%s: loaded", name);
		CHECK_INT(webauthn_algorithm_by_name(name), algorithm, "%s", name);
		authenticator_get(&device, CHALLENGE, &given);
		CHECK_OK(assert_answer(&again, &given, &count), "%s: assertion", name);
		CHECK_INT(count, device.count, "%s: counter", name);
	}
}

static void test_party(void)
{
	static const struct {
		const char *rp_id, *origin;
		enum err_code want;
	} rows[] = {
		{ "lra.example", "https://lra.example", E_NONE },
		{ "lra.example", "https://lra.example:8443", E_NONE },
		{ "lra.example", "https://counter.lra.example", E_NONE },
		{ "localhost", "https://localhost:18443", E_NONE },
		{ "lra.example", "http://lra.example", E_INPUT },
		{ "lra.example", "https://xlra.example", E_INPUT },
		{ "lra.example", "https://lra.example.evil", E_INPUT },
		{ "lra.example", "https://example", E_INPUT },
		{ "lra.example", "https://lra.example/", E_INPUT },
		{ "lra.example", "https://lra.example:", E_INPUT },
		{ "lra.example", "https://lra.example:0", E_INPUT },
		{ "lra.example", "https://lra.example:8443/x", E_INPUT },
		{ "", "https://lra.example", E_INPUT },
		{ "lra.example", "", E_INPUT },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct webauthn_party one = { rows[i].rp_id, rows[i].origin };
		CHECK_ERR(webauthn_party_check(&one), rows[i].want, "%s at %s",
			rows[i].rp_id, rows[i].origin);
	}
}

/* What a browser or a device may say wrongly, signed all the same. */
static const struct {
	const char *name;
	struct authenticator as; /* fields that are set replace those of a good device */
	enum err_code want;
} wrong[] = {
	{ "nothing", { .count = 0 }, E_NONE },
	{ "members to come", { .members = ",\"new\":{\"a\":[1]}" }, E_NONE },
	{ "another origin", { .origin = "https://evil.example" }, E_DENIED },
	{ "origin's other port", { .origin = "https://counter.lra.example" }, E_DENIED },
	{ "another site", { .rp_id = "evil.example" }, E_DENIED },
	{ "another type", { .type = "payment.get" }, E_DENIED },
	{ "within a frame", { .members = ",\"crossOrigin\":true" }, E_DENIED },
	{ "topOrigin", { .members = ",\"topOrigin\":\"https://x.example\"" }, E_DENIED },
	{ "crossOrigin as a text", { .members = ",\"crossOrigin\":\"false\"" }, E_INPUT },
	{ "origin twice", { .members = ",\"origin\":\"https://evil.example\"" },
		E_INPUT },
	{ "user not verified", { .flags = 0x01 }, E_DENIED },
	{ "user not present", { .flags = 0x04 }, E_DENIED },
	{ "backed up against its word", { .flags = 0x15 }, E_INPUT },
	{ "synced", { .flags = 0x1d }, E_NONE },
};

static void put_wrong(size_t row, struct authenticator *device)
{
	const struct authenticator *as = &wrong[row].as;
	device->members = as->members;
	device->type = as->type;
	device->flags = as->flags;
	if (as->origin != NULL)
		device->origin = as->origin;
	if (as->rp_id != NULL)
		device->rp_id = as->rp_id;
}

/* proves R-LRA-04 */
static void test_wrong_words(void)
{
	for (size_t i = 0; i < COUNT(wrong); i++) {
		AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
		AUTO(answer_clear) struct answer made = ANSWER;
		AUTO(answer_clear) struct answer given = ANSWER;
		struct webauthn_credential credential, other = { .id_len = 0 };
		uint32_t count = 99;
		enrolled(&device, WEBAUTHN_ES256, &credential);
		put_wrong(i, &device);
		authenticator_create(&device, CHALLENGE, &made);
		CHECK_ERR(register_answer(&made, &other), wrong[i].want,
			"registration: %s", wrong[i].name);
		CHECK(other.id_len == 0 || wrong[i].want == E_NONE, "%s: untouched",
			wrong[i].name);
		CHECK(!other.backup_eligible || wrong[i].as.flags == 0x1d, "%s",
			wrong[i].name);
		authenticator_get(&device, CHALLENGE, &given);
		CHECK_ERR(assert_answer(&credential, &given, &count), wrong[i].want,
			"assertion: %s", wrong[i].name);
		CHECK(count == 99 || wrong[i].want == E_NONE, "%s: untouched",
			wrong[i].name);
	}
}

static void test_challenges(void)
{
	static const uint8_t other[32] = "\xfb\xff of thirty-two octets, 2";
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(answer_clear) struct answer given = ANSWER;
	AUTO(answer_clear) struct answer cut = ANSWER;
	struct webauthn_credential credential;
	uint32_t count;
	enrolled(&device, WEBAUTHN_ES256, &credential);
	authenticator_get(&device, BLOB(other), &given);
	CHECK_ERR(assert_answer(&credential, &given, &count), E_DENIED,
		"another challenge");
	authenticator_get(&device, blob_make(challenge_octets, 31), &cut);
	CHECK_ERR(assert_answer(&credential, &cut, &count), E_DENIED,
		"a part of the challenge");
	CHECK_ERR(webauthn_assert(&party, &credential, blob_make(challenge_octets, 15),
			  buf_view(&given.client_data),
			  buf_view(&given.authenticator_data), buf_view(&given.signature),
			  &count),
		E_BUG, "a challenge that is too short to hand out");
}

static void test_counter(void)
{
	static const struct {
		uint32_t before, after;
		enum err_code want;
	} rows[] = {
		{ 0, 0, E_NONE },
		{ 0, 1, E_NONE },
		{ 7, 8, E_NONE },
		{ 7, 0xffffffff, E_NONE },
		{ 7, 7, E_CONFLICT },
		{ 7, 6, E_CONFLICT },
		{ 7, 0, E_CONFLICT },
	};
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	struct webauthn_credential credential;
	enrolled(&device, WEBAUTHN_ES256, &credential);
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(answer_clear) struct answer given = ANSWER;
		uint32_t count = 99;
		credential.sign_count = rows[i].before;
		device.count = rows[i].after == 0 ? 0 : rows[i].after - 1;
		if (rows[i].after == 1) /* a device that begins to count */
			continue;
		authenticator_get(&device, CHALLENGE, &given);
		CHECK_ERR(assert_answer(&credential, &given, &count), rows[i].want,
			"%u after %u", rows[i].after, rows[i].before);
	}
}

/* No octet of an assertion can be changed; none of an attestation makes a crash, or another credential that is believed. */
static void test_changed_octets(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(answer_clear) struct answer made = ANSWER;
	AUTO(answer_clear) struct answer given = ANSWER;
	struct webauthn_credential credential, other;
	uint32_t count;
	enrolled(&device, WEBAUTHN_ES256, &credential);
	authenticator_get(&device, CHALLENGE, &given);
	struct buf *parts[] = { &given.client_data, &given.authenticator_data,
		&given.signature };
	for (size_t p = 0; p < COUNT(parts); p++)
		for (size_t i = 0; i < parts[p]->len; i++) {
			parts[p]->data[i] ^= 1;
			CHECK(err_is(assert_answer(&credential, &given, &count)),
				"part %zu, octet %zu", p, i);
			parts[p]->data[i] ^= 1;
		}
	CHECK_OK(assert_answer(&credential, &given, &count), "as it was");
	device.packed = true;
	authenticator_create(&device, CHALLENGE, &made);
	for (size_t i = 0; i < made.attestation.len; i++)
		for (unsigned bit = 1; bit < 256; bit <<= 1) {
			made.attestation.data[i] ^= (uint8_t)bit;
			CHECK(err_is(register_answer(&made, &other)),
				"attestation, octet %zu, %u", i, bit);
			made.attestation.data[i] ^= (uint8_t)bit;
		}
	CHECK_OK(register_answer(&made, &other), "as it was");
}

static void test_lengths(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(answer_clear) struct answer made = ANSWER;
	AUTO(answer_clear) struct answer given = ANSWER;
	AUTO(answer_clear) struct answer longer = ANSWER;
	struct webauthn_credential credential;
	uint32_t count;
	enrolled(&device, WEBAUTHN_ES256, &credential);
	authenticator_create(&device, CHALLENGE, &made);
	authenticator_get(&device, CHALLENGE, &given);
	for (size_t len = 0; len < made.attestation.len; len++)
		CHECK_ERR(webauthn_register(&party, CHALLENGE,
				  buf_view(&made.client_data),
				  blob_make(made.attestation.data, len), &credential),
			E_INPUT, "attestation of %zu octets", len);
	CHECK_OK(buf_append(&made.attestation, BLOB("")), "one octet more");
	CHECK_ERR(register_answer(&made, &credential), E_INPUT, "one octet more");
	for (size_t len = 0; len < given.authenticator_data.len; len++) {
		struct buf cut = given.authenticator_data;
		cut.len = len;
		CHECK_ERR(webauthn_assert(&party, &credential, CHALLENGE,
				  buf_view(&given.client_data), buf_view(&cut),
				  buf_view(&given.signature), &count),
			E_INPUT, "authenticatorData of %zu octets", len);
	}
	device.members = "                                                  ";
	authenticator_get(&device, CHALLENGE, &longer);
	while (longer.client_data.len <= WEBAUTHN_CLIENT_DATA_MAX)
		CHECK_OK(buf_append(&longer.client_data, blob_text(" ")), "blank");
	CHECK_ERR(assert_answer(&credential, &longer, &count), E_INPUT,
		"clientDataJSON beyond the most");
}

/* Hand-made attestation objects: what is in them, and what becomes of it. */
static void test_attestations(void)
{
	static const struct {
		const char *name, *hex;
		enum err_code want;
	} rows[] = {
		{ "empty", "", E_INPUT },
		{ "an array", "80", E_INPUT },
		{ "an empty map", "a0", E_INPUT },
		{ "a map of 2^61 pairs", "bb2000000000000000", E_INPUT },
		{ "a text of 2^63 octets", "7b8000000000000000", E_INPUT },
		{ "of indefinite length", "bfff", E_INPUT },
		{ "tagged", "c0a0", E_INPUT },
		{ "reserved head", "bc", E_INPUT },
		{ "deep", "818181818181818181818181818181818180", E_INPUT },
		{ "fmt only", "a163666d74646e6f6e65", E_INPUT },
		{ "fmt twice", "a263666d74646e6f6e6563666d74646e6f6e65", E_INPUT },
		{ "a number for a name", "a10101", E_INPUT },
		{ "fmt a number", "a163666d7401", E_INPUT },
		{ "attStmt a text", "a16761747453746d7460", E_INPUT },
		{ "authData a text", "a168617574684461746160", E_INPUT },
		{ "authData empty",
			"a363666d74646e6f6e656761747453746d74a0686175746844617461"
			"40",
			E_INPUT },
	};
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(answer_clear) struct answer made = ANSWER;
	struct webauthn_credential credential;
	enrolled(&device, WEBAUTHN_ES256, &credential);
	authenticator_create(&device, CHALLENGE, &made);
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf cbor = check_unhex(rows[i].hex);
		CHECK_ERR(webauthn_register(&party, CHALLENGE,
				  buf_view(&made.client_data), buf_view(&cbor),
				  &credential),
			rows[i].want, "%s", rows[i].name);
	}
}

/* Replaces a text of the attestation in place; both of one length. */
static void replace(struct buf *in, struct blob from, struct blob to)
{
	uint8_t *at = memmem(in->data, in->len, from.data, from.len);
	if (CHECK(at != NULL && from.len == to.len, "there is something to replace"))
		memcpy(at, to.data, to.len);
}

static void test_attestation_kinds(void)
{
	static const struct {
		const char *name;
		struct blob from, to;
		enum err_code want;
	} rows[] = {
		{ "another format", { (const uint8_t *)"dnone", 5 },
			{ (const uint8_t *)"dfido", 5 }, E_POLICY },
		{ "ES384", { (const uint8_t *)"\xa5\x01\x02\x03\x26", 5 },
			{ (const uint8_t *)"\xa5\x01\x02\x03\x38", 5 }, E_INPUT },
		{ "ES256K's number", { (const uint8_t *)"\xa5\x01\x02\x03\x26", 5 },
			{ (const uint8_t *)"\xa5\x01\x02\x03\x25", 5 }, E_POLICY },
		{ "without a key", { (const uint8_t *)"\x45\0\0\0\0", 5 },
			{ (const uint8_t *)"\x05\0\0\0\0", 5 }, E_INPUT },
		{ "extensions that are not there", { (const uint8_t *)"\x45\0\0\0\0", 5 },
			{ (const uint8_t *)"\xc5\0\0\0\0", 5 }, E_INPUT },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
		AUTO(answer_clear) struct answer made = ANSWER;
		struct webauthn_credential credential;
		authenticator_make(&device, WEBAUTHN_ES256, &party);
		authenticator_create(&device, CHALLENGE, &made);
		replace(&made.attestation, rows[i].from, rows[i].to);
		CHECK_ERR(register_answer(&made, &credential), rows[i].want, "%s",
			rows[i].name);
	}
}

static void test_another_key(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(authenticator_clear) struct authenticator thief = { .key = NULL };
	AUTO(answer_clear) struct answer given = ANSWER;
	AUTO(answer_clear) struct answer none = ANSWER;
	struct webauthn_credential credential, stranger;
	uint32_t count;
	enrolled(&device, WEBAUTHN_ES256, &credential);
	enrolled(&thief, WEBAUTHN_ES256, &stranger);
	authenticator_get(&thief, CHALLENGE, &given);
	CHECK_ERR(assert_answer(&credential, &given, &count), E_CRYPTO, "another key");
	given.signature.len = 0;
	CHECK(err_is(assert_answer(&credential, &given, &count)), "no signature");
	authenticator_create(&device, CHALLENGE, &none);
	CHECK_ERR(assert_answer(&credential, &none, &count), E_DENIED,
		"a registration for an assertion");
}

static void test_load(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(EVP_PKEY_free) EVP_PKEY *p384 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	AUTO(EVP_PKEY_free)
	EVP_PKEY *k1 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "secp256k1");
	AUTO(EVP_PKEY_free)
	EVP_PKEY *rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
	EVP_PKEY *keys[] = { p384, k1, rsa };
	struct webauthn_credential credential, out;
	enrolled(&device, WEBAUTHN_ES256, &credential);
	struct blob id = webauthn_credential_id(&credential);
	struct blob spki = webauthn_credential_spki(&credential);
	CHECK_ERR(webauthn_credential_load(BLOB_NONE, spki, 0, &out), E_INPUT, "no id");
	CHECK_ERR(webauthn_credential_load(id, BLOB_NONE, 0, &out), E_INPUT, "no key");
	spki.len--;
	CHECK_ERR(webauthn_credential_load(id, spki, 0, &out), E_INPUT, "cut");
	for (size_t i = 0; i < COUNT(keys); i++) {
		uint8_t room[512], *at = room;
		int len = i2d_PUBKEY(keys[i], &at);
		CHECK_ERR(webauthn_credential_load(id, blob_make(room, (size_t)len), 0,
				  &out),
			E_INPUT, "key %zu of another kind", i);
	}
	/* A point off the curve. */
	credential.spki[60] ^= 1;
	CHECK_ERR(webauthn_credential_load(id, webauthn_credential_spki(&credential), 0,
			  &out),
		E_INPUT, "off the curve");
}

static const CU_TestInfo tests[] = {
	{ "register and assert", test_life },
	{ "party", test_party },
	{ "wrong words", test_wrong_words },
	{ "challenges", test_challenges },
	{ "counter", test_counter },
	{ "changed octets", test_changed_octets },
	{ "lengths", test_lengths },
	{ "attestation objects", test_attestations },
	{ "kinds of attestation", test_attestation_kinds },
	{ "another key", test_another_key },
	{ "load", test_load },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_webauthn = { .name = "common/webauthn/webauthn",
	.tests = tests };
