#include <limits.h>

#include "common/base/table.h"
#include "common/pki/key_parts.h"

enum {
	FACTOR_LIMIT = 752,  /* SP 800-89 section 5.3.3: no factor below this */
	FACTOR_BITS = 9,     /* so a factor has more bits than this */
	FERMAT_ROUNDS = 100, /* BR 6.1.1.3(5)(3) */
	ROCA_LAST_PRIME =
		167 /* all vulnerable sizes have every prime up to this in their primorial */
};

static const unsigned long BAD_WORD =
	ULONG_MAX; /* what BN_mod_word() answers on failure */

static bool is_small_prime(unsigned long n)
{
	for (unsigned long d = 2; d * d <= n; d++)
		if (n % d == 0)
			return false;
	return n > 1;
}

static struct err mod_word(const BIGNUM *n, unsigned long word, unsigned long *out)
{
	unsigned long rest = BN_mod_word(n, word);
	if (rest == BAD_WORD)
		return FAIL_OSSL(E_CRYPTO, "could not divide the modulus");
	*out = rest;
	return OK;
}

/* R-PKQ-02, SP 800-89 section 5.3.3. */
static struct err find_small_factor(const BIGNUM *n, unsigned long *out)
{
	*out = 0;
	for (unsigned long prime = 2; prime < FACTOR_LIMIT && *out == 0; prime++) {
		unsigned long rest = 1;
		if (!is_small_prime(prime))
			continue;
		TRY(mod_word(n, prime, &rest));
		if (rest == 0)
			*out = prime;
	}
	return OK;
}

/* base^exponent mod modulus for words below 2^32. */
static unsigned long power_word(unsigned long base, unsigned long exponent,
	unsigned long modulus)
{
	unsigned long result = 1;
	for (base %= modulus; exponent > 0; exponent >>= 1) {
		if ((exponent & 1) != 0)
			result = result * base % modulus;
		base = base * base % modulus;
	}
	return result;
}

/*
 * Newton's method from above: each step goes down until the floor of the square root is reached. n > 0.
 */
static struct err square_root(const BIGNUM *n, BN_CTX *ctx, BIGNUM *out)
{
	AUTO(BN_clear_free) BIGNUM *next = BN_new();
	BN_zero(out);
	if (next == NULL || BN_set_bit(out, (BN_num_bits(n) + 1) / 2) != 1)
		return FAIL_OSSL(E_IO, "out of memory");
	for (;;) {
		if (BN_div(next, NULL, n, out, ctx) != 1 ||
			BN_add(next, next, out) != 1 || BN_rshift1(next, next) != 1)
			return FAIL_OSSL(E_CRYPTO, "could not take a square root");
		if (BN_cmp(next, out) >= 0)
			return OK;
		BN_swap(next, out);
	}
}

/* Squares leave few rests; 1 of 119 others passes all four of these, and only that one costs a real root. */
static struct err may_be_square(const BIGNUM *n, bool *out)
{
	static const unsigned long moduli[] = { 64, 63, 65, 11 };
	*out = true;
	for (size_t i = 0; i < COUNT(moduli) && *out; i++) {
		unsigned long rest = 0;
		bool is_rest_of_square = false;
		TRY(mod_word(n, moduli[i], &rest));
		for (unsigned long s = 0; s < moduli[i]; s++)
			is_rest_of_square |= s * s % moduli[i] == rest;
		*out = is_rest_of_square;
	}
	return OK;
}

static struct err is_square(const BIGNUM *n, BN_CTX *ctx, bool *out)
{
	AUTO(BN_clear_free) BIGNUM *root = BN_new();
	AUTO(BN_clear_free) BIGNUM *square = BN_new();
	if (BN_is_zero(n)) {
		*out = true;
		return OK;
	}
	TRY(may_be_square(n, out));
	if (!*out)
		return OK;
	if (root == NULL || square == NULL)
		return FAIL_OSSL(E_IO, "out of memory");
	TRY(square_root(n, ctx, root));
	if (BN_sqr(square, root, ctx) != 1)
		return FAIL_OSSL(E_CRYPTO, "could not square");
	*out = BN_cmp(square, n) == 0;
	return OK;
}

/*
 * If n = m^k and k divides r - 1 for a prime r, then n^((r-1)/k) is 1 (or 0) modulo r; of other numbers only one in k
 * passes. Four such primes leave nearly nothing to be proved by a real root.
 */
static struct err may_be_power(const BIGNUM *n, unsigned long k, bool *out)
{
	size_t primes = 0;
	*out = true;
	for (unsigned long r = 2 * k + 1; primes < 4 && *out; r += 2 * k) {
		unsigned long rest = 0;
		if (!is_small_prime(r))
			continue;
		primes++;
		TRY(mod_word(n, r, &rest));
		*out = rest == 0 || power_word(rest, (r - 1) / k, r) == 1;
	}
	return OK;
}

