#include "common/pki/ocsp.h"

#include "common/base/clock.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/sample_ca.h"

/* SHA-1 CertID with hashes of one byte repeated and serial number 5, as most clients write it. */
#define HASH20                                                                           \
	"0414"                                                                           \
	"1111111111111111111111111111111111111111"
#define KEY20                                                                            \
	"0414"                                                                           \
	"2222222222222222222222222222222222222222"
#define SHA1_NULL "300906052b0e03021a0500"
#define SHA1_BARE "300706052b0e03021a"
#define CERT_ID   "303a" SHA1_NULL HASH20 KEY20 "020105"
#define ONE       "303c" CERT_ID

struct frame {
	const char *before, *list, *extensions, *signature, *behind;
};

static void put_hex(struct der_writer *w, const char *hex)
{
	AUTO(buf_clear) struct buf bytes = check_unhex(hex);
	der_put_raw(w, buf_view(&bytes));
}

static struct blob frame_write(const struct frame *frame, struct der_writer *w)
{
	size_t outer = der_open(w, DER_SEQUENCE), tbs = der_open(w, DER_SEQUENCE);
	put_hex(w, frame->before);
	size_t list = der_open(w, DER_SEQUENCE);
	put_hex(w, frame->list);
	der_close(w, list);
	put_hex(w, frame->extensions);
	der_close(w, tbs);
	put_hex(w, frame->signature);
	der_close(w, outer);
	put_hex(w, frame->behind);
	return blob_make(w->data, w->len);
}

/* proves R-OCSP-08 R-OCSP-11 */
static void test_request_rows(void)
{
	/* clang-format off */
	static const struct { const char *name; struct frame frame; enum err_code want; size_t count; } rows[] = {
		{ "plain",                   { "", ONE, "", "", "" }, E_NONE, 1 },
		{ "parameters absent",       { "", "303a3038" SHA1_BARE HASH20 KEY20 "020105", "", "", "" }, E_NONE, 1 },
		{ "version 1 written",       { "a003020100", ONE, "", "", "" }, E_NONE, 1 },
		{ "version 2",               { "a003020101", ONE, "", "", "" }, E_INPUT, 0 },
		{ "requestorName",           { "a1048102" "6140", ONE, "", "", "" }, E_NONE, 1 },
		{ "version and requestorName", { "a003020100" "a10481026140", ONE, "", "", "" }, E_NONE, 1 },
		{ "two requestorNames",      { "a10881026140" "81026140", ONE, "", "", "" }, E_INPUT, 0 },
		{ "two certificates",        { "", ONE ONE, "", "", "" }, E_NONE, 2 },
		{ "no certificate",          { "", "", "", "", "" }, E_INPUT, 0 },
		{ "signed",                  { "a10481026140", ONE, "", "a0143012" "300a06082a8648ce3d040302" "030400abcdef", "" }, E_NONE, 1 },
		{ "signed, with certificates", { "a10481026140", ONE, "", "a01a3018" "300a06082a8648ce3d040302" "030400abcdef" "a00430023000", "" }, E_NONE, 1 },
		{ "signature malformed",     { "", ONE, "", "a0023000", "" }, E_INPUT, 0 },
		{ "bytes behind",            { "", ONE, "", "", "00" }, E_INPUT, 0 },
		{ "SHA-512",                 { "", "3040303e" "300d06096086480165030402030500" HASH20 KEY20 "020105", "", "", "" }, E_POLICY, 0 },
		{ "SHA-512, then malformed", { "", "3040303e" "300d06096086480165030402030500" HASH20 KEY20 "020105" "3000", "", "", "" }, E_INPUT, 0 },
		{ "SHA-1 of 19 octets",      { "", "303b3039" SHA1_NULL "0413" "11111111111111111111111111111111111111" KEY20 "020105", "", "", "" }, E_INPUT, 0 },
		{ "SHA-256 of 20 octets",    { "", "3040303e" "300d06096086480165030402010500" HASH20 KEY20 "020105", "", "", "" }, E_INPUT, 0 },
		{ "serial number 0",         { "", "303c303a" SHA1_NULL HASH20 KEY20 "020100", "", "", "" }, E_POLICY, 0 },
		{ "negative serial number",  { "", "303c303a" SHA1_NULL HASH20 KEY20 "020185", "", "", "" }, E_POLICY, 0 },
		{ "CertID without serial number", { "", "30393037" SHA1_NULL HASH20 KEY20, "", "", "" }, E_INPUT, 0 },
		{ "parameters not NULL",     { "", "303d303b" "300a06052b0e03021a020100" HASH20 KEY20 "020105", "", "", "" }, E_INPUT, 0 },
		{ "serviceLocator, critical", { "", "3054" CERT_ID "a01630143012" "06092b0601050507300107" "0101ff" "04023000", "", "", "" }, E_NONE, 1 },
		{ "unknown single, critical", { "", "304d" CERT_ID "a00f300d300b" "06022a03" "0101ff" "04023000", "", "", "" }, E_INPUT, 0 },
		{ "unknown single, not critical", { "", "304a" CERT_ID "a00c300a3008" "06022a03" "04023000", "", "", "" }, E_NONE, 1 },
		{ "unknown, critical",       { "", ONE, "a20f300d300b" "06022a03" "0101ff" "04023000", "", "" }, E_INPUT, 0 },
		{ "unknown, not critical",   { "", ONE, "a20c300a3008" "06022a03" "04023000", "", "" }, E_NONE, 1 },
		{ "AcceptableResponses, as NSS", { "", ONE, "a21e301c301a" "06092b0601050507300104" "040d300b06092b0601050507300101", "", "" }, E_NONE, 1 },
		{ "AcceptableResponses, critical", { "", ONE, "a221301f301d" "06092b0601050507300104" "0101ff" "040d300b06092b0601050507300101", "", "" }, E_NONE, 1 },
		{ "nonce without its OCTET STRING", { "", ONE, "a2133011300f" "06092b0601050507300102" "04021111", "", "" }, E_INPUT, 0 },
		{ "a BER length",            { "", "30813c" CERT_ID, "", "", "" }, E_INPUT, 0 },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t room[2048];
		struct der_writer w = DER_WRITER(room);
		struct blob der = frame_write(&rows[i].frame, &w);
		struct ocsp_request request = { .count = 77 };
		CHECK_ERR(ocsp_request_parse(der, &request), rows[i].want, "%s",
			rows[i].name);
		CHECK_INT(request.count, rows[i].want == E_NONE ? rows[i].count : 77,
			"%s", rows[i].name);
		for (size_t len = 0; rows[i].want == E_NONE && len < der.len; len++)
			CHECK_ERR(ocsp_request_parse(blob_make(der.data, len), &request),
				E_INPUT, "%s: cut to %zu", rows[i].name, len);
	}
}

