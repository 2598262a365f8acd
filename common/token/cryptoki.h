/* cryptoki: what token.c and token_key.c share of PKCS #11; nobody else includes it. */
#ifndef COMMON_TOKEN_CRYPTOKI_H
#define COMMON_TOKEN_CRYPTOKI_H

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>

#include "common/token/token.h"

struct token {
	CK_FUNCTION_LIST *module; /* initialised */
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session;
	bool has_session;
	struct token_info info;
};

/* A return value of Cryptoki as one of ours; what: "signing", put before its name. OK for CKR_OK. */
RESULT cryptoki_check(CK_RV rv, const char *what);

/* Templates hold pointers to what the caller keeps; Cryptoki does not write through them when it only reads. */
#define CRYPTOKI_ATTRIBUTE(kind, held)                                                   \
	((CK_ATTRIBUTE){ (kind), (void *)(uintptr_t) & (held), sizeof(held) })
#define CRYPTOKI_BYTES(kind, bytes)                                                      \
	((CK_ATTRIBUTE){ (kind), (void *)(uintptr_t)(bytes).data, (bytes).len })

extern const CK_BBOOL cryptoki_true, cryptoki_false;

/* The DER of namedCurve, as CKA_EC_PARAMS wants it; E_POLICY for keys that are not of a curve of ours. */
RESULT cryptoki_curve(enum key_algorithm algorithm, struct blob *out);

/* R-CA-KEY-02: what a private key must say of itself. E_POLICY names the first attribute that is wrong. */
RESULT cryptoki_check_private(const struct token *token, CK_OBJECT_HANDLE key);
/* Objects of a class with a label; at most two handles are counted. */
RESULT cryptoki_find(const struct token *token, CK_OBJECT_CLASS kind, CK_ATTRIBUTE by,
	CK_OBJECT_HANDLE out[static 2], CK_ULONG *count);

#endif