/* Bisection between 0 and 2^ceil(bits/k): slow and plain, and nearly never reached. */
static struct err is_power(const BIGNUM *n, unsigned long k, BN_CTX *ctx, bool *out)
{
	AUTO(BN_clear_free) BIGNUM *root = BN_new();
	AUTO(BN_clear_free) BIGNUM *power = BN_new();
	AUTO(BN_clear_free) BIGNUM *exponent = BN_new();
	if (root == NULL || power == NULL || exponent == NULL ||
		BN_set_word(exponent, k) != 1)
		return FAIL_OSSL(E_IO, "out of memory");
	*out = false;
	for (int bit = BN_num_bits(n) / (int)k + 1; bit >= 0 && !*out; bit--) {
		if (BN_set_bit(root, bit) != 1 || BN_exp(power, root, exponent, ctx) != 1)
			return FAIL_OSSL(E_CRYPTO, "could not take a root");
		int order = BN_cmp(power, n);
		*out = order == 0;
		if (order > 0 && BN_clear_bit(root, bit) != 1)
			return FAIL_OSSL(E_CRYPTO, "could not take a root");
	}
	return OK;
}

static struct err find_power(const BIGNUM *n, BN_CTX *ctx, unsigned long *out)
{
	unsigned long last = (unsigned long)BN_num_bits(n) / FACTOR_BITS;
	bool found = false;
	*out = 0;
	TRY(is_square(n, ctx, &found));
	if (found)
		*out = 2;
	for (unsigned long k = 3; k <= last && *out == 0; k += 2) {
		if (!is_small_prime(k))
			continue;
		TRY(may_be_power(n, k, &found));
		if (found)
			TRY(is_power(n, k, ctx, &found));
		if (found)
			*out = k;
	}
	return OK;
}

/* R-PKQ-03: n = a^2 - b^2 with a from the square root of n upwards: found at once when the primes are close. */
static struct err find_fermat(const BIGNUM *n, BN_CTX *ctx, unsigned long *out)
{
	AUTO(BN_clear_free) BIGNUM *a = BN_new();
	AUTO(BN_clear_free) BIGNUM *b2 = BN_new(); /* a^2 - n */
	bool found = false;
	*out = 0;
	if (a == NULL || b2 == NULL)
		return FAIL_OSSL(E_IO, "out of memory");
	TRY(square_root(n, ctx, a));
	if (BN_sqr(b2, a, ctx) != 1)
		return FAIL_OSSL(E_CRYPTO, "could not square");
	if (BN_cmp(b2, n) < 0 && (BN_add_word(a, 1) != 1 || BN_sqr(b2, a, ctx) != 1))
		return FAIL_OSSL(E_CRYPTO, "could not square");
	if (BN_sub(b2, b2, n) != 1)
		return FAIL_OSSL(E_CRYPTO, "could not subtract");
	for (unsigned long round = 1; round <= FERMAT_ROUNDS; round++) {
		TRY(is_square(b2, ctx, &found));
		if (found) {
			*out = round;
			return OK;
		}
		/* (a+1)^2 - n = a^2 - n + a + (a+1) */
		if (BN_add(b2, b2, a) != 1 || BN_add_word(a, 1) != 1 ||
			BN_add(b2, b2, a) != 1)
			return FAIL_OSSL(E_CRYPTO, "could not add");
	}
	return OK;
}

static bool is_power_of_65537(unsigned long x, unsigned long prime)
{
	unsigned long member = 1;
	do {
		if (member == x)
			return true;
		member = member * 65537 % prime;
	} while (member != 1);
	return false;
}

/*
 * R-PKQ-04, CVE-2017-15361: both primes of a vulnerable key are k * M + (65537^a mod M), M a product of the first
 * primes. So the modulus is a power of 65537 modulo each of them; of other numbers one in 2^27 is.
 */
static struct err find_roca(const BIGNUM *n, bool *out)
{
	*out = true;
	for (unsigned long prime = 3; prime <= ROCA_LAST_PRIME && *out; prime += 2) {
		unsigned long rest = 0;
		if (!is_small_prime(prime))
			continue;
		TRY(mod_word(n, prime, &rest));
		*out = is_power_of_65537(rest, prime);
	}
	return OK;
}

RESULT key_find_weakness(struct blob modulus, struct key_weakness *out)
{
	struct key_weakness found = { .small_factor = 0 };
	AUTO(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	AUTO(BN_clear_free) BIGNUM *n = BN_bin2bn(modulus.data, (int)modulus.len, NULL);
	if (ctx == NULL || n == NULL)
		return FAIL_OSSL(E_IO, "out of memory");
	TRY(find_small_factor(n, &found.small_factor));
	TRY(find_power(n, ctx, &found.power));
	TRY(find_fermat(n, ctx, &found.fermat_rounds));
	TRY(find_roca(n, &found.roca));
	*out = found;
	return OK;
}
