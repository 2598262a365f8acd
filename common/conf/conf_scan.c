#include "common/conf/conf_inner.h"

#include "common/base/text.h"

enum { DEPTH_MAX = 16 };

struct scan {
	const char *path;
	const char *at; /* ends with a NUL, which the text does not hold elsewhere */
	int line;
	int depth;
};

static struct err refuse(const struct scan *scan, const char *why)
{
	return FAIL(E_INPUT, "%.150s:%d: %s", scan->path, scan->line, why);
}

static void step(struct scan *scan)
{
	if (*scan->at == '\n')
		scan->line++;
	scan->at++;
}

static RESULT skip_string(struct scan *scan)
{
	for (step(scan); *scan->at != '"'; step(scan)) {
		if (*scan->at == 0)
			return refuse(scan, "a string without its end");
		if (*scan->at != '\\')
			continue;
		step(scan);
		if (*scan->at == 'x')
			return refuse(scan,
				"\\x in a string: write the character itself");
		if (*scan->at == 0)
			return refuse(scan, "a string without its end");
	}
	step(scan);
	return OK;
}

static RESULT skip_comment(struct scan *scan)
{
	bool block = text_starts(scan->at, "/*");
	scan->at += block ? 2 : 1;
	while (*scan->at != 0) {
		if (block && text_starts(scan->at, "*/")) {
			scan->at += 2;
			return OK;
		}
		if (!block && *scan->at == '\n')
			return OK;
		step(scan);
	}
	return block ? refuse(scan, "a comment without its end") : OK;
}

/* libconfig's words begin with a letter or a star; digits and hyphens inside them are no numbers. */
static void skip_word(struct scan *scan)
{
	scan->at +=
		strspn(scan->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789-_*");
}

static RESULT check_number(struct scan *scan)
{
	char digits[24];
	int64_t value;
	scan->at += strspn(scan->at, "+-");
	size_t len = strspn(scan->at, "0123456789");
	const char *behind = scan->at + len;
	if (len == 1 && *scan->at == '0' && (*behind == 'x' || *behind == 'X'))
		return refuse(scan, "a hexadecimal number: write it in decimal");
	if (*behind == '.' || *behind == 'e' || *behind == 'E') {
		scan->at = behind + strspn(behind, ".eE+-0123456789");
		return OK; /* a float, which no setting is */
	}
	if (len > 18)
		return refuse(scan, "a number of more than 18 digits");
	memcpy(digits, scan->at, len);
	digits[len] = 0;
	scan->at = behind + strspn(behind, "L");
	TRY(text_to_int(digits, 0, INT64_MAX, &value));
	if (*behind != 'L' && value > INT32_MAX)
		return refuse(scan, "a number above 2147483647: put an L behind it");
	return OK;
}

static RESULT scan_token(struct scan *scan)
{
	char c = *scan->at;
	if (c == '"')
		return skip_string(scan);
	if (c == '#' || text_starts(scan->at, "//") || text_starts(scan->at, "/*"))
		return skip_comment(scan);
	if ((c >= '0' && c <= '9') ||
		((c == '+' || c == '-') && scan->at[1] >= '0' && scan->at[1] <= '9'))
		return check_number(scan);
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*') {
		skip_word(scan);
		return OK;
	}
	if (c == '@')
		return refuse(scan, "@include is not allowed");
	if (strchr("{[(", c) != NULL && ++scan->depth > DEPTH_MAX)
		return refuse(scan, "nested too deeply");
	if (strchr("}])", c) != NULL)
		scan->depth--;
	step(scan);
	return OK;
}

/*
 * The same question without a tokenizer: libconfig asks it at the start of each line, so its answer must not depend on
 * whether both of us see the same strings and comments.
 */
static RESULT refuse_include(const char *path, const char *text)
{
	struct scan scan = { .path = path, .line = 1 };
	for (const char *line = text; line != NULL; scan.line++) {
		if (text_starts(line + strspn(line, " \t"), "@include"))
			return refuse(&scan, "@include is not allowed");
		line = strchr(line, '\n');
		line = line == NULL ? NULL : line + 1;
	}
	return OK;
}

static RESULT check_bytes(const char *path, struct blob text)
{
	struct scan scan = { .path = path, .line = 1 };
	if (text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
		return refuse(&scan, "a byte order mark: store it as UTF-8 without one");
	for (size_t at = 0; at < text.len;) {
		int32_t point = text_next(text, &at);
		if (point < 0)
			return refuse(&scan, "not UTF-8");
		if (point == 0)
			return refuse(&scan, "a NUL");
		scan.line += point == '\n';
	}
	return OK;
}

RESULT conf_scan(const char *path, struct blob text)
{
	struct scan scan = { .path = path, .at = (const char *)text.data, .line = 1 };
	if (text.len == 0)
		return OK;
	TRY(check_bytes(path, text));
	TRY(refuse_include(path, scan.at));
	while (*scan.at != 0)
		TRY(scan_token(&scan));
	return OK;
}