/* proves R-OCSP-11 */
static void test_request_limits(void)
{
	static const struct {
		size_t count;
		enum err_code want;
	} rows[] = { { LIMIT_OCSP_SINGLE, E_NONE }, { LIMIT_OCSP_SINGLE + 1, E_INPUT } };
	static uint8_t room[LIMIT_OCSP_REQUEST + 64];
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct der_writer w = DER_WRITER(room);
		struct ocsp_request request;
		size_t outer = der_open(&w, DER_SEQUENCE),
		       tbs = der_open(&w, DER_SEQUENCE);
		size_t list = der_open(&w, DER_SEQUENCE);
		for (size_t n = 0; n < rows[i].count; n++)
			put_hex(&w, ONE);
		der_close(&w, list);
		der_close(&w, tbs);
		der_close(&w, outer);
		CHECK_ERR(ocsp_request_parse(blob_make(room, w.len), &request),
			rows[i].want, "%zu certificates", rows[i].count);
	}
	/* A requestorName as filling: at the limit it is read, a byte more is not even looked at. */
	for (size_t more = 0; more < 2; more++) {
		struct der_writer w = DER_WRITER(room);
		static const uint8_t filling[LIMIT_OCSP_REQUEST];
		struct ocsp_request request;
		size_t outer = der_open(&w, DER_SEQUENCE),
		       tbs = der_open(&w, DER_SEQUENCE);
		size_t name = der_open(&w, DER_CONTEXT_OPEN(1));
		der_put(&w, DER_CONTEXT(1),
			blob_make(filling, LIMIT_OCSP_REQUEST - 80 + more));
		der_close(&w, name);
		size_t list = der_open(&w, DER_SEQUENCE);
		put_hex(&w, ONE);
		der_close(&w, list);
		der_close(&w, tbs);
		der_close(&w, outer);
		CHECK_INT(w.len, LIMIT_OCSP_REQUEST + more,
			"the row is of the size it should be");
		CHECK_ERR(ocsp_request_parse(blob_make(room, w.len), &request),
			more == 0 ? E_NONE : E_INPUT, "%zu bytes", w.len);
	}
}

