/* key_parts: a SubjectPublicKeyInfo taken apart, without judging sizes. Between key.c and key_check.c only. */
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

/* E_INPUT: not DER, wrong parameters or trailing bytes. E_POLICY: an algorithm outside the table. Of RSA every size passes. */
RESULT key_split(struct blob spki, struct key_parts *out);
/* The point proved to lie on the curve (R-PKQ-06). E_INPUT. */
RESULT key_from_point(const struct key_parts *parts, EVP_PKEY **out);

#endif
