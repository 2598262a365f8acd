/* limits: the most of everything that comes from outside. One place, so that the maxima can be reviewed together. */
#ifndef COMMON_BASE_LIMITS_H
#define COMMON_BASE_LIMITS_H

#define KIB    1024u
#define MIB    (1024u * 1024u)
#define MINUTE 60
#define HOUR   3600
#define DAY    86400

enum {
	LIMIT_CSR = 16 * 1024,  /* bytes of DER */
	LIMIT_CERT = 16 * 1024, /* bytes of DER */
	LIMIT_NAME = 4 * 1024,  /* bytes of a DER Name */
	LIMIT_RDN = 16,         /* RDNs in a Name */
	LIMIT_SAN = 8,          /* GeneralNames in one subjectAltName */
	LIMIT_SPKI = 2 * 1024,  /* bytes of a SubjectPublicKeyInfo */
	LIMIT_RSA_BITS =
		8192, /* checks on larger moduli would be a way to keep us busy */
	LIMIT_CMS = 32 * 1024,       /* one signed decision, detached */
	LIMIT_STATEMENT = 32 * 1024, /* the JSON that a decision signs */
	LIMIT_EVIDENCE = 32,         /* evidence items of one application */
	LIMIT_DECISIONS = 8,         /* decisions that travel with one order */
	LIMIT_ORDER = 256 * 1024,    /* an order with its decisions */
	LIMIT_JSON = 512 * 1024,     /* one JSON request body */
	LIMIT_JSON_DEPTH = 16,
	LIMIT_OCSP_REQUEST = 8 * 1024, /* R-OCSP-11 */
	LIMIT_OCSP_SINGLE = 32,        /* certificates asked for in one request */
	LIMIT_OCSP_RESPONSE = 16 * 1024,
	LIMIT_NONCE = 128, /* RFC 9654 */
	LIMIT_PROFILE_FILE = 64 * 1024,
	LIMIT_PKCS12 = 64 * 1024,
	LIMIT_PAPER = 64 * 1024 * 1024, /* one PDF that is made in one piece */
	LIMIT_FRAME = 4 * 1024 * 1024,  /* one message between own processes */
	LIMIT_PIN = 256,
	LIMIT_DRAFT = 32 * 1024, /* what one person types on one page */
};

#endif