/* proves R-OCSP-07 */
static void test_nonce_lengths(void)
{
	static const struct {
		size_t len;
		enum err_code want;
		size_t echoed;
	} rows[] = {
		{ 0, E_INPUT, 0 },
		{ 1, E_NONE, 0 },
		{ 15, E_NONE, 0 },
		{ 16, E_NONE, 16 },
		{ 32, E_NONE, 32 },
		{ 128, E_NONE, 128 },
		{ 129, E_INPUT, 0 },
	};
	static const uint8_t octets[129] = { 0xaa, 0xbb };
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int twice = 0; twice < 2; twice++) {
			uint8_t room[1024], value_room[256];
			struct der_writer w = DER_WRITER(room),
					  value = DER_WRITER(value_room);
			struct ocsp_request request;
			der_put(&value, DER_OCTET_STRING, blob_make(octets, rows[i].len));
			size_t outer = der_open(&w, DER_SEQUENCE),
			       tbs = der_open(&w, DER_SEQUENCE);
			size_t list = der_open(&w, DER_SEQUENCE);
			put_hex(&w, ONE);
			der_close(&w, list);
			size_t context = der_open(&w, DER_CONTEXT_OPEN(2));
			size_t extensions = der_open(&w, DER_SEQUENCE);
			for (int n = 0; n <= twice; n++) {
				size_t one = der_open(&w, DER_SEQUENCE);
				put_hex(&w, "06092b0601050507300102");
				der_put(&w, DER_OCTET_STRING,
					blob_make(value_room, value.len));
				der_close(&w, one);
			}
			der_close(&w, extensions);
			der_close(&w, context);
			der_close(&w, tbs);
			der_close(&w, outer);
			enum err_code want = twice ? E_INPUT : rows[i].want;
			struct err err =
				ocsp_request_parse(blob_make(room, w.len), &request);
			if (CHECK_ERR(err, want, "nonce of %zu octets, %d times",
				    rows[i].len, twice + 1) &&
				want == E_NONE)
				CHECK_BLOB(request.nonce,
					blob_make(octets, rows[i].echoed), "echo of %zu",
					rows[i].len);
		}
}

struct scene {
	struct outside outside;
	struct sample_ca ca;
	EVP_PKEY *key;
	struct buf responder, leaf;
	struct signing_key signer;
};

static const uint8_t leaf_serial[16] = { 0x42, 0x10, 0x99, [15] = 7 };

static struct scene scene_open(void)
{
	struct scene scene = { .outside = outside_open(), .key = EVP_EC_gen("P-256") };
	scene.ca = sample_ca_new(&scene.outside, "ca");
	struct sample_leaf responder = { .name = "responder",
		.serial_number = { 0x43 },
		.key = scene.key,
		.ocsp_signing = true,
		.not_after_s = 30 * DAY };
	struct sample_leaf leaf = { .name = "leaf", .not_after_s = 30 * DAY };
	memcpy(leaf.serial_number, leaf_serial, sizeof leaf_serial);
	scene.responder = sample_issue(&scene.outside, &scene.ca, &responder);
	scene.leaf = sample_issue(&scene.outside, &scene.ca, &leaf);
	CHECK_OK(signature_software_key(scene.key, &scene.signer), "key");
	return scene;
}

static void scene_clear(struct scene *scene)
{
	sample_ca_clear(&scene->ca);
	EVP_PKEY_free(scene->key);
	buf_clear(&scene->responder);
	buf_clear(&scene->leaf);
	outside_clear(&scene->outside);
}
AUTO_DEFINE_HELD(struct scene, scene_clear)

