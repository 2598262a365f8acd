#include "common/csv/csv.h"

#include <iconv.h>

#include "common/base/table.h"
#include "tests/check.h"

/* ---- what was read, as one text: cells by |, rows by / with their line */

static RESULT collect(void *context, const struct csv_row *row)
{
	struct buf *out = context;
	TRY(buf_append_format(out, "/%lld:", (long long)row->line));
	for (size_t i = 0; i < row->count; i++)
		TRY(buf_append_format(out, "%s%s", i == 0 ? "" : "|", row->cell[i]));
	return OK;
}

static RESULT read_all(struct blob file, size_t part, enum charset charset,
	char separator, struct buf *out, struct csv_found *found)
{
	AUTO(csv_free) struct csv *csv = NULL;
	const struct csv_settings settings = { .charset = charset,
		.separator = separator,
		.row = collect,
		.context = out };
	TRY(csv_new(&settings, &csv));
	for (size_t at = 0; at < file.len; at += part) {
		size_t left = file.len - at;
		TRY(csv_put(csv, blob_make(file.data + at, left < part ? left : part)));
	}
	TRY(csv_end(csv));
	*found = csv_found(csv);
	return OK;
}

static void put_as(const char *charset, const char *mark, const char *text,
	struct buf *out)
{
	char *from = (char *)(uintptr_t)text;
	char room[4096], *to = room;
	size_t left = strlen(text), size = sizeof room;
	iconv_t converter = iconv_open(charset, "UTF-8");
	CHECK(iconv(converter, &from, &left, &to, &size) != (size_t)-1, "to %s", charset);
	iconv_close(converter);
	CHECK_OK(buf_append_text(out, mark), "mark");
	CHECK_OK(buf_append(out, blob_make(room, sizeof room - size)), "text");
}

/* Feature 13: the same people in each encoding, by comma and by tab. */
static void test_encodings(void)
{
	/* clang-format off */
	static const struct { const char *charset, *mark; enum charset found; } rows[] = {
		{ "UTF-8",    "",             CHARSET_UTF_8 },
		{ "UTF-8",    "\xef\xbb\xbf", CHARSET_UTF_8 },
		{ "CP932",    "",             CHARSET_CP932 },
		{ "UTF-16LE", "\xff\xfe",     CHARSET_UTF_16LE },
		{ "UTF-16BE", "\xfe\xff",     CHARSET_UTF_16BE },
	};
	/* clang-format on */
	static const char separators[] = { ',', '\t', ';' };
	static const size_t parts[] = { 1, 7, 100000 };
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t s = 0; s < COUNT(separators); s++)
			for (size_t p = 0; p < COUNT(parts); p++) {
				AUTO(buf_clear) struct buf file = BUF(8192);
				AUTO(buf_clear) struct buf got = BUF(8192);
				struct csv_found found;
				char text[512];
				char c = separators[s];
				snprintf(text, sizeof text,
					"氏名%cﾌﾘｶﾞﾅ%c社員NO\r\n髙橋 "
					"一郎%cﾀｶﾊｼ%c100\r\n\"田中\n\"\"太郎\"\"\"%c表ソ%"
					"c101",
					c, c, c, c, c, c);
				put_as(rows[i].charset, rows[i].mark, text, &file);
				CHECK_OK(read_all(buf_view(&file), parts[p],
						 CHARSET_DETECT, 0, &got, &found),
					"%s %zu", rows[i].charset, parts[p]);
				CHECK_TEXT(buf_text(&got),
					"/1:氏名|ﾌﾘｶﾞﾅ|社員NO/2:髙橋 "
					"一郎|ﾀｶﾊｼ|100/3:田中\n\"太郎\"|表ソ|101",
					"%s", rows[i].charset);
				CHECK_INT(found.charset, rows[i].found, "%s",
					rows[i].charset);
				CHECK_INT(found.separator, c, "separator");
			}
}

/* What is ASCII for a long time is decided when it no longer is. */
static void test_late(void)
{
	static const struct {
		const char *charset;
		enum charset found;
	} rows[] = { { "UTF-8", CHARSET_UTF_8 }, { "CP932", CHARSET_CP932 } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf file = BUF(512 * 1024);
		AUTO(buf_clear) struct buf got = BUF(1024 * 1024);
		struct csv_found found;
		for (int line = 0; line < 20000; line++)
			CHECK_OK(buf_append_text(&file, "abc,123\n"), "line");
		put_as(rows[i].charset, "", "髙橋,能\n", &file);
		CHECK_OK(read_all(buf_view(&file), 4096, CHARSET_DETECT, 0, &got, &found),
			"%s", rows[i].charset);
		CHECK_INT(found.charset, rows[i].found, "%s", rows[i].charset);
		CHECK(got.len > 20 && strstr(buf_text(&got), "/20001:髙橋|能") != NULL,
			"the last row");
	}
}

