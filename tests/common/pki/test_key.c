#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <stdlib.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/pki/key.h"
#include "tests/check.h"

enum { ANY = 0xff };

#define P256_HEAD "3059301306072a8648ce3d020106082a8648ce3d030107034200"
#define RSA_HEAD  "300d06092a864886f70d0101010500"

/* The codes of all faults, sorted as found: "key.size key.exponent". */
static void codes_of(const struct faults *faults, char *out, size_t size)
{
	size_t len = 0;
	out[0] = '\0';
	for (size_t i = 0; i < faults->count; i++) {
		int more = snprintf(out + len, size - len, "%s%s", i == 0 ? "" : " ",
			faults->row[i].code);
		len += more > 0 ? (size_t)more : 0;
	}
}

static void check_faults(struct blob spki, uint32_t allowed,
	const struct key_blocklist *list, const char *want, const char *name)
{
	struct faults faults = { .count = 0 };
	char got[400];
	key_check(spki, allowed, list, &faults);
	codes_of(&faults, got, sizeof got);
	CHECK_TEXT(got, want, "%s: %s", name,
		faults.count > 0 ? faults.row[0].detail : "");
	for (size_t i = 0; i < faults.count; i++)
		CHECK(faults.row[i].en != NULL && faults.row[i].ja != NULL &&
				faults.row[i].clause != NULL &&
				faults.row[i].field[0] != '\0',
			"%s: words and clause", name);
}

static void put_number(struct der_writer *w, const BIGNUM *n)
{
	uint8_t octets[LIMIT_SPKI];
	int len = BN_bn2bin(n, octets);
	der_put_unsigned(w, blob_make(octets, (size_t)len));
}

/* The SubjectPublicKeyInfo of any pair of numbers. */
static struct blob rsa_spki(const BIGNUM *n, const BIGNUM *e, struct der_writer *w)
{
	uint8_t inner[LIMIT_SPKI];
	struct der_writer key = DER_WRITER(inner);
	struct blob out = BLOB_NONE, bits = BLOB_NONE;
	size_t sequence = der_open(&key, DER_SEQUENCE);
	put_number(&key, n);
	put_number(&key, e);
	der_close(&key, sequence);
	CHECK_OK(der_finish(&key, &bits), "RSAPublicKey");
	AUTO(buf_clear) struct buf algorithm = check_unhex(RSA_HEAD);
	sequence = der_open(w, DER_SEQUENCE);
	der_put_raw(w, buf_view(&algorithm));
	der_put_bits(w, bits);
	der_close(w, sequence);
	CHECK_OK(der_finish(w, &out), "SubjectPublicKeyInfo");
	return out;
}

static BIGNUM *number(const char *hex)
{
	BIGNUM *n = NULL;
	if (BN_hex2bn(&n, hex) == 0)
		abort();
	return n;
}

static void check_rsa(const BIGNUM *n, const char *e_hex, const char *want,
	const char *name)
{
	uint8_t room[LIMIT_SPKI];
	struct der_writer w = DER_WRITER(room);
	AUTO(BN_clear_free) BIGNUM *e = number(e_hex);
	check_faults(rsa_spki(n, e, &w), ANY, NULL, want, name);
}

static bool has_small_factor(const BIGNUM *n)
{
	for (unsigned long d = 2; d < 752; d++)
		if (BN_mod_word(n, d) == 0)
			return true;
	return false;
}

/* Odd, of exactly so many bits, the top one set, no factor below 752: all a modulus needs here. */
static void random_odd(BIGNUM *n, int bits)
{
	do {
		if (BN_rand(n, bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD) != 1)
			abort();
	} while (has_small_factor(n));
}

static struct buf spki_of(const EVP_PKEY *key)
{
	unsigned char *der = NULL;
	struct buf out = BUF(LIMIT_SPKI);
	int len = i2d_PUBKEY(key, &der);
	if (len <= 0 || err_is(buf_append(&out, blob_make(der, (size_t)len))))
		abort();
	OPENSSL_free(der);
	return out;
}