/* By OpenSSL, so that our own hashing is not its witness. */
static void key_hash_of(EVP_PKEY *key, uint8_t out[static 20])
{
	X509_PUBKEY *holder = NULL;
	const unsigned char *bits;
	int len;
	CHECK(X509_PUBKEY_set(&holder, key) == 1, "public key");
	X509_PUBKEY_get0_param(NULL, &bits, &len, NULL, holder);
	CHECK(EVP_Digest(bits, (size_t)len, out, NULL, EVP_sha1(), NULL) == 1, "hash");
	X509_PUBKEY_free(holder);
}

static struct ocsp_response_fields fields_for(struct scene *scene,
	uint8_t hash[static 20], int64_t now)
{
	key_hash_of(scene->key, hash);
	return (struct ocsp_response_fields){
		.responder_key_hash = blob_make(hash, 20),
		.responder_certificate = buf_view(&scene->responder),
		.produced_at = now,
		.this_update = now - 60,
		.next_update = now - 60 + DAY - 1,
	};
}

/* Requests made by openssl and ocsptool, answered by us, judged by openssl and ocsptool. proves R-OCSP-08 R-OCSP-10 */
static void test_response_judged(void)
{
	/* clang-format off */
	static const struct { const char *name, *ask; enum ocsp_status status; enum revocation_reason reason;
		const char *openssl_says, *tool_says; } rows[] = {
		{ "good, SHA-1",      "openssl ocsp -issuer ca.pem -cert leaf.pem -reqout q.der -nonce", OCSP_GOOD, 0,
		  "leaf.pem: good", "Certificate Status: good" },
		{ "good, SHA-256, no nonce", "openssl ocsp -sha256 -issuer ca.pem -cert leaf.pem -reqout q.der -no_nonce", OCSP_GOOD, 0,
		  "leaf.pem: good", "Certificate Status: good" },
		{ "revoked",          "openssl ocsp -issuer ca.pem -cert leaf.pem -reqout q.der -nonce", OCSP_REVOKED, REASON_KEY_COMPROMISE,
		  "Reason: keyCompromise", "Certificate Status: revoked" },
		{ "revoked, no reason", "openssl ocsp -issuer ca.pem -cert leaf.pem -reqout q.der -nonce", OCSP_REVOKED, REASON_UNSPECIFIED,
		  "leaf.pem: revoked", "Certificate Status: revoked" },
		{ "unknown",          "openssl ocsp -issuer ca.pem -cert leaf.pem -reqout q.der -nonce", OCSP_UNKNOWN, 0,
		  "leaf.pem: unknown", "Certificate Status: unknown" },
		{ "asked by ocsptool", "ocsptool -q --load-cert leaf.pem --load-issuer ca.pem --outfile q.der", OCSP_GOOD, 0,
		  "leaf.pem: good", "Certificate Status: good" },
	};
	/* clang-format on */
	AUTO(scene_clear) struct scene scene = scene_open();
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t now = clock_now();
		uint8_t hash[20], room[LIMIT_OCSP_RESPONSE];
		struct der_writer w = DER_WRITER(room);
		struct ocsp_request request;
		struct ocsp_response_fields fields = fields_for(&scene, hash, now);
		outside_run(&scene.outside, &said, "rm -f q.der; %s", rows[i].ask);
		AUTO(buf_clear) struct buf asked = outside_read(&scene.outside, "q.der");
		if (!CHECK_OK(ocsp_request_parse(buf_view(&asked), &request), "%s",
			    rows[i].name))
			continue;
		CHECK_BLOB(serial_view(&request.item[0].serial_number), BLOB(leaf_serial),
			"%s", rows[i].name);
		fields.nonce = request.nonce;
		fields.count = 1;
		fields.single[0] = (struct ocsp_single){ .cert_id = request.item[0].der,
			.status = rows[i].status,
			.reason = rows[i].reason,
			.revocation_time = now - 3600 };
		if (!CHECK_OK(ocsp_response_write(&fields, &scene.signer, &w), "%s",
			    rows[i].name))
			continue;
		outside_write(&scene.outside, "a.der", blob_make(room, w.len));
		/* Once with the request for its nonce, once with the certificate for the status. */
		outside_run(&scene.outside, &said,
			"openssl ocsp -reqin q.der -respin a.der -CAfile ca.pem "
			"-resp_text && openssl ocsp "
			"%s -issuer ca.pem -cert leaf.pem -no_nonce -respin a.der "
			"-CAfile ca.pem",
			i == 1 ? "-sha256" : "");
		CHECK(outside_said(&said, "Response verify OK"), "%s: %s", rows[i].name,
			buf_text(&said));
		CHECK(outside_said(&said, rows[i].openssl_says), "%s: %s", rows[i].name,
			buf_text(&said));
		CHECK(!outside_said(&said, "nonce in response") &&
				outside_said(&said, "OCSP Nonce") ==
					(request.nonce.len > 0),
			"%s: nonce: %s", rows[i].name, buf_text(&said));
		CHECK_INT(outside_run(&scene.outside, &said,
				  "ocsptool -j --infile a.der && ocsptool "
				  "--verify-response --load-trust ca.pem "
				  "--infile a.der"),
			0, "%s: ocsptool: %s", rows[i].name, buf_text(&said));
		CHECK(outside_said(&said, rows[i].tool_says), "%s: %s", rows[i].name,
			buf_text(&said));
		CHECK(outside_said(&said, "Success"), "%s: %s", rows[i].name,
			buf_text(&said));
		CHECK(rows[i].reason != REASON_UNSPECIFIED ||
				!outside_said(&said, "Revocation Reason: key"),
			"%s: no reason is said", rows[i].name);
	}
}

