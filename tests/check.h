/* check: assertions that say what was wrong, over CUnit. Never the _FATAL ones: they jump past AUTO. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <CUnit/CUnit.h>

#include "common/base/blob.h"

/* if (!CHECK(n == 3, "row %s: %zu entries", row->name, n)) return; */
#define CHECK(condition, ...)                                                            \
	check_that((condition), __FILE__, __LINE__, #condition, __VA_ARGS__)
#define CHECK_OK(err, ...) check_code((err), E_NONE, __FILE__, __LINE__, __VA_ARGS__)
#define CHECK_ERR(err, code, ...)                                                        \
	check_code((err), (code), __FILE__, __LINE__, __VA_ARGS__)
#define CHECK_TEXT(got, want, ...)                                                       \
	check_text((got), (want), __FILE__, __LINE__, __VA_ARGS__)
#define CHECK_BLOB(got, want, ...)                                                       \
	check_blob((got), (want), __FILE__, __LINE__, __VA_ARGS__)
#define CHECK_INT(got, want, ...)                                                        \
	check_int((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, __VA_ARGS__)

bool check_that(bool condition, const char *file, int line, const char *what,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
bool check_code(struct err err, enum err_code want, const char *file, int line,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
bool check_text(const char *got, const char *want, const char *file, int line,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
bool check_blob(struct blob got, struct blob want, const char *file, int line,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
bool check_int(int64_t got, int64_t want, const char *file, int line, const char *format,
	...) __attribute__((format(printf, 5, 6)));

/* A suite: one a test file, a row in tests/run.c. tests: ended by CU_TEST_INFO_NULL. */
struct check_suite {
	const char *name; /* the file it proves: "common/pki/der" */
	const CU_TestInfo *tests;
	void (*set_up)(void);    /* before each test, or NULL */
	void (*tear_down)(void); /* behind each test, or NULL */
};

/* Bytes out of hex, for vectors; a wrong vector ends the run. The caller clears it. */
struct buf check_unhex(const char *hex);
/* A whole file of tests/vectors (or any path from the root); a missing one ends the run. */
struct buf check_file(const char *path);

#endif
