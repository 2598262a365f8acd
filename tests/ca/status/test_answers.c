#include "ca/status/answers.h"

#include "common/base/table.h"
#include "tests/check.h"

static struct answer answer_of(uint8_t id, uint8_t record)
{
	struct answer answer = { .cert_id_len = 40,
		.this_update = 1000,
		.next_update = 1899,
		.refresh_at = 1300,
		.etag = "\"x\"" };
	memset(answer.cert_id, id, answer.cert_id_len);
	memset(answer.record, record, REPLICA_RECORD);
	return answer;
}

/* proves R-OCSP-04 R-OCSP-05 R-OCSP-14 */
static void test_given_only_while_true(void)
{
	/* clang-format off */
	static const struct { const char *name; uint8_t id, record; int64_t now; int64_t next_update; bool given; } rows[] = {
		{ "the same",                        1, 1, 1000, 1899, true },
		{ "the last second before a refresh", 1, 1, 1299, 1899, true },
		{ "due for a refresh",               1, 1, 1300, 1899, false },
		{ "nextUpdate comes first: at it",   1, 1, 1200, 1200, true },
		{ "nextUpdate comes first: behind",  1, 1, 1201, 1200, false },
		{ "the clock was set back",          1, 1,  999, 1899, false },
		{ "the record changed",              1, 2, 1000, 1899, false },
		{ "another certificate",             2, 1, 1000, 1899, false },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(answers_free) struct answers *answers = NULL;
		struct answer kept = answer_of(1, 1),
			      asked = answer_of(rows[i].id, rows[i].record);
		kept.next_update = rows[i].next_update;
		CHECK_OK(answers_new(1, &answers), "new");
		CHECK(answers_find(answers, BLOB(kept.cert_id), kept.record, 1000) ==
				NULL,
			"empty");
		answers_keep(answers, &kept, blob_text("the answer"));
		const struct answer *found =
			answers_find(answers, blob_make(asked.cert_id, asked.cert_id_len),
				asked.record, rows[i].now);
		CHECK((found != NULL) == rows[i].given, "%s", rows[i].name);
		if (found != NULL)
			CHECK_BLOB(buf_view(&found->der), blob_text("the answer"), "%s",
				rows[i].name);
	}
}

static void test_bounds(void)
{
	AUTO(answers_free) struct answers *answers = NULL;
	AUTO(answers_free) struct answers *none = NULL;
	static uint8_t long_one[LIMIT_OCSP_RESPONSE + 1];
	struct answer first = answer_of(1, 1), second = answer_of(2, 1);
	struct blob first_id = blob_make(first.cert_id, 40),
		    second_id = blob_make(second.cert_id, 40);
	CHECK_OK(answers_new(1, &answers), "one place");
	answers_keep(answers, &first, blob_text("first"));
	answers_keep(answers, &second, blob_text("second"));
	CHECK(answers_find(answers, first_id, first.record, 1000) == NULL, "pushed out");
	CHECK(answers_find(answers, second_id, second.record, 1000) != NULL,
		"the youngest sits");
	answers_keep(answers, &second, blob_make(long_one, sizeof long_one));
	CHECK(answers_find(answers, second_id, second.record, 1000) == NULL,
		"too long to keep");
	CHECK_OK(answers_new(0, &none), "no places");
	answers_keep(none, &first, blob_text("first"));
	CHECK(answers_find(none, first_id, first.record, 1000) == NULL,
		"nothing is kept");
}

static const CU_TestInfo tests[] = {
	{ "given only while true", test_given_only_while_true },
	{ "bounds", test_bounds },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_status_answers = { "ca/status/answers", tests, NULL,
	NULL };