/* proves R-OCSP-03 R-OCSP-10 */
static void test_response_round_trip(void)
{
	AUTO(scene_clear) struct scene scene = scene_open();
	int64_t now = 1795000000;
	uint8_t hash[20], room[LIMIT_OCSP_RESPONSE];
	struct der_writer w = DER_WRITER(room);
	struct ocsp_response got;
	struct ocsp_response_fields fields = fields_for(&scene, hash, now);
	AUTO(buf_clear) struct buf cert_id = check_unhex(CERT_ID);
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	fields.nonce = blob_text("0123456789abcdef");
	fields.extended_revoke = true;
	fields.count = 2;
	fields.single[0] = (struct ocsp_single){ .cert_id = buf_view(&cert_id),
		.status = OCSP_REVOKED,
		.reason = REASON_CERTIFICATE_HOLD,
		.revocation_time = 0,
		.archive_cutoff = 1600000000 };
	fields.single[1] = (struct ocsp_single){ .cert_id = buf_view(&cert_id),
		.status = OCSP_GOOD };
	if (!CHECK_OK(ocsp_response_write(&fields, &scene.signer, &w), "write") ||
		!CHECK_OK(ocsp_response_parse(blob_make(room, w.len), &got), "parse"))
		return;
	CHECK_INT(got.count, 2, "responses");
	CHECK_INT(got.produced_at, now, "producedAt");
	CHECK_INT(got.this_update, now - 60, "thisUpdate");
	CHECK_INT(got.next_update, now - 60 + DAY - 1, "nextUpdate");
	CHECK_INT(got.single.status, OCSP_REVOKED, "status");
	CHECK_INT(got.single.reason, REASON_CERTIFICATE_HOLD, "reason");
	CHECK_INT(got.single.revocation_time, 0, "1970");
	CHECK_INT(got.single.archive_cutoff, 1600000000, "archiveCutoff");
	CHECK(got.extended_revoke, "extended-revoke");
	CHECK_BLOB(got.single.cert_id, buf_view(&cert_id), "CertID");
	CHECK_BLOB(got.nonce, fields.nonce, "nonce");
	CHECK_BLOB(got.responder_key_hash, fields.responder_key_hash, "byKey");
	CHECK_BLOB(got.responder_certificate, buf_view(&scene.responder), "certificate");
	CHECK_OK(signature_verify(scene.key, got.algorithm, got.tbs, got.signature),
		"signature");
	for (size_t len = 0; len < w.len; len++)
		CHECK_ERR(ocsp_response_parse(blob_make(room, len), &got), E_INPUT,
			"cut to %zu", len);
	outside_write(&scene.outside, "a.der", blob_make(room, w.len));
	outside_run(&scene.outside, &said,
		"openssl ocsp -respin a.der -noverify -resp_text");
	/* OpenSSL's table has an older name for 1.3.6.1.5.5.7.48.1.9. */
	CHECK(outside_said(&said, "        valid: \n"),
		"extended-revoke, not critical: %s", buf_text(&said));
	CHECK(outside_said(&said, "OCSP Archive Cutoff:"), "archiveCutoff: %s",
		buf_text(&said));
	CHECK(outside_said(&said, "Jan  1 00:00:00 1970 GMT"), "1970: %s",
		buf_text(&said));
}

