#include "tests/check.h"

#include <stdarg.h>

static bool report(bool good, const char *file, int line, const char *what,
	const char *format, va_list args)
{
	char text[600];
	int len = snprintf(text, sizeof text, "%s: ", what);
	if (!good && len >= 0 && (size_t)len < sizeof text)
		vsnprintf(text + len, sizeof text - (size_t)len, format, args);
	/* CUnit keeps its own copy of the text. */
	CU_assertImplementation(good, (unsigned)line, text, file, "", CU_FALSE);
	return good;
}

bool check_that(bool condition, const char *file, int line, const char *what,
	const char *format, ...)
{
	va_list args;
	va_start(args, format);
	report(condition, file, line, what, format, args);
	va_end(args);
	return condition;
}

bool check_code(struct err err, enum err_code want, const char *file, int line,
	const char *format, ...)
{
	char what[400];
	snprintf(what, sizeof what, "got %s (%s at %s), want %s",
		err_kind(err.code)->name, err.text, err.where == NULL ? "" : err.where,
		err_kind(want)->name);
	va_list args;
	va_start(args, format);
	bool good = report(err.code == want, file, line, what, format, args);
	va_end(args);
	return good;
}

bool check_text(const char *got, const char *want, const char *file, int line,
	const char *format, ...)
{
	char what[500];
	snprintf(what, sizeof what, "got \"%.200s\", want \"%.200s\"",
		got == NULL ? "(null)" : got, want == NULL ? "(null)" : want);
	bool good = got != NULL && want != NULL && strcmp(got, want) == 0;
	va_list args;
	va_start(args, format);
	report(good, file, line, what, format, args);
	va_end(args);
	return good;
}

bool check_blob(struct blob got, struct blob want, const char *file, int line,
	const char *format, ...)
{
	char what[400], left[81], right[81];
	bool good = blob_equal(got, want);
	size_t at = 0;
	while (at < got.len && at < want.len && got.data[at] == want.data[at])
		at++;
	if (!good) {
		size_t from = at < 8 ? 0 : at - 8;
		hex_encode(blob_make(got.data + from,
				   got.len - from < 40 ? got.len - from : 40),
			left);
		hex_encode(blob_make(want.data + from,
				   want.len - from < 40 ? want.len - from : 40),
			right);
		snprintf(what, sizeof what,
			"%zu and %zu bytes, first difference at %zu; from %zu: got %s "
			"want %s",
			got.len, want.len, at, from, left, right);
	} else {
		snprintf(what, sizeof what, "%zu bytes", got.len);
	}
	va_list args;
	va_start(args, format);
	report(good, file, line, what, format, args);
	va_end(args);
	return good;
}

bool check_int(int64_t got, int64_t want, const char *file, int line, const char *format,
	...)
{
	char what[80];
	snprintf(what, sizeof what, "got %lld, want %lld", (long long)got,
		(long long)want);
	va_list args;
	va_start(args, format);
	report(got == want, file, line, what, format, args);
	va_end(args);
	return got == want;
}

struct buf check_unhex(const char *hex)
{
	struct buf out = BUF(1 << 20);
	struct err err = hex_decode(hex, &out);
	if (err_is(err)) {
		fprintf(stderr, "wrong hex in a test: %s\n", err.text);
		abort();
	}
	return out;
}

struct buf check_file(const char *path)
{
	struct buf out = BUF(64 << 20);
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		fprintf(stderr, "a test's file is missing: %s\n", path);
		abort();
	}
	uint8_t part[4096];
	size_t got;
	while ((got = fread(part, 1, sizeof part, file)) > 0)
		IGNORE(buf_append(&out,
			blob_make(part, got))); /* a vector too long shows in its test */
	fclose(file);
	return out;
}
