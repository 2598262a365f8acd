/* key_parts: a SubjectPublicKeyInfo taken apart, without judging sizes. Between the key_*.c files only. */
#ifndef COMMON_PKI_KEY_PARTS_H
#define COMMON_PKI_KEY_PARTS_H

#include "common/pki/key.h"

enum { KEY_POINT_MAX = 97 }; /* octets: 04, then two coordinates of P-384 */

struct key_parts {
	enum key_algorithm algorithm; /* KEY_NONE: RSA of a size outside the table */
	bool is_rsa;
	size_t bits;
	struct blob modulus, exponent; /* RSA: magnitudes, no leading zero octets */
	struct blob
		point; /* EC: as it stands, only known to begin with 04 and to be long enough */
};

/* E_INPUT: not DER, wrong parameters or trailing bytes. E_POLICY: an algorithm outside the table. Sizes and points pass. */
RESULT key_split(struct blob spki, struct key_parts *out);
/* The point, uncompressed and proved to lie on the curve (R-PKQ-06). E_POLICY: compressed. E_INPUT: any other fault. */
RESULT key_from_point(const struct key_parts *parts, EVP_PKEY **out);

/*
 * What is wrong with an RSA modulus (R-PKQ-02 to -04), from 512 to LIMIT_RSA_BITS bits. E_CRYPTO, E_IO: the question
 * could not be answered, which is no good answer.
 */
struct key_weakness {
	unsigned long small_factor;  /* the least prime factor below 752, or 0 */
	unsigned long power;         /* n = m^power, or 0 */
	unsigned long fermat_rounds; /* factored in that round, 1 to 100, or 0 */
	bool roca;
};
enum { KEY_WEAKNESS_MIN_BITS = 512 };
RESULT key_find_weakness(struct blob modulus, struct key_weakness *out);

/* Is the key in the list (R-PKQ-05)? E_CRYPTO: no hash. */
RESULT key_blocklist_find(const struct key_blocklist *list, const struct key_parts *parts,
	bool *found);

#endif