static struct err refuse_to_sign(void *context, struct blob in, uint8_t *signature,
	size_t *len)
{
	(void)context;
	(void)in;
	(void)signature;
	(void)len;
	return FAIL(E_IO, "token away");
}

static void test_response_refused(void)
{
	AUTO(scene_clear) struct scene scene = scene_open();
	uint8_t hash[20], room[LIMIT_OCSP_RESPONSE];
	AUTO(buf_clear) struct buf cert_id = check_unhex(CERT_ID);
	struct ocsp_response_fields good = fields_for(&scene, hash, 1795000000), bad;
	struct signing_key broken = { .algorithm = SIGNATURE_ECDSA_SHA256,
		.sign = refuse_to_sign };
	struct der_writer w = DER_WRITER(room);
	good.count = 1;
	good.single[0] = (struct ocsp_single){ .cert_id = buf_view(&cert_id) };
	bad = good;
	bad.count = 0;
	CHECK_ERR(ocsp_response_write(&bad, &scene.signer, &w), E_POLICY,
		"no certificate");
	bad = good;
	bad.produced_at = bad.this_update - 1;
	CHECK_ERR(ocsp_response_write(&bad, &scene.signer, &w), E_POLICY,
		"produced before known");
	bad = good;
	bad.next_update = bad.this_update;
	CHECK_ERR(ocsp_response_write(&bad, &scene.signer, &w), E_POLICY,
		"nextUpdate equal");
	CHECK_ERR(ocsp_response_write(&good, &broken, &w), E_IO,
		"the token's error comes through");
	w = DER_WRITER(room);
	w.max = 300;
	CHECK_ERR(ocsp_response_write(&good, &scene.signer, &w), E_INPUT, "no room");
	w = DER_WRITER(room);
	CHECK_OK(ocsp_response_write(&good, &scene.signer, &w), "as it should be");
}

/* proves R-OCSP-11 */
static void test_errors(void)
{
	static const struct {
		enum ocsp_error error;
		const char *name, *said;
	} rows[] = {
		{ OCSP_MALFORMED_REQUEST, "malformedRequest", "malformedrequest (1)" },
		{ OCSP_INTERNAL_ERROR, "internalError", "internalerror (2)" },
		{ OCSP_TRY_LATER, "tryLater", "trylater (3)" },
		{ OCSP_SIG_REQUIRED, "sigRequired", "sigrequired (5)" },
		{ OCSP_UNAUTHORIZED, "unauthorized", "unauthorized (6)" },
	};
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct blob der = ocsp_error_response(rows[i].error);
		struct ocsp_response got;
		struct err err = ocsp_response_parse(der, &got);
		CHECK_ERR(err, E_STATE, "%s", rows[i].name);
		CHECK_TEXT(err.text, rows[i].name, "the text names it");
		CHECK_INT(der.len, 5, "small");
		outside_write(&outside, "a.der", der);
		outside_run(&outside, &said, "openssl ocsp -respin a.der");
		CHECK(outside_said(&said, rows[i].said), "%s: %s", rows[i].name,
			buf_text(&said));
	}
}