static void test_round_trip(void)
{
	static const enum key_algorithm kinds[] = { KEY_P256, KEY_P384, KEY_RSA_2048 };
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const char *name = key_algorithm_name(kinds[i]);
		uint8_t room[LIMIT_SPKI];
		struct der_writer w = DER_WRITER(room);
		struct blob der = BLOB_NONE;
		enum key_algorithm algorithm = KEY_NONE;
		AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
		AUTO(EVP_PKEY_free) EVP_PKEY *back = NULL;
		CHECK_OK(key_generate(kinds[i], &key), "%s", name);
		CHECK_OK(key_write(key, &w), "%s", name);
		CHECK_OK(der_finish(&w, &der), "%s", name);
		AUTO(buf_clear) struct buf theirs = spki_of(key);
		CHECK_BLOB(der, buf_view(&theirs), "%s: as libcrypto writes it", name);
		CHECK_OK(key_parse(der, &algorithm, &back), "%s", name);
		CHECK_INT(algorithm, kinds[i], "%s", name);
		algorithm = KEY_NONE;
		CHECK_OK(key_kind(der, &algorithm), "%s", name);
		CHECK_INT(algorithm, kinds[i], "%s: only its kind", name);
		CHECK(back != NULL && EVP_PKEY_eq(key, back) == 1, "%s: the same key",
			name);
		CHECK_INT(key_algorithm_by_name(name), kinds[i], "%s", name);
	}
	CHECK_INT(key_algorithm_by_name("P-521"), KEY_NONE, "unknown");
	CHECK(key_algorithm_is_rsa(KEY_RSA_3072) && !key_algorithm_is_rsa(KEY_P384) &&
			!key_algorithm_is_rsa(KEY_NONE),
		"which are RSA");
}

