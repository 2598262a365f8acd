/* err: the result of everything that can fail, by value; the compiler does not let it be lost. */
#ifndef COMMON_BASE_ERR_H
#define COMMON_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/banned.h"
#include "common/base/own.h"

/* A code says what the caller may do about it, not where it broke. */
enum err_code {
	E_NONE,      /* it worked */
	E_INPUT,     /* what came in is malformed: correct it */
	E_DENIED,    /* the caller may not */
	E_POLICY,    /* well formed, but a rule forbids it */
	E_NOT_FOUND, /* no such thing */
	E_CONFLICT,  /* somebody else was first, or it exists already */
	E_STATE,     /* not possible in this state */
	E_RETRY,     /* may work when tried again */
	E_CRYPTO,    /* a signature or a key does not verify or cannot be used */
	E_IO,        /* file, network, database, memory */
	E_BUG,       /* a broken invariant */
	E_CODE_COUNT
};

struct err {
	enum err_code code;
	const char *where; /* "file.c:123", static */
	char text[240];    /* for the log: field, then reason; lower case, no full stop */
};

#define RESULT __attribute__((warn_unused_result)) struct err
/* Success sets no more than is looked at: clearing 240 bytes of text at every return costs half of what parsing does. */
static inline struct err err_none(void)
{
	struct err err;
	err.code = E_NONE;
	err.where = NULL;
	err.text[0] = 0;
	return err;
}
#define OK err_none()

#define ERR_STR2(x) #x
#define ERR_STR(x)  ERR_STR2(x)
#define ERR_WHERE   __FILE__ ":" ERR_STR(__LINE__)

/* return FAIL(E_INPUT, "subject: %zu bytes", n); */
#define FAIL(code, ...) err_make((code), ERR_WHERE, __VA_ARGS__)

/* Return at once when the call failed. */
#define TRY(call)                                                                        \
	do {                                                                             \
		struct err try_ = (call);                                                \
		if (try_.code != E_NONE)                                                 \
			return try_;                                                     \
	} while (0)

/* The same, with words put before the text: "order 17: ...". */
#define TRY_IN(call, ...)                                                                \
	do {                                                                             \
		struct err try_ = (call);                                                \
		if (try_.code != E_NONE)                                                 \
			return err_in(try_, __VA_ARGS__);                                \
	} while (0)

/* Drops an error on purpose; a comment beside it says why. */
#define IGNORE(call)                                                                     \
	do {                                                                             \
		struct err ignore_ = (call);                                             \
		(void)ignore_.code;                                                      \
	} while (0)

struct err err_make(enum err_code code, const char *where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct err err_in(struct err err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static inline bool err_is(struct err err)
{
	return err.code != E_NONE;
}

/* Our own trouble (registry, files, memory), not that of what was being looked at: nothing is to be refused for it. */
static inline bool err_is_passing(struct err err)
{
	return err.code == E_RETRY || err.code == E_IO;
}

/* What a code means to the outside: one row a code. */
struct err_kind {
	const char *name; /* stable word for JSON: "conflict" */
	int http_status;  /* what a peer is answered */
	int exit_code; /* UX part 5: 0 ok 1 no 2 usage 3 config 4 notfound 5 conflict 6 denied 7 pending 8 stale 9 io */
	int log_level; /* syslog(3) level */
	const char *message_en; /* the public sentences */
	const char *message_ja;
};
const struct err_kind *err_kind(enum err_code code);
/* E_CODE_COUNT when no code has that name. */
enum err_code err_code_by_name(const char *name);

#endif