/* What we ask is read by openssl, and its hashes are ours. proves R-OCSP-08 */
static void test_request_write(void)
{
	AUTO(scene_clear) struct scene scene = scene_open();
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	for (int h = 0; h < OCSP_HASH_COUNT; h++) {
		uint8_t name[32], key[32], room[512];
		size_t len = 0;
		struct der_writer w = DER_WRITER(room);
		struct ocsp_cert_id id = { .hash = (enum ocsp_hash)h };
		struct ocsp_request theirs, ours;
		CHECK_OK(ocsp_issuer_hashes(&scene.ca.cert, id.hash, name, key, &len),
			"hashes");
		CHECK_INT(len, h == OCSP_SHA1 ? 20 : 32, "length");
		id.issuer_name_hash = blob_make(name, len);
		id.issuer_key_hash = blob_make(key, len);
		CHECK_OK(serial_from_blob(BLOB(leaf_serial), &id.serial_number),
			"serial");
		CHECK_OK(ocsp_request_write(&id, BLOB_NONE, &w), "write");
		outside_run(&scene.outside, &said,
			"openssl ocsp -%s -issuer ca.pem -cert leaf.pem -no_nonce "
			"-reqout q.der",
			h == OCSP_SHA1 ? "sha1" : "sha256");
		AUTO(buf_clear) struct buf asked = outside_read(&scene.outside, "q.der");
		CHECK_BLOB(blob_make(room, w.len), buf_view(&asked),
			"the same bytes as openssl's");
		CHECK_OK(ocsp_request_parse(buf_view(&asked), &theirs), "theirs");
		w = DER_WRITER(room);
		CHECK_OK(ocsp_request_write(&theirs.item[0],
				 blob_text("0123456789abcdef"), &w),
			"with a nonce");
		CHECK_OK(ocsp_request_parse(blob_make(room, w.len), &ours), "ours");
		CHECK_BLOB(ours.item[0].der, theirs.item[0].der, "CertID echoed");
		CHECK_BLOB(ours.nonce, blob_text("0123456789abcdef"), "nonce");
		outside_write(&scene.outside, "q.der", blob_make(room, w.len));
		outside_run(&scene.outside, &said, "openssl ocsp -reqin q.der -req_text");
		CHECK(outside_said(&said, "OCSP Nonce"), "openssl reads it: %s",
			buf_text(&said));
	}
	uint8_t room[512];
	static const uint8_t nonce[LIMIT_NONCE + 1];
	struct der_writer w = DER_WRITER(room);
	struct ocsp_cert_id id = { .hash = OCSP_SHA1 };
	CHECK_ERR(ocsp_request_write(&id, BLOB(nonce), &w), E_INPUT, "nonce of 129");
}

/* What is left of a path after the server undid one layer of escapes. proves R-OCSP-01 */
static void test_request_from_path(void)
{
	/* clang-format off */
	static const struct { const char *path, *hex; enum err_code want; } rows[] = {
		{ "+/8=",          "fbff",   E_NONE },
		{ "%2B%2F8%3D",    "fbff",   E_NONE },
		{ "%2b%2f8%3d",    "fbff",   E_NONE },
		{ "+/8",           "fbff",   E_NONE },  /* padding left out */
		{ "MAMCAQE=",      "3003020101", E_NONE },
		{ "",              "",       E_NONE },  /* then no request: malformed */
		{ "%2",            "",       E_INPUT },
		{ "%",             "",       E_INPUT },
		{ "%zz",           "",       E_INPUT },
		{ "-_8=",          "",       E_INPUT },
		{ "AAAAA",         "",       E_INPUT },
		{ "%252B",         "",       E_INPUT }, /* three layers */
		{ "AAAA\nAAAA",    "",       E_INPUT },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf out = BUF(LIMIT_OCSP_REQUEST);
		AUTO(buf_clear) struct buf want = check_unhex(rows[i].hex);
		CHECK_ERR(ocsp_request_from_path(rows[i].path, &out), rows[i].want, "%s",
			rows[i].path);
		if (rows[i].want == E_NONE)
			CHECK_BLOB(buf_view(&out), buf_view(&want), "%s", rows[i].path);
	}
	AUTO(buf_clear) struct buf out = BUF(LIMIT_OCSP_REQUEST);
	static char text[2 * LIMIT_OCSP_REQUEST + 8];
	memset(text, 'A', 2 * LIMIT_OCSP_REQUEST + 4);
	CHECK_ERR(ocsp_request_from_path(text, &out), E_INPUT, "longer than any request");
}

static const CU_TestInfo tests[] = {
	{ "requests, row by row", test_request_rows },
	{ "request limits", test_request_limits },
	{ "nonce lengths", test_nonce_lengths },
	{ "responses judged by openssl and ocsptool", test_response_judged },
	{ "response round trip", test_response_round_trip },
	{ "responses refused", test_response_refused },
	{ "error responses", test_errors },
	{ "requests written", test_request_write },
	{ "request from the path", test_request_from_path },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_ocsp = { "common/pki/ocsp", tests, NULL, NULL };