/* REQUIREMENTS appendix B, BR 7.1.3.1: byte for byte. */
static void test_identifiers(void)
{
	static const struct {
		enum key_algorithm algorithm;
		const char *hex;
	} rows[] = {
		{ KEY_RSA_2048, "300d06092a864886f70d0101010500" },
		{ KEY_P256, "301306072a8648ce3d020106082a8648ce3d030107" },
		{ KEY_P384, "301006072a8648ce3d020106052b81040022" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t room[LIMIT_SPKI];
		struct der_writer w = DER_WRITER(room);
		struct blob der = BLOB_NONE, content = BLOB_NONE, identifier = BLOB_NONE;
		AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
		AUTO(buf_clear) struct buf want = check_unhex(rows[i].hex);
		CHECK_OK(key_generate(rows[i].algorithm, &key), "key");
		CHECK_OK(key_write(key, &w), "written");
		CHECK_OK(der_finish(&w, &der), "finished");
		CHECK_OK(der_get(&der, DER_SEQUENCE, &content), "outer");
		CHECK_OK(der_get_element(&content, &identifier), "algorithm");
		CHECK_BLOB(identifier, buf_view(&want), "%s",
			key_algorithm_name(rows[i].algorithm));
	}
}

static void check_refused(struct blob spki, enum err_code want, const char *fault,
	const char *name)
{
	enum key_algorithm algorithm = KEY_NONE;
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	CHECK_ERR(key_parse(spki, &algorithm, &key), want, "%s", name);
	CHECK(key == NULL && algorithm == KEY_NONE, "%s: out stays untouched", name);
	check_faults(spki, ANY, NULL, fault, name);
}

/* proves R-PKQ-01 */
static void test_encodings(void)
{
	static const struct {
		const char *name, *hex;
		enum err_code want;
		const char *fault;
	} rows[] = {
		{ "nothing", "", E_INPUT, "key.encoding" },
		{ "INTEGER, not SEQUENCE", "020100", E_INPUT, "key.encoding" },
		{ "empty SEQUENCE", "3000", E_INPUT, "key.encoding" },
		{ "RSA without NULL", "3010300b06092a864886f70d010101030100", E_INPUT,
			"key.encoding" },
		{ "RSA, bits hold no SEQUENCE", "3013" RSA_HEAD "03020002", E_INPUT,
			"key.encoding" },
		{ "RSA, bits unused", "3013" RSA_HEAD "03020100", E_INPUT,
			"key.encoding" },
		{ "RSA, negative modulus", "301a" RSA_HEAD "030900300602018102010300",
			E_INPUT, "key.encoding" },
		{ "EC without a curve", "300e300906072a8648ce3d0201030100", E_INPUT,
			"key.encoding" },
		{ "EC with NULL for a curve", "3010300b06072a8648ce3d02010500030100",
			E_INPUT, "key.encoding" },
		{ "P-521 is not in the table",
			"3015301006072a8648ce3d020106052b81040023030100", E_POLICY,
			"key.algorithm" },
		{ "Ed25519",
			"302a300506032b6570032100"
			"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511"
			"a",
			E_POLICY, "key.algorithm" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf der = check_unhex(rows[i].hex);
		enum key_algorithm kind = KEY_NONE;
		check_refused(buf_view(&der), rows[i].want, rows[i].fault, rows[i].name);
		CHECK_ERR(key_kind(buf_view(&der), &kind), rows[i].want,
			"%s: only its kind", rows[i].name);
		CHECK_INT(kind, KEY_NONE, "%s: out stays untouched", rows[i].name);
	}
	AUTO(buf_clear)
	struct buf good = check_file("tests/vectors/key/good-rsa-3072-1.spki");
	check_faults(buf_view(&good), ANY, NULL, "", "the untouched key");
	/* A buf has one more octet, zero, behind its end. */
	check_refused(blob_make(good.data, good.len + 1), E_INPUT, "key.encoding",
		"a byte behind");
	check_refused(blob_make(good.data, good.len - 3), E_INPUT, "key.encoding",
		"cut off");
}

/* proves R-PKQ-01 */
static void test_other_curves(void)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *koblitz = EVP_EC_gen("secp256k1");
	AUTO(EVP_PKEY_free) EVP_PKEY *explicit_curve = EVP_EC_gen("P-256");
	CHECK(koblitz != NULL && explicit_curve != NULL, "keys");
	CHECK(EVP_PKEY_set_utf8_string_param(explicit_curve, OSSL_PKEY_PARAM_EC_ENCODING,
		      OSSL_PKEY_EC_ENCODING_EXPLICIT) == 1,
		"explicit");
	AUTO(buf_clear) struct buf a = spki_of(koblitz);
	AUTO(buf_clear) struct buf b = spki_of(explicit_curve);
	CHECK(b.len > 200, "really explicit: %zu octets", b.len);
	check_refused(buf_view(&a), E_POLICY, "key.algorithm", "secp256k1");
	check_refused(buf_view(&b), E_POLICY, "key.algorithm", "explicit parameters");
	uint8_t room[LIMIT_SPKI];
	struct der_writer w = DER_WRITER(room);
	CHECK_ERR(key_write(koblitz, &w), E_POLICY, "secp256k1 is not written");
	CHECK_ERR(key_write(explicit_curve, &w), E_POLICY,
		"explicit parameters are not written");
	CHECK_INT(w.len, 0, "nothing was written");
}

/* A point of P-256 whose x, a small number, is given as x + p: the same field element, out of range. */
static void point_beyond_prime(uint8_t point[static 65])
{
	AUTO(BN_clear_free) BIGNUM *x = BN_new();
	AUTO(BN_clear_free)
	BIGNUM *p = number("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFF"
			   "FFFFFFFF");
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *at = EC_POINT_new(group);
	for (unsigned long small = 1;; small++) {
		BN_set_word(x, small);
		if (EC_POINT_set_compressed_coordinates(group, at, x, 0, NULL) == 1)
			break;
	}
	if (EC_POINT_point2oct(group, at, POINT_CONVERSION_UNCOMPRESSED, point, 65,
		    NULL) != 65 ||
		BN_add(x, x, p) != 1 || BN_bn2binpad(x, point + 1, 32) != 32)
		abort();
	EC_POINT_free(at);
	EC_GROUP_free(group);
}

/* proves R-PKQ-06 */
static void test_points(void)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
	AUTO(buf_clear) struct buf good = spki_of(key);
	AUTO(buf_clear) struct buf head = check_unhex(P256_HEAD);
	uint8_t der[91];
	if (!CHECK_INT(good.len, sizeof der, "length") ||
		!CHECK_BLOB(blob_make(good.data, head.len), buf_view(&head), "head"))
		return;
	memcpy(der, good.data, sizeof der);
	check_faults(BLOB(der), ANY, NULL, "", "the untouched key");
	der[90] ^= 1;
	check_refused(BLOB(der), E_INPUT, "key.point", "off the curve by the last bit");
	memset(der + 27, 0, 64);
	check_refused(BLOB(der), E_INPUT, "key.point", "(0, 0)");
	memset(der + 27, 0xff, 64);
	check_refused(BLOB(der), E_INPUT, "key.point", "coordinates above the prime");
	point_beyond_prime(der + 26);
	check_refused(BLOB(der), E_INPUT, "key.point", "x + p");
	memcpy(der, good.data, sizeof der);
	der[26] = 0x06;
	check_refused(BLOB(der), E_INPUT, "key.point", "hybrid form");

	AUTO(buf_clear)
	struct buf infinity =
		check_unhex("3019301306072a8648ce3d020106082a8648ce3d03010703020000");
	check_refused(buf_view(&infinity), E_INPUT, "key.point", "infinity");
	AUTO(buf_clear)
	struct buf empty =
		check_unhex("3018301306072a8648ce3d020106082a8648ce3d030107030100");
	check_refused(buf_view(&empty), E_INPUT, "key.point", "no point");
	CHECK(EVP_PKEY_set_utf8_string_param(key,
		      OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed") == 1,
		"compressed");
	AUTO(buf_clear) struct buf compressed = spki_of(key);
	CHECK_INT(compressed.len, 59, "really compressed");
	check_refused(buf_view(&compressed), E_POLICY, "key.point", "compressed");
}

/* proves R-PKQ-01 */
static void test_sizes(void)
{
	static const struct {
		int bits;
		const char *want;
	} rows[] = {
		{ 511, "key.size" },
		{ 512, "key.size" },
		{ 1024, "key.size" },
		{ 2047, "key.size" },
		{ 2048, "" },
		{ 2049, "key.size" },
		{ 2056, "key.size" },
		{ 3071, "key.size" },
		{ 3072, "" },
		{ 4096, "" },
		{ 8192, "key.size" },
		{ 8193, "key.size" },
	};
	AUTO(BN_clear_free) BIGNUM *n = BN_new();
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t room[LIMIT_SPKI];
		struct der_writer w = DER_WRITER(room);
		AUTO(BN_clear_free) BIGNUM *e = number("10001");
		enum key_algorithm algorithm = KEY_NONE;
		AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
		char name[32];
		snprintf(name, sizeof name, "%d bits", rows[i].bits);
		random_odd(n, rows[i].bits);
		check_rsa(n, "10001", rows[i].want, name);
		CHECK_ERR(key_parse(rsa_spki(n, e, &w), &algorithm, &key),
			rows[i].want[0] == '\0' ? E_NONE : E_POLICY, "%s", name);
		w.len = 0;
		CHECK_ERR(key_kind(rsa_spki(n, e, &w), &algorithm),
			rows[i].want[0] == '\0' ? E_NONE : E_POLICY, "%s: only its kind",
			name);
	}
	/* What the policy does not allow is refused although the table has it. */
	AUTO(buf_clear)
	struct buf good = check_file("tests/vectors/key/good-rsa-2048-1.spki");
	check_faults(buf_view(&good), KEY_BIT(KEY_RSA_3072) | KEY_BIT(KEY_P256), NULL,
		"key.algorithm", "RSA-2048 where 3072 is the least");
	check_faults(buf_view(&good), KEY_BIT(KEY_RSA_2048), NULL, "",
		"RSA-2048 where allowed");
}

