#include "common/conf/conf.h"

#include <sys/stat.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "tests/check.h"
#include "tests/support/outside.h"

static struct outside outside;

static void set_up(void)
{
	outside = outside_open();
}

static void tear_down(void)
{
	outside_clear(&outside);
}

/* Writes the text as sample.cfg and loads it. */
static struct err load(struct blob text, struct conf **out)
{
	char path[128];
	snprintf(path, sizeof path, "%s/sample.cfg", outside.folder);
	outside_write(&outside, "sample.cfg", text);
	return conf_load(path, 4096, out);
}

/* ---- files */

static void test_refused_files(void)
{
	/* clang-format off */
	static const struct { const char *text, *says; } rows[] = {
		{ "a = ;",				"sample.cfg:1: syntax error" },
		{ "a = 1;\nb = 2;\na = 3;",		"sample.cfg:3: duplicate setting name" },
		{ "a = { b = 1; };\na = { c = 1; };",	"sample.cfg:2: duplicate setting name" },
		{ "a = { b = 1;\n b = 1; };",		"sample.cfg:2: duplicate setting name" },
		{ "a = 1;\n@include \"/etc/passwd\"\n",	"sample.cfg:2: @include is not allowed" },
		{ "\t @include \"other.cfg\"",		"sample.cfg:1: @include is not allowed" },
		{ "a = 1; @include \"other.cfg\"",	"sample.cfg:1: @include is not allowed" },
		{ "/*\n@include \"other.cfg\"\n*/",	"sample.cfg:2: @include is not allowed" },
		{ "\xef\xbb\xbf" "a = 1;",		"sample.cfg:1: a byte order mark" },
		{ "a = 1;\n\nb = \"\xe9\xab\";",	"sample.cfg:3: not UTF-8" },
		{ "# \xff\n",				"sample.cfg:1: not UTF-8" },
		{ "\n\na = 0x10;",			"sample.cfg:3: a hexadecimal number" },
		{ "a = 2147483648;",			"sample.cfg:1: a number above 2147483647" },
		{ "a = -2147483648;",			"sample.cfg:1: a number above 2147483647" },
		{ "a = 1234567890123456789L;",		"sample.cfg:1: a number of more than 18 digits" },
		{ "a = 99999999999999999999;",		"sample.cfg:1: a number of more than 18 digits" },
		{ "a = \"x\\x00y\";",			"sample.cfg:1: \\x in a string" },
		{ "a = \"\\\\\\xff\";",			"sample.cfg:1: \\x in a string" },
		{ "a = \"open\n\n",			"sample.cfg:3: a string without its end" },
		{ "a = \"open\\",			"sample.cfg:1: a string without its end" },
		{ "a = 1;\n/* open",			"sample.cfg:2: a comment without its end" },
		{ "((((((((((((((((((((((((((((((((",	"sample.cfg:1: nested too deeply" },
		{ "a = ((((((((((((((((1))))))))))))))));\n"
		  "b = (((((((((((((((((1)))))))))))))))));", "sample.cfg:2: nested too deeply" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(conf_free) struct conf *conf = NULL;
		struct err err = load(blob_text(rows[i].text), &conf);
		CHECK_ERR(err, E_INPUT, "%s", rows[i].text);
		CHECK(strstr(err.text, rows[i].says) != NULL, "%s: \"%s\", not \"%s\"",
			rows[i].text, err.text, rows[i].says);
		CHECK(conf == NULL, "%s: out stays untouched", rows[i].text);
	}
	AUTO(conf_free) struct conf *conf = NULL;
	CHECK_ERR(load(blob_make("a = 1;\0b = 2;", 13), &conf), E_INPUT, "a NUL");
}

static void test_what_is_no_file(void)
{
	char path[128];
	AUTO(conf_free) struct conf *conf = NULL;
	CHECK_ERR(conf_load(outside.folder, 4096, &conf), E_INPUT, "a folder");
	snprintf(path, sizeof path, "%s/none.cfg", outside.folder);
	CHECK_ERR(conf_load(path, 4096, &conf), E_INPUT, "no such file");
	snprintf(path, sizeof path, "%s/pipe", outside.folder);
	if (CHECK(mkfifo(path, 0600) == 0, "a pipe"))
		CHECK_ERR(conf_load(path, 4096, &conf), E_INPUT,
			"a pipe does not hold us");
	CHECK_ERR(conf_load("/dev/zero", 4096, &conf), E_INPUT, "a device");
	CHECK(conf == NULL, "out stays untouched");
	/* Exactly the maximum, and one byte more. */
	static char text[4097];
	memset(text, ' ', sizeof text);
	CHECK_OK(load(blob_make(text, 4096), &conf), "4096 bytes");
	conf_free(MOVE(conf));
	CHECK_ERR(load(blob_make(text, 4097), &conf), E_INPUT, "4097 bytes");
}

/* What only looks like one of the refused things. */
static void test_harmless(void)
{
	/* clang-format off */
	static const char *const rows[] = {
		"", "# 0x10 99999999999999999999 \"\n", "// \"\n", "/* \" 0x10 */",
		"a = \"0x10 @include 99999999999\";", "a = \"say \\\"0x10\\\"\";", "a0x10 = 1;", "a-99999999999 = 1;",
		"a = 1.5;", "a = 1e10;", "a = 2147483647;", "a = -2147483647;", "a = 2147483648L;",
		"a = 123456789012345678L;", "a = (1, \"b\", { c = [ 1, 2 ]; });", "a : true", "a = \"髙\";\r\n",
		"a = \"one\"\n \"two\";", "a = ((((((((((((((((1))))))))))))))));",
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(conf_free) struct conf *conf = NULL;
		CHECK_OK(load(blob_text(rows[i]), &conf), "%s", rows[i]);
	}
}

static void test_tree(void)
{
	int64_t number = 7;
	bool yes = false;
	AUTO(conf_free) struct conf *conf = NULL;
	CHECK_OK(load(blob_text("a = { b = \"髙\";\n c = 5000000000L; };\nd = (1, \"x\", "
				"false);\ne = 1.5;"),
			 &conf),
		"load");
	if (conf == NULL)
		return;
	const struct conf_node *root = conf_root(conf), *a = conf_get(root, "a"),
			       *d = conf_get(root, "d");
	CHECK(text_ends(conf_path(conf), "/sample.cfg"), "path");
	CHECK_INT(conf_count(root), 3, "members of the root");
	if (!CHECK(a != NULL && d != NULL && conf_get(root, "none") == NULL, "members"))
		return;
	CHECK_TEXT(conf_as_text(conf_get(a, "b")), "髙", "a text");
	CHECK(conf_as_text(conf_get(a, "c")) == NULL, "a number is no text");
	CHECK(conf_as_int(conf_get(a, "c"), &number) && number == 5000000000,
		"a number beyond 32 bits");
	CHECK_INT(conf_line(conf_get(a, "c")), 2, "line");
	CHECK_TEXT(conf_key(conf_at(a, 1)), "c", "key");
	CHECK(conf_key(conf_at(d, 0)) == NULL, "no key in a list");
	CHECK_INT(conf_count(d), 3, "members of a list");
	CHECK_INT(conf_count(conf_at(d, 0)), 0, "members of a number");
	CHECK(conf_at(d, 3) == NULL, "beyond the end");
	CHECK(conf_as_bool(conf_at(d, 2), &yes) && !yes, "a truth");
	CHECK(!conf_as_bool(conf_at(d, 0), &yes), "a number is no truth");
	number = 7;
	CHECK(!conf_as_int(conf_at(d, 1), &number) && number == 7, "a text is no number");
	CHECK(!conf_as_int(conf_get(root, "e"), &number) && number == 7,
		"a float is no number");
	CHECK(conf_get(conf_at(d, 0), "x") == NULL, "a number has no members");
}

/* ---- tables */

struct sample {
	char *listen, *title;
	int64_t port, valid_s, most;
	bool strict;
};
/* clang-format off */
static const struct conf_item items[] = {
	{ "http.listen",  CONF_TEXT,    offsetof(struct sample, listen),  .required = true, .help = "Where." },
	{ "http.port",    CONF_INT,     offsetof(struct sample, port),    .min = 1, .max = 65535, .fallback = 8443 },
	{ "crl.validity", CONF_SECONDS, offsetof(struct sample, valid_s), .min = HOUR, .max = 30 * DAY, .fallback = 7 * DAY },
	{ "body",         CONF_BYTES,   offsetof(struct sample, most),    .fallback = 64 * 1024 },
	{ "strict",       CONF_BOOL,    offsetof(struct sample, strict),  .fallback = true },
	{ "title",        CONF_TEXT,    offsetof(struct sample, title),   .fallback_text = "印鑑" },
};
/* clang-format on */

static void read_sample(const char *text, const char *ignore, struct sample *out,
	struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	if (CHECK_OK(load(blob_text(text), &conf), "%s", text))
		conf_read(conf, items, COUNT(items), ignore, out, faults);
}

static void test_values(void)
{
	struct sample sample = { .port = 0 };
	struct conf_faults faults = { .count = 0 };
	read_sample("http = { listen = \"[::1]\"; port = 65535; };\ncrl = { validity = "
		    "\"30 d\"; };\n"
		    "body = \"1 MiB\"; strict = false; title = \"\"; other = (1);",
		"other", &sample, &faults);
	CHECK_OK(conf_result(&faults), "no faults");
	CHECK_TEXT(sample.listen, "[::1]", "listen");
	CHECK_INT(sample.port, 65535, "port");
	CHECK_INT(sample.valid_s, 30 * DAY, "validity");
	CHECK_INT(sample.most, 1024 * 1024, "body");
	CHECK(!sample.strict, "strict");
	CHECK_TEXT(sample.title, "", "an empty text is one");
	/* Read again into the same struct: nothing is lost (the sanitizer counts), and what is absent falls back. */
	read_sample("http = { listen = \"x\"; };", NULL, &sample, &faults);
	CHECK_OK(conf_result(&faults), "no faults");
	CHECK_TEXT(sample.listen, "x", "listen");
	CHECK_TEXT(sample.title, "印鑑", "title falls back");
	CHECK_INT(sample.valid_s, 7 * DAY, "validity falls back");
	CHECK_INT(sample.most, 64 * 1024, "body falls back");
	CHECK(sample.strict, "strict falls back");
	conf_clear(items, COUNT(items), &sample);
	CHECK(sample.listen == NULL && sample.title == NULL, "cleared");
}

static void test_faults(void)
{
	/* clang-format off */
	static const struct { const char *text; size_t count; const char *says; } rows[] = {
		{ "",					   1, "sample.cfg: http.listen: is missing" },
		{ "\nhttp = { };",			   1, "sample.cfg:2: http.listen: is missing" },
		{ "http = { listen = \"\"; };",		   1, ":1: http.listen: is empty" },
		{ "http = { listen = 5; };",		   1, ":1: http.listen: not a text" },
		{ "http = { listen = [\"x\"]; };",	   1, ":1: http.listen: not a text" },
		{ "http = 5;",				   2, ":1: http: not a group" },
		{ "http = (1, 2);",			   2, ":1: http: not a group" },
		{ "OK\nport = 5;",			   1, ":2: port: no such setting; did you mean http.port?" },
		{ "OK\nstrct = true;",			   1, ":2: strct: no such setting; did you mean strict?" },
		{ "OK\nclr = { validity = \"7 d\"; };",    1, ":2: clr: no such setting; did you mean crl?" },
		{ "OK\ncrl = {\n validty = \"7 d\"; };",   1, ":3: crl.validty: no such setting; did you mean crl.validity?" },
		{ "OK\nStrict = true;",			   1, "did you mean strict?" },
		{ "OK\nunheard = 1;",			   1, ":2: unheard: no such setting" },
		{ "OK\nother = 1;",			   1, ":2: other: no such setting" },
		{ "OK\nstrict = 1;",			   1, ":2: strict: not true or false" },
		{ "OK\nbody = -1;",			   1, "body: -1 is less than 0" },
		{ "OK\nbody = \"64 kB\";",		   1, "body: \"64 kB\" has no unit that is known here" },
		{ "OK\nbody = 1.5;",			   1, "body: not a number" },
		{ "OK\nbody = \"much\";",		   1, "body: \"much\" is not a number with a unit" },
		{ "OK\ncrl = { validity = 3599; };",	   1, "crl.validity: 3599 is less than 3600" },
		{ "OK\ncrl = { validity = 2592001; };",	   1, "crl.validity: 2592001 is more than 2592000" },
		{ "OK\ncrl = { validity = \"1 MiB\"; };",  1, "has no unit" },
		{ "http = { listen = \"x\"; port = 0; };",     1, "http.port: 0 is less than 1" },
		{ "http = { listen = \"x\"; port = 65536; };", 1, "http.port: 65536 is more than 65535" },
		{ "http = { listen = \"x\"; port = \"1\"; };", 1, "http.port: not a number" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sample sample = { .port = 0 };
		struct conf_faults faults = { .count = 0 };
		char text[256];
		bool fine = strncmp(rows[i].text, "OK", 2) == 0;
		snprintf(text, sizeof text, "%s%s",
			fine ? "http = { listen = \"x\"; };" : "",
			rows[i].text + (fine ? 2 : 0));
		read_sample(text, "ignored", &sample, &faults);
		CHECK_INT(faults.count, rows[i].count, "%s: %s", text, faults.text[0]);
		CHECK(strstr(faults.text[0], rows[i].says) != NULL,
			"%s: \"%s\", not \"%s\"", text, faults.text[0], rows[i].says);
		CHECK_ERR(conf_result(&faults), E_INPUT, "%s", text);
		conf_clear(items, COUNT(items), &sample);
	}
}

static void test_all_faults_are_told(void)
{
	struct sample sample = { .port = 0 };
	struct conf_faults faults = { .count = 0 };
	read_sample("http = { port = 0; };\nstrict = 1;\nbody = true;\nnothing_like = 1;",
		NULL, &sample, &faults);
	CHECK_INT(faults.count, 5, "unknown, missing, range, truth, number");
	struct err err = conf_result(&faults);
	CHECK(text_ends(err.text, ", and 4 more"), "%s", err.text);
	conf_clear(items, COUNT(items), &sample);
	/* More than there is room for: the last line says so, and nothing is written behind it. */
	AUTO(buf_clear) struct buf text = BUF(4096);
	for (int i = 0; i < 40; i++)
		CHECK_OK(buf_append_format(&text, "unheard%d = 1;\n", i), "text");
	faults.count = 0;
	read_sample(buf_text(&text), NULL, &sample, &faults);
	CHECK_INT(faults.count, COUNT(faults.text), "full");
	CHECK(text_ends(faults.text[COUNT(faults.text) - 1],
		      "more faults than are shown"),
		"%s", faults.text[COUNT(faults.text) - 1]);
	conf_clear(items, COUNT(items), &sample);
}

static void test_seconds(void)
{
	/* clang-format off */
	static const struct { const char *text; enum err_code code; int64_t want; } rows[] = {
		{ "0 s", E_NONE, 0 },		{ "30 s", E_NONE, 30 },
		{ "15 min", E_NONE, 900 },	{ "12 h", E_NONE, 43200 },
		{ "90 d", E_NONE, 7776000 },	{ "90d", E_NONE, 7776000 },
		{ "8589934591 d", E_NONE, 8589934591 * DAY },
		{ "8589934592 d", E_INPUT, 0 },
		{ "", E_INPUT, 0 },		{ "d", E_INPUT, 0 },
		{ "90", E_INPUT, 0 },		{ "-1 d", E_INPUT, 0 },
		{ "1.5 d", E_INPUT, 0 },	{ "1 D", E_INPUT, 0 },
		{ "1 d ", E_INPUT, 0 },		{ " 1 d", E_INPUT, 0 },
		{ "1\td", E_INPUT, 0 },		{ "1 m", E_INPUT, 0 },
		{ "99999999999999999999999999 d", E_INPUT, 0 },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t got = -5;
		CHECK_ERR(conf_seconds(rows[i].text, &got), rows[i].code, "\"%s\"",
			rows[i].text);
		CHECK_INT(got, rows[i].code == E_NONE ? rows[i].want : -5, "\"%s\"",
			rows[i].text);
	}
}

static void test_describe(void)
{
	AUTO(buf_clear) struct buf text = BUF(4096);
	CHECK_OK(conf_describe(items, COUNT(items), &text), "describe");
	/* clang-format off */
	static const char *const rows[] = { "http.listen\n    text, required\n    Where.\n",
		"http.port\n    number, default 8443, 1 to 65535\n", "default 604800 s, 3600 to 2592000\n",
		"default 65536 B, 0 or more\n", "strict\n    true or false, default true\n", "default \"印鑑\"\n" };
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK(strstr(buf_text(&text), rows[i]) != NULL, "%s in %s", rows[i],
			buf_text(&text));
}

static const CU_TestInfo tests[] = {
	{ "files that are refused", test_refused_files },
	{ "what is no file", test_what_is_no_file },
	{ "what only looks wrong", test_harmless },
	{ "the tree", test_tree },
	{ "values by table", test_values },
	{ "each fault", test_faults },
	{ "all faults are told", test_all_faults_are_told },
	{ "durations", test_seconds },
	{ "the table as a manual", test_describe },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_conf = { "common/conf", tests, set_up, tear_down };