static void test_rows(void)
{
	/* clang-format off */
	static const struct { const char *what, *text, *want; } rows[] = {
		{ "empty rows are left out",	"a,b\n\n,\n \nc,d\n",	"/1:a|b/4: /5:c|d" },
		{ "old line ends",		"a,b\rc,d\r",		"/1:a|b/2:c|d" },
		{ "an empty last cell",		"a,b,\n",		"/1:a|b|" },
		{ "empty quotes",		"\"\",b\n",		"/1:|b" },
		{ "quotes within a cell",	"a\"b,c\n",		"/1:a\"b|c" },
		{ "separators in quotes",	"\"a,b\",c\n",		"/1:a,b|c" },
		{ "one column",			"a\nb\n",		"/1:a/2:b" },
		{ "quoted line ends count",	"\"a\n\n\",b\nc,d\n",	"/1:a\n\n|b/4:c|d" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf got = BUF(8192);
		struct csv_found found;
		CHECK_OK(read_all(blob_text(rows[i].text), 3, CHARSET_DETECT, 0, &got,
				 &found),
			"%s", rows[i].what);
		CHECK_TEXT(buf_text(&got), rows[i].want, "%s", rows[i].what);
	}
}

static void test_refused(void)
{
	/* clang-format off */
	static const struct { const char *what; struct blob file; enum charset charset; const char *why; } rows[] = {
#define FILE_OF(text) { (const uint8_t *)(text), sizeof(text) - 1 }
		{ "nothing",		FILE_OF(""),			CHARSET_DETECT, "empty" },
		{ "a workbook",		FILE_OF("PK\x03\x04 xl"),	CHARSET_DETECT, "ZIP" },
		{ "an old workbook",	FILE_OF("\xd0\xcf\x11\xe0\xa1"), CHARSET_DETECT, "XLS" },
		{ "a PDF",		FILE_OF("%PDF-1.7"),		CHARSET_DETECT, "PDF" },
		{ "compressed",		FILE_OF("\x1f\x8b\x08"),	CHARSET_DETECT, "compressed" },
		{ "a NUL",		FILE_OF("a,b\nc,\0\n"),		CHARSET_DETECT, "line 2: a NUL" },
		{ "no end of a quote",	FILE_OF("a,b\n\"c,d\ne,f\n"),	CHARSET_DETECT, "line 2: a quote that is never closed" },
		{ "behind a quote",	FILE_OF("a,b\n\"c\"d,e\n"),	CHARSET_DETECT, "line 2: text behind a closing quote" },
		{ "neither",		FILE_OF("a,\x81\xff\n"),	CHARSET_DETECT, "neither UTF-8" },
		{ "told wrongly",	FILE_OF("a,b\n\x8b\x4e,\n"),	CHARSET_UTF_8,  "line 2: not UTF-8" },
		{ "cut off",		FILE_OF("a,b\n\xe9\xab"),	CHARSET_UTF_8,  "cut off" },
		{ "half of UTF-16",	FILE_OF("\xff\xfe" "a\0,\0b"),	CHARSET_DETECT, "cut off" },
		{ "half a pair",	FILE_OF("\xff\xfe" "\x42\xd8" "a\0"), CHARSET_DETECT, "not UTF-16LE" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf got = BUF(8192);
		struct csv_found found;
		struct err err =
			read_all(rows[i].file, 5, rows[i].charset, 0, &got, &found);
		CHECK_ERR(err, E_INPUT, "%s", rows[i].what);
		CHECK(strstr(err.text, rows[i].why) != NULL, "%s: %s", rows[i].what,
			err.text);
	}
}

static void test_limits(void)
{
	AUTO(buf_clear) struct buf file = BUF(1024 * 1024);
	AUTO(buf_clear) struct buf got = BUF(1024 * 1024);
	struct csv_found found;
	for (int i = 0; i < 10000; i++)
		CHECK_OK(buf_append_text(&file, ","), "column");
	CHECK_OK(buf_append_text(&file, "x\n"), "end");
	struct err err = read_all(buf_view(&file), 1000, CHARSET_DETECT, 0, &got, &found);
	CHECK_ERR(err, E_INPUT, "10,001 columns");
	CHECK(strstr(err.text, "line 1: more than 256 columns") != NULL, "%s", err.text);
	file.len = 0;
	CHECK_OK(buf_append_text(&file, "a,b\n\""), "quote");
	for (int i = 0; i < CSV_ROW; i++)
		CHECK_OK(buf_append_text(&file, "xyz\n"), "no end");
	err = read_all(buf_view(&file), 1000, CHARSET_DETECT, 0, &got, &found);
	CHECK_ERR(err, E_INPUT, "a quote that swallows the file");
	CHECK(strstr(err.text, "line 2: a quote") != NULL, "%s", err.text);
}

static void test_cells(void)
{
	/* clang-format off */
	static const struct { const char *text, *want; } rows[] = {
		{ "",			"\"\"" },
		{ "a,b",		"\"a,b\"" },
		{ "a\"b\"",		"\"a\"\"b\"\"\"" },
		{ "=1+1",		"\"'=1+1\"" },
		{ "+81",		"\"'+81\"" },
		{ "-1",			"\"'-1\"" },
		{ "@SUM(1)",		"\"'@SUM(1)\"" },
		{ "\t=1",		"\"'\t=1\"" },
		{ "\r=1",		"\"'\r=1\"" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf out = BUF(64);
		CHECK_OK(csv_append_cell(&out, rows[i].text), "%s", rows[i].text);
		CHECK_TEXT(buf_text(&out), rows[i].want, "%s", rows[i].text);
	}
}

static const CU_TestInfo tests[] = {
	{ "encodings and separators", test_encodings },
	{ "ASCII for a long time", test_late },
	{ "rows", test_rows },
	{ "refused", test_refused },
	{ "limits", test_limits },
	{ "cells for a spreadsheet", test_cells },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_csv = { "common/csv", tests, NULL, NULL };