/* proves R-PKQ-02 */
static void test_exponents(void)
{
	static const struct {
		const char *hex, *want;
	} rows[] = {
		{ "0", "key.exponent" },
		{ "1", "key.exponent" },
		{ "2", "key.exponent" },
		{ "3", "key.exponent" },
		{ "11", "key.exponent" },
		{ "FFFF", "key.exponent" },
		{ "10000", "key.exponent" },
		{ "10001", "" },
		{ "10002", "key.exponent" },
		{ "10003", "" },
		{ "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
			"" },
		{ "10000000000000000000000000000000000000000000000000000000000000001",
			"key.exponent" },
	};
	AUTO(BN_clear_free) BIGNUM *n = BN_new();
	random_odd(n, 2048);
	for (size_t i = 0; i < COUNT(rows); i++)
		check_rsa(n, rows[i].hex, rows[i].want, rows[i].hex);
}

/* proves R-PKQ-02 */
static void test_factors(void)
{
	static const struct {
		unsigned long factor;
		const char *want;
	} rows[] = {
		{ 2, "key.factor" }, { 3, "key.factor" }, { 5, "key.factor" },
		{ 743, "key.factor" }, { 751, "key.factor" },
		{ 757, "" }, /* the primes beside 752 */
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(BN_clear_free) BIGNUM *n = BN_new();
		char name[32];
		snprintf(name, sizeof name, "p * %lu", rows[i].factor);
		int bits = 0;
		while (rows[i].factor >> bits > 1)
			bits++;
		do {
			random_odd(n, 2048 - bits);
			BN_mul_word(n, rows[i].factor);
		} while (BN_num_bits(n) != 2048);
		check_rsa(n, "10001", rows[i].want, name);
	}
}

