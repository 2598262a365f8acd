#include "common/json/json.h"

#include "common/base/fault.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/json/fault_json.h"
#include "tests/check.h"
#include "tests/support/outside.h"

static struct json *parse(const char *text)
{
	struct json *json = NULL;
	if (!CHECK_OK(json_parse(blob_text(text), &json), "%s", text))
		return NULL;
	return json;
}

static void check_written(const struct json *json, const char *want, const char *what)
{
	AUTO(buf_clear) struct buf text = BUF(LIMIT_JSON);
	CHECK_OK(json_write(json, &text), "%s", what);
	CHECK_TEXT(buf_text(&text), want, "%s", what);
}

/* ---- reading */

static void test_refused(void)
{
	/* clang-format off */
	static const struct { const char *what, *text; } rows[] = {
		{ "nothing",			"" },
		{ "white space only",		" \n" },
		{ "a bare text",		"\"a\"" },
		{ "a bare number",		"1" },
		{ "a bare null",		"null" },
		{ "behind the end",		"{} {}" },
		{ "a comma at the end",		"[1,]" },
		{ "a comment",			"[1] // one" },
		{ "single quotes",		"{'a':1}" },
		{ "a name without quotes",	"{a:1}" },
		{ "a doubled name",		"{\"a\":1,\"a\":1}" },
		{ "a doubled name, escaped",	"{\"a\":1,\"\\u0061\":2}" },
		{ "a doubled name within",	"[{\"b\":{\"a\":1,\"a\":1}}]" },
		{ "a NUL as escape",		"[\"a\\u0000b\"]" },
		{ "a NUL as escape in a name",	"{\"a\\u0000b\":1}" },
		{ "half a surrogate",		"[\"\\ud842\"]" },
		{ "the other half",		"[\"\\udfb7\"]" },
		{ "not UTF-8",			"[\"\xe9\xab\"]" },
		{ "a longer form of /",		"[\"\xc0\xaf\"]" },
		{ "a surrogate in UTF-8",	"[\"\xed\xa0\x80\"]" },
		{ "a byte order mark",		"\xef\xbb\xbf[]" },
		{ "a control character",	"[\"\x01\"]" },
		{ "a line end in a text",	"[\"a\nb\"]" },
		{ "a real number",		"[1.5]" },
		{ "a real that is whole",	"[1.0]" },
		{ "a number with exponent",	"{\"a\":[{\"b\":1e2}]}" },
		{ "a number too large",		"[9223372036854775808]" },
		{ "a number too small",		"[-9223372036854775809]" },
		{ "a leading zero",		"[01]" },
		{ "a plus sign",		"[+1]" },
		{ "hexadecimal",		"[0x1]" },
		{ "not a number",		"[NaN]" },
		{ "no end",			"{\"a\":[1" },
		{ "a closing one too many",	"[1]]" },
		{ "closed crosswise",		"{\"a\":[1}]" },
		{ "closings, then openings",	"]]]]]]]]]]]]]]]]]]]][[[[[[[[[[[[[[[[[[[[" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(json_free) struct json *json = NULL;
		CHECK_ERR(json_parse(blob_text(rows[i].text), &json), E_INPUT, "%s",
			rows[i].what);
		CHECK(json == NULL, "%s: out stays untouched", rows[i].what);
	}
	AUTO(json_free) struct json *json = NULL;
	CHECK_ERR(json_parse(blob_make("[1\0]", 4), &json), E_INPUT,
		"a NUL behind a number");
	CHECK_ERR(json_parse(blob_make("[\0"
				       "1]",
				     4),
			  &json),
		E_INPUT, "a NUL before a number");
	CHECK_ERR(json_parse(blob_make("[\"a\0b\"]", 7), &json), E_INPUT,
		"a NUL in a text");
	CHECK_ERR(json_parse(blob_make("[]\0", 3), &json), E_INPUT, "a NUL behind");
	CHECK_ERR(json_parse(BLOB_NONE, &json), E_INPUT, "no bytes");
	struct err err = json_parse(blob_text("{\n  \"a\": x\n}"), &json);
	CHECK(strstr(err.text, "line 2") != NULL, "the line is told: %s", err.text);
}

static void test_depth(void)
{
	for (int depth = LIMIT_JSON_DEPTH - 1; depth <= LIMIT_JSON_DEPTH + 1; depth++) {
		AUTO(json_free) struct json *lists = NULL;
		AUTO(json_free) struct json *objects = NULL;
		AUTO(buf_clear) struct buf list = BUF(1024);
		AUTO(buf_clear) struct buf object = BUF(1024);
		for (int i = 0; i < depth; i++) {
			CHECK_OK(buf_append_text(&list, "["), "text");
			CHECK_OK(buf_append_text(&object,
					 i + 1 == depth ? "{" : "{\"[\\\"{\":"),
				"text");
		}
		for (int i = 0; i < depth; i++) {
			CHECK_OK(buf_append_text(&list, "]"), "text");
			CHECK_OK(buf_append_text(&object, "}"), "text");
		}
		enum err_code want = depth > LIMIT_JSON_DEPTH ? E_INPUT : E_NONE;
		CHECK_ERR(json_parse(buf_view(&list), &lists), want, "%d lists", depth);
		CHECK_ERR(json_parse(buf_view(&object), &objects), want, "%d objects",
			depth);
	}
	/* Brackets in texts are no depth, nor are those beside each other. */
	AUTO(json_free)
	struct json *texts = parse(
		"[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"{{{{{{\\\\\",[],[],[],[],[],[],[],"
		"[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]");
	CHECK(texts != NULL, "brackets in texts");
}

static void test_length(void)
{
	static char text[LIMIT_JSON + 1] = "[1]";
	AUTO(json_free) struct json *json = NULL;
	memset(text + 3, ' ', sizeof text - 3);
	CHECK_OK(json_parse(blob_make(text, LIMIT_JSON), &json), "exactly the limit");
	json_free(MOVE(json));
	CHECK_ERR(json_parse(blob_make(text, LIMIT_JSON + 1), &json), E_INPUT,
		"one byte more");
	CHECK(json == NULL, "out stays untouched");
}

static void test_members(void)
{
	AUTO(json_free)
	struct json *json = parse("{\"o\":{\"x\":1},\"a\":[1,\"b\"],\"t\":"
				  "\"\xe9\xab\x99\",\"i\":-9223372036854775808,"
				  "\"b\":true,\"n\":null,\"s\":\"AQID\",\"w\":\"AQI\"}");
	const struct json *object = NULL, *array = NULL;
	const char *text = NULL;
	int64_t number = 7;
	bool yes = false;
	AUTO(buf_clear) struct buf bytes = BUF(16);
	if (json == NULL)
		return;
	CHECK_OK(json_get_object(json, "o", &object), "object");
	CHECK_OK(json_get_array(json, "a", &array), "array");
	CHECK_OK(json_get_text(json, "t", &text), "text");
	CHECK_TEXT(text, "髙", "text");
	CHECK_OK(json_get_int(json, "i", &number), "number");
	CHECK(number == INT64_MIN, "the least number");
	CHECK_OK(json_get_bool(json, "b", &yes), "truth");
	CHECK(yes, "truth");
	CHECK_OK(json_get_base64(json, "s", &bytes), "base64");
	CHECK_BLOB(buf_view(&bytes), blob_make("\1\2\3", 3), "base64");
	CHECK_ERR(json_get_base64(json, "w", &bytes), E_INPUT,
		"base64 without its padding");
	CHECK(json_has(json, "o") && !json_has(json, "n") && !json_has(json, "none"),
		"null is absent");
	CHECK_INT(json_count(array), 2, "members of an array");
	CHECK_INT(json_count(object), 0, "an object is no array");
	CHECK_INT(json_count(NULL), 0, "nothing is no array");
	CHECK_TEXT(json_as_text(json_at(array, 1)), "b", "second");
	CHECK(json_at(array, 2) == NULL, "beyond the end");
	CHECK(json_as_text(json_at(array, 0)) == NULL && json_as_text(NULL) == NULL,
		"no text");
	CHECK(json_is_object(object) && !json_is_object(array) && !json_is_object(NULL),
		"objects");
	CHECK(json_is_array(array) && !json_is_array(object) && !json_is_array(NULL),
		"arrays");
	const struct json *value = NULL;
	CHECK_TEXT(json_name_at(json, 7, &value), "w", "the names in their order");
	CHECK_TEXT(json_as_text(value), "AQI", "and their values");
	CHECK(json_name_at(json, 8, &value) == NULL, "beyond the end");
}

static void test_members_refused(void)
{
	AUTO(json_free)
	struct json *json =
		parse("{\"o\":{},\"a\":[],\"t\":\"x\",\"i\":1,\"b\":false,\"n\":null}");
	static const char *const names[] = { "o", "a", "t", "i", "b", "n", "none" };
	if (json == NULL)
		return;
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct json *object = NULL, *array = NULL;
		const char *text = NULL, *name = names[i];
		int64_t number = 7;
		bool yes = true;
		CHECK_ERR(json_get_object(json, name, &object), i == 0 ? E_NONE : E_INPUT,
			"%s as object", name);
		CHECK_ERR(json_get_array(json, name, &array), i == 1 ? E_NONE : E_INPUT,
			"%s as array", name);
		CHECK_ERR(json_get_text(json, name, &text), i == 2 ? E_NONE : E_INPUT,
			"%s as text", name);
		CHECK_ERR(json_get_int(json, name, &number), i == 3 ? E_NONE : E_INPUT,
			"%s as number", name);
		struct err err = json_get_bool(json, name, &yes);
		CHECK_ERR(err, i == 4 ? E_NONE : E_INPUT, "%s as truth", name);
		CHECK(i == 4 || text_starts(err.text, name), "the member is named: %s",
			err.text);
		/* With a fallback, only a wrong type is a fault. */
		CHECK_ERR(json_get_text_or(json, name, "f", &text),
			i == 2 || i >= 5 ? E_NONE : E_INPUT, "%s", name);
		CHECK_ERR(json_get_int_or(json, name, 9, &number),
			i == 3 || i >= 5 ? E_NONE : E_INPUT, "%s", name);
		if (i >= 5) {
			CHECK_TEXT(text, "f", "%s: the fallback", name);
			CHECK_INT(number, 9, "%s: the fallback", name);
		}
	}
	const char *const some[] = { "o", "a", "t", "i", "b", NULL };
	const char *const all[] = { "n", "o", "a", "t", "i", "b", "more", NULL };
	const char *const none[] = { NULL };
	struct err err = json_only(json, some);
	CHECK_ERR(err, E_INPUT, "n is not in the list");
	CHECK(text_starts(err.text, "n: "), "it is named: %s", err.text);
	CHECK_OK(json_only(json, all), "all are");
	AUTO(json_free) struct json *empty = parse("{}");
	AUTO(json_free) struct json *array = parse("[]");
	CHECK_OK(json_only(empty, none), "nothing in nothing");
	CHECK_ERR(json_only(array, none), E_INPUT, "an array is no object");
}

/* ---- writing */

/* The same members in all orders: signed statements rest on the same bytes (R-LRA-04). */
static void test_order_does_not_matter(void)
{
	static const char *const names[] = { "", "A", "a", "aa", "髙", "𠮷" };
	static const char want[] = "{\"\":0,\"A\":1,\"a\":2,\"aa\":3,\"髙\":4,\"𠮷\":5}";
	for (size_t turn = 0; turn < 720; turn++) {
		AUTO(json_free) struct json *json = NULL;
		bool used[COUNT(names)] = { false };
		if (!CHECK_OK(json_new_object(&json), "object"))
			return;
		for (size_t left = COUNT(names), rest = turn; left > 0;
			rest /= left, left--) {
			size_t skip = rest % left, i = 0;
			while (used[i] || skip-- > 0)
				i++;
			used[i] = true;
			CHECK_OK(json_set_int(json, names[i], (int64_t)i), "set");
		}
		check_written(json, want, "the same bytes");
		AUTO(json_free) struct json *again = parse(want);
		check_written(again, want, "and again, read back");
	}
}

static void test_canonical_form(void)
{
	/* clang-format off */
	static const struct { const char *text, *want; } rows[] = {
		{ " { \"b\" : [ 1 , -0 , true ,null ], \"a\" : { } } ",	"{\"a\":{},\"b\":[1,0,true,null]}" },
		{ "[\"\\u9ad9\\ud842\\udfb7\\/\\u002f\"]",		"[\"髙𠮷//\"]" },
		{ "[\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"]",	"[\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001F\x7f\"]" },
		{ "[9223372036854775807,-9223372036854775808]",		"[9223372036854775807,-9223372036854775808]" },
		{ "[{\"z\":{\"b\":1,\"a\":2}},{\"y\":3}]",		"[{\"z\":{\"a\":2,\"b\":1}},{\"y\":3}]" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(json_free) struct json *json = parse(rows[i].text);
		AUTO(json_free) struct json *again = parse(rows[i].want);
		if (json == NULL || again == NULL)
			return;
		check_written(json, rows[i].want, rows[i].text);
		check_written(again, rows[i].want, "a fixed point");
	}
}

/* jq sorts and packs the same value: it must come to the same bytes, and read both of our forms alike. */
static void test_jq_agrees(void)
{
	static const uint8_t bytes[] = { 0, 1, 0xfe, 0xff };
	AUTO(json_free) struct json *json = NULL;
	AUTO(json_free) struct json *array = NULL;
	AUTO(buf_clear) struct buf plain = BUF(4096);
	AUTO(buf_clear) struct buf pretty = BUF(4096);
	AUTO(buf_clear) struct buf said = BUF(4096);
	AUTO(outside_clear) struct outside outside = outside_open();
	CHECK_OK(json_new_object(&json), "object");
	CHECK_OK(json_new_array(&array), "array");
	CHECK_OK(json_append_text(array, "二\\\"\n\t"), "append");
	CHECK_OK(json_append_text(array, ""), "append");
	CHECK_OK(json_set_text(json, "subject", "髙橋 𠮷子"), "text");
	CHECK_OK(json_set_text(json, "none", NULL), "null");
	CHECK_OK(json_set_int(json, "number", -42), "number");
	CHECK_OK(json_set_bool(json, "Truth", true), "truth");
	CHECK_OK(json_set_hex(json, "hex", BLOB(bytes)), "hex");
	CHECK_OK(json_set_hex(json, "no hex", BLOB_NONE), "hex of nothing");
	CHECK_OK(json_set_base64(json, "base64", BLOB(bytes)), "base64");
	CHECK_OK(json_set_time(json, "time", 951825600), "time");
	CHECK_OK(json_set_copy(json, "copy", array), "copy");
	CHECK_OK(json_set(json, "array", MOVE(array)), "array");
	CHECK_OK(json_write(json, &plain), "plain");
	CHECK_OK(json_write_pretty(json, &pretty), "pretty");
	outside_write(&outside, "plain", buf_view(&plain));
	outside_write(&outside, "pretty", buf_view(&pretty));
	CHECK_INT(outside_run(&outside, &said, "jq -cSj . plain;"), 0,
		"jq reads the plain form");
	CHECK_TEXT(buf_text(&said), buf_text(&plain), "and would write it so");
	CHECK_INT(outside_run(&outside, &said, "jq -cSj . pretty;"), 0,
		"jq reads the pretty form");
	CHECK_TEXT(buf_text(&said), buf_text(&plain), "and finds the same in it");
	CHECK_INT(outside_run(&outside, &said,
			  "jq -cj '[.hex, .base64, .time, .none, .subject]' plain;"),
		0, "jq");
	CHECK_TEXT(buf_text(&said),
		"[\"0001feff\",\"AAH+/w==\",\"2000-02-29T12:00:00Z\",null,\"髙橋 𠮷子\"]",
		"values");
	CHECK(strstr(buf_text(&pretty), "{\n  \"subject\": ") == buf_text(&pretty),
		"people read it in its own order");
}

static void test_building_refused(void)
{
	AUTO(json_free) struct json *json = NULL;
	AUTO(json_free) struct json *array = NULL;
	CHECK_OK(json_new_object(&json), "object");
	CHECK_OK(json_new_array(&array), "array");
	CHECK_ERR(json_set_text(json, "a", "\xff"), E_INPUT, "a text that is not UTF-8");
	CHECK_ERR(json_set_int(json, "\xff", 1), E_INPUT, "a name that is not UTF-8");
	CHECK_ERR(json_append_text(array, "\xff"), E_INPUT, "a member that is not UTF-8");
	CHECK_ERR(json_set(json, "a", NULL), E_INPUT, "nothing");
	CHECK_ERR(json_set_copy(json, "a", NULL), E_INPUT, "a copy of nothing");
	CHECK_ERR(json_append(array, NULL), E_INPUT, "nothing");
	check_written(json, "{}", "nothing was set");
	check_written(array, "[]", "nothing was appended");
	/* A name set again is replaced, not doubled. */
	CHECK_OK(json_set_int(json, "a", 1), "once");
	CHECK_OK(json_set_int(json, "a", 2), "twice");
	check_written(json, "{\"a\":2}", "replaced");
}

static void test_writing_keeps_its_maximum(void)
{
	AUTO(json_free) struct json *json = parse("{\"a\":\"0123456789\"}");
	for (size_t max = 2; max <= 21; max++) {
		AUTO(buf_clear) struct buf out = BUF(max);
		CHECK_OK(buf_append_text(&out, "#:"), "what was there");
		bool fits = max >= 2 + 18;
		CHECK_ERR(json_write(json, &out), fits ? E_NONE : E_INPUT, "%zu bytes",
			max);
		CHECK_TEXT(buf_text(&out), fits ? "#:{\"a\":\"0123456789\"}" : "#:",
			"%zu bytes: all or nothing", max);
	}
}

static void test_faults(void)
{
	struct faults faults = { .count = 0 };
	AUTO(buf_clear) struct buf out = BUF(8192);
	CHECK_OK(fault_json_write(&faults, &out), "none");
	CHECK_TEXT(buf_text(&out), "[]", "none");
	faults.count = 1;
	faults.row[0].code = "keySize";
	out.len = 0;
	CHECK_OK(fault_json_write(&faults, &out), "one");
	CHECK(strstr(buf_text(&out), "[{\"clause\":") == buf_text(&out) &&
			strstr(buf_text(&out), "\"code\":\"keySize\"") != NULL,
		"one: %s", buf_text(&out));
}

static const CU_TestInfo tests[] = {
	{ "what is refused", test_refused },
	{ "depth", test_depth },
	{ "length", test_length },
	{ "members", test_members },
	{ "members that are refused", test_members_refused },
	{ "the order of setting does not matter", test_order_does_not_matter },
	{ "the canonical form", test_canonical_form },
	{ "jq agrees", test_jq_agrees },
	{ "building that is refused", test_building_refused },
	{ "writing keeps its maximum", test_writing_keeps_its_maximum },
	{ "faults", test_faults },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_json = { "common/json", tests, NULL, NULL };