/* proves R-PKQ-02 */
static void test_powers(void)
{
	static const struct {
		unsigned long power;
		const char *want;
	} rows[] = {
		{ 2, "key.power key.fermat" },
		{ 3, "key.power" },
		{ 5, "key.power" },
		{ 7, "key.power" },
		{ 31, "key.power" },
		{ 199, "key.power" },
		{ 4, "key.power key.fermat" },
		{ 9, "key.power" },
	};
	AUTO(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(BN_clear_free) BIGNUM *root = BN_new();
		AUTO(BN_clear_free) BIGNUM *exponent = BN_new();
		AUTO(BN_clear_free) BIGNUM *n = BN_new();
		char name[32];
		snprintf(name, sizeof name, "p^%lu", rows[i].power);
		BN_set_word(exponent, rows[i].power);
		do {
			if (BN_rand(root, 2048 / (int)rows[i].power + 1, BN_RAND_TOP_ANY,
				    BN_RAND_BOTTOM_ODD) != 1)
				abort();
			BN_exp(n, root, exponent, ctx);
		} while (has_small_factor(root) || BN_num_bits(n) < 2040 ||
			 BN_num_bits(n) > 2056);
		struct faults faults = { .count = 0 };
		uint8_t room[LIMIT_SPKI];
		struct der_writer w = DER_WRITER(room);
		AUTO(BN_clear_free) BIGNUM *e = number("10001");
		char got[400];
		key_check(rsa_spki(n, e, &w), ANY, NULL, &faults);
		codes_of(&faults, got, sizeof got);
		/* Powers have the size that they have: the fault of size may stand before. */
		const char *rest = strncmp(got, "key.size ", 9) == 0 ? got + 9 : got;
		CHECK_TEXT(rest, rows[i].want, "%s", name);
	}
}

/* p = a + d, q = a - d with d^2 = 2a(rounds - 1/2): found in that round exactly. */
static void close_primes(unsigned long rounds, BIGNUM *n)
{
	AUTO(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	AUTO(BN_clear_free) BIGNUM *d = BN_new();
	AUTO(BN_clear_free) BIGNUM *a = BN_new();
	AUTO(BN_clear_free) BIGNUM *low = BN_new();
	AUTO(BN_clear_free) BIGNUM *p = BN_new();
	AUTO(BN_clear_free) BIGNUM *q = BN_new();
	do {
		/* The square root of 2^1024 * 0.85 * (2 * rounds - 1), roughly, with 400 random bits below. */
		BN_zero(a);
		BN_set_bit(a, 1024);
		BN_mul_word(a, 85 * (2 * rounds - 1));
		BN_div_word(a, 100);
		int bits = BN_num_bits(a);
		BN_zero(d);
		for (int bit = bits / 2; bit >= 0; bit--) {
			BN_set_bit(d, bit);
			BN_sqr(low, d, ctx);
			if (BN_cmp(low, a) > 0)
				BN_clear_bit(d, bit);
		}
		BN_rand(low, 400, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
		BN_add(d, d, low);
		BN_sqr(a, d, ctx);
		BN_div_word(a, 2 * rounds - 1);
		if (BN_is_odd(a) == BN_is_odd(d))
			BN_add_word(a, 1);
		BN_add(p, a, d);
		BN_sub(q, a, d);
		BN_mul(n, p, q, ctx);
	} while (has_small_factor(n));
}

/* proves R-PKQ-03 */
static void test_close_primes(void)
{
	static const struct {
		unsigned long rounds;
		const char *want;
	} rows[] = {
		{ 1, "key.fermat" },
		{ 2, "key.fermat" },
		{ 50, "key.fermat" },
		{ 99, "key.fermat" },
		{ 100, "key.fermat" },
		{ 101, "" },
		{ 102, "" },
		{ 1000, "" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(BN_clear_free) BIGNUM *n = BN_new();
		AUTO(BN_clear_free) BIGNUM *e = number("10001");
		uint8_t room[LIMIT_SPKI];
		struct der_writer w = DER_WRITER(room);
		struct faults faults = { .count = 0 };
		char got[400], detail[64];
		close_primes(rows[i].rounds, n);
		CHECK_INT(BN_num_bits(n), 2048, "round %lu", rows[i].rounds);
		key_check(rsa_spki(n, e, &w), ANY, NULL, &faults);
		codes_of(&faults, got, sizeof got);
		CHECK_TEXT(got, rows[i].want, "round %lu", rows[i].rounds);
		snprintf(detail, sizeof detail, "factored in round %lu of 100",
			rows[i].rounds);
		if (rows[i].want[0] != '\0')
			CHECK_TEXT(faults.row[0].detail, detail, "round %lu",
				rows[i].rounds);
	}
}

/* A prime of 1024 bits as the broken library made them: k * M + (65537^a mod M), M the product of 126 primes. */
static void roca_prime(const BIGNUM *primorial, BIGNUM *prime, BN_CTX *ctx)
{
	AUTO(BN_clear_free) BIGNUM *k = BN_new();
	AUTO(BN_clear_free) BIGNUM *a = BN_new();
	AUTO(BN_clear_free) BIGNUM *base = BN_new();
	BN_set_word(base, 65537);
	do {
		BN_rand(k, 1024 - BN_num_bits(primorial), BN_RAND_TOP_TWO,
			BN_RAND_BOTTOM_ANY);
		BN_rand(a, 254, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
		BN_mod_exp(prime, base, a, primorial, ctx);
		BN_mul(k, k, primorial, ctx);
		BN_add(prime, prime, k);
	} while (BN_num_bits(prime) != 1024 || BN_check_prime(prime, ctx, NULL) != 1);
}

/* proves R-PKQ-04 */
static void test_roca(void)
{
	AUTO(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	AUTO(BN_clear_free) BIGNUM *primorial = BN_new();
	AUTO(BN_clear_free) BIGNUM *p = BN_new();
	AUTO(BN_clear_free) BIGNUM *q = BN_new();
	AUTO(BN_clear_free) BIGNUM *n = BN_new();
	BN_one(primorial);
	for (unsigned long candidate = 2, count = 0; count < 126; candidate++) {
		bool prime = true;
		for (unsigned long d = 2; d * d <= candidate && prime; d++)
			prime = candidate % d != 0;
		if (prime) {
			BN_mul_word(primorial, candidate);
			count++;
		}
	}
	roca_prime(primorial, p, ctx);
	roca_prime(primorial, q, ctx);
	BN_mul(n, p, q, ctx);
	const char *want = BN_num_bits(n) == 2048 ? "key.roca" : "key.size key.roca";
	check_rsa(n, "10001", want, "both primes of the broken form");
	random_odd(q, 1024);
	BN_mul(n, p, q, ctx);
	want = BN_num_bits(n) == 2048 ? "" : "key.size";
	check_rsa(n, "10001", want, "one prime of the broken form");
}

/* proves R-PKQ-03 R-PKQ-04 R-PKQ-05 */
static void test_published_keys(void)
{
	static const struct {
		const char *file, *want;
	} rows[] = {
		{ "roca-2048", "key.roca" },
		{ "fermat-2048", "key.fermat" },
		{ "debian-weak-2048", "key.debian" },
		{ "debian-weak-2048-b", "key.debian" },
		{ "debian-weak-3072", "key.debian" },
		{ "debian-weak-4096", "key.debian" },
		{ "good-rsa-2048-1", "" },
		{ "good-rsa-2048-2", "" },
		{ "good-rsa-3072-1", "" },
		{ "good-rsa-3072-2", "" },
		{ "good-rsa-4096-1", "" },
		{ "good-rsa-4096-2", "" },
	};
	AUTO(buf_clear)
	struct buf file = check_file("policies/keys/debian-weak-keys.txt");
	AUTO(key_blocklist_free) struct key_blocklist *list = NULL;
	if (!CHECK_OK(key_blocklist_parse(buf_view(&file), &list), "the list"))
		return;
	CHECK(key_blocklist_version(list)[0] != '\0', "a version");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char path[96];
		snprintf(path, sizeof path, "tests/vectors/key/%s.spki", rows[i].file);
		AUTO(buf_clear) struct buf spki = check_file(path);
		check_faults(buf_view(&spki), ANY, list, rows[i].want, rows[i].file);
	}
}

/* proves R-PKQ-05 */
static void test_blocklist_ec(void)
{
	/* Made by hand: sha256sum of the x coordinate; the second key's x begins with a zero octet, which is not hashed. */
	for (int zero = 0; zero < 2; zero++) {
		AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
		AUTO(buf_clear) struct buf spki = BUF(LIMIT_SPKI);
		do {
			EVP_PKEY_free(MOVE(key));
			buf_clear(&spki);
			key = EVP_EC_gen("P-256");
			spki = spki_of(key);
		} while (zero == 1 && spki.data[27] != 0);
		uint8_t digest[32];
		char hex[65], text[128];
		size_t skip = zero == 1 ? 1 : 0;
		while (spki.data[27 + skip] == 0)
			skip++;
		EVP_Digest(spki.data + 27 + skip, 32 - skip, digest, NULL, EVP_sha256(),
			NULL);
		hex_encode(BLOB(digest), hex);
		snprintf(text, sizeof text, "version 1\nec 256 %s\n", hex + 44);
		AUTO(key_blocklist_free) struct key_blocklist *list = NULL;
		CHECK_OK(key_blocklist_parse(blob_text(text), &list), "%s", text);
		check_faults(buf_view(&spki), ANY, list, "key.debian", "listed");
		AUTO(key_blocklist_free) struct key_blocklist *other = NULL;
		snprintf(text, sizeof text, "version 1\nec 384 %s\nrsa 256 %s\n",
			hex + 44, hex + 44);
		CHECK_OK(key_blocklist_parse(blob_text(text), &other), "%s", text);
		check_faults(buf_view(&spki), ANY, other, "", "listed for other keys");
	}
}

static void test_blocklist_format(void)
{
	static const struct {
		const char *text;
		enum err_code want;
	} rows[] = {
		{ "version 1", E_NONE },
		{ "# words\n\nversion 2026 complete\nrsa 2048 00000000000000000000\n",
			E_NONE },
		{ "", E_INPUT },
		{ "# nothing\n", E_INPUT },
		{ "version \n", E_INPUT },
		{ "rsa 2048 00000000000000000000\nversion 1\n", E_INPUT },
		{ "version 1\nversion 2\n", E_INPUT },
		{ "version 1\nrsa 2048 0000000000000000000\n", E_INPUT },
		{ "version 1\nrsa 2048 000000000000000000\n", E_INPUT },
		{ "version 1\nrsa 2048 000000000000000000000\n", E_INPUT },
		{ "version 1\nrsa 2048 0000000000000000000g\n", E_INPUT },
		{ "version 1\ndsa 2048 00000000000000000000\n", E_INPUT },
		{ "version 1\nrsa 0 00000000000000000000\n", E_INPUT },
		{ "version 1\nrsa 16384 00000000000000000000\n", E_NONE },
		{ "version 1\nrsa 16385 00000000000000000000\n", E_INPUT },
		{ "version 1\nrsa 2048\n", E_INPUT },
		{ "version 1\nrsa 2048 00000000000000000000 x\n", E_INPUT },
		{ "version 1\nrsa  2048 00000000000000000000\n", E_INPUT },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(key_blocklist_free) struct key_blocklist *list = NULL;
		CHECK_ERR(key_blocklist_parse(blob_text(rows[i].text), &list),
			rows[i].want, "%s", rows[i].text);
		CHECK((list != NULL) == (rows[i].want == E_NONE), "%s: out",
			rows[i].text);
	}
	key_blocklist_free(NULL);
}

/* The outside judge of the fingerprints: the list in the tree is what openssl and sha1sum make of the same keys. */
static void test_blocklist_is_made_by_the_tool(void)
{
	AUTO(buf_clear)
	struct buf file = check_file("policies/keys/debian-weak-keys.txt");
	char made[4096];
	FILE *tool = popen("tools/import-weak-keys 2026-11-23.subset "
			   "tests/vectors/key/debian-weak-*",
		"r");
	if (!CHECK(tool != NULL, "the tool"))
		return;
	size_t len = fread(made, 1, sizeof made - 1, tool);
	made[len] = '\0';
	CHECK_INT(pclose(tool), 0, "the tool's end");
	const char *rows = strstr(buf_text(&file), "version ");
	CHECK_TEXT(rows, made, "policies/keys/debian-weak-keys.txt");
}

/* proves R-PKQ-04 */
static void test_good_keys_pass(void)
{
	AUTO(BN_clear_free) BIGNUM *n = BN_new();
	size_t refused = 0, roca = 0;
	for (int i = 0; i < 2000; i++) {
		AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
		AUTO(buf_clear) struct buf spki = spki_of(key);
		struct faults faults = { .count = 0 };
		key_check(buf_view(&spki), KEY_BIT(KEY_P256), NULL, &faults);
		refused += faults.count;
	}
	CHECK_INT(refused, 0, "2,000 keys of P-256");
	for (int i = 0; i < 10000; i++) {
		uint8_t room[LIMIT_SPKI];
		struct der_writer w = DER_WRITER(room);
		AUTO(BN_clear_free) BIGNUM *e = number("10001");
		struct faults faults = { .count = 0 };
		/* As the modulus of two good primes looks to these tests; 512 bits keep the test short. */
		random_odd(n, 512);
		key_check(rsa_spki(n, e, &w), ANY, NULL, &faults);
		for (size_t f = 0; f < faults.count; f++)
			roca += strcmp(faults.row[f].code, "key.size") != 0;
	}
	CHECK_INT(roca, 0, "10,000 random moduli");
}

/* RFC 7093 section 2 method 1 over what libcrypto takes for the public key. */
static void test_identity(void)
{
	static const enum key_algorithm kinds[] = { KEY_P256, KEY_P384, KEY_RSA_2048 };
	for (size_t i = 0; i < COUNT(kinds); i++) {
		AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
		unsigned char *bits = NULL;
		uint8_t want[32], identifier[20], digest[32];
		CHECK_OK(key_generate(kinds[i], &key), "key");
		AUTO(buf_clear) struct buf spki = spki_of(key);
		int len = i2d_PublicKey(key, &bits);
		CHECK(len > 0, "public key");
		EVP_Digest(bits, (size_t)len, want, NULL, EVP_sha256(), NULL);
		OPENSSL_free(bits);
		CHECK_OK(key_identifier(buf_view(&spki), identifier), "identifier");
		CHECK_BLOB(BLOB(identifier), blob_make(want, 20), "identifier");
		EVP_Digest(spki.data, spki.len, want, NULL, EVP_sha256(), NULL);
		CHECK_OK(key_digest(buf_view(&spki), digest), "digest");
		CHECK_BLOB(BLOB(digest), BLOB(want), "digest");
		CHECK_ERR(key_identifier(blob_make(spki.data, spki.len - 1), identifier),
			E_INPUT, "cut off");
	}
}

static const CU_TestInfo tests[] = {
	{ "keys are written and read back", test_round_trip },
	{ "AlgorithmIdentifiers are byte-exact", test_identifiers },
	{ "wrong encodings and other algorithms", test_encodings },
	{ "other curves and explicit parameters", test_other_curves },
	{ "EC points are validated", test_points },
	{ "sizes at their borders", test_sizes },
	{ "exponents at their borders", test_exponents },
	{ "small factors", test_factors },
	{ "perfect powers", test_powers },
	{ "close primes, inside and outside of 100 rounds", test_close_primes },
	{ "ROCA keys made here", test_roca },
	{ "weak keys that others published", test_published_keys },
	{ "the blocklist knows EC keys", test_blocklist_ec },
	{ "the blocklist's format", test_blocklist_format },
	{ "the blocklist is what the tool makes", test_blocklist_is_made_by_the_tool },
	{ "good keys pass", test_good_keys_pass },
	{ "digest and identifier", test_identity },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_key = { "common/pki/key", tests, NULL, NULL };
