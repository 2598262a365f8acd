#include "common/flow/revocation.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"

/* proves R-REV-07 R-REV-02: only the permitted reasons, privilegeWithdrawn never by the holder, at most 24 hours or 5 days */
static void test_table(void)
{
	size_t count;
	const struct revocation_event *events = revocation_events(&count);
	for (size_t i = 0; i < count; i++) {
		const struct revocation_event *event = &events[i];
		enum revocation_reason reason = event->reason;
		CHECK(reason == 0 || reason == 1 || reason == 3 || reason == 4 ||
				reason == 5 || reason == 9,
			"%s: reason %d", event->word, (int)reason);
		if (reason == REASON_PRIVILEGE_WITHDRAWN)
			CHECK((event->roles & ROLE_SUBSCRIBER) == 0,
				"%s is not for holders", event->word);
		CHECK(event->due_s == DAY || event->due_s == 5 * DAY, "%s: due",
			event->word);
		if (reason == REASON_KEY_COMPROMISE || reason == REASON_UNSPECIFIED)
			CHECK_INT(event->due_s, DAY,
				"%s belongs to the class of 24 hours", event->word);
		CHECK(event->roles != 0 && event->en[0] != 0 && event->ja[0] != 0,
			"%s: roles and words", event->word);
		CHECK(revocation_event_find(event->word) == event, "%s stands once",
			event->word);
	}
	CHECK(revocation_event_find("") == NULL && revocation_event_find("Left") == NULL,
		"no others");
}

static struct revocation_request sample(const char *event)
{
	return (struct revocation_request){ .application = "A26-000001-K",
		.issuer = "person",
		.serial_number = { { 0x41, 2, 3 }, 3 },
		.event = revocation_event_find(event),
		.requester = "本人、折返し電話" };
}

static void test_round_trip(void)
{
	size_t count;
	const struct revocation_event *events = revocation_events(&count);
	for (size_t i = 0; i < count; i++) {
		AUTO(buf_clear) struct buf first = BUF(4096), second = BUF(4096);
		struct revocation_request request = sample(events[i].word), again;
		CHECK_OK(revocation_write(&request, &first), "write %s", events[i].word);
		if (!CHECK_OK(revocation_parse(buf_view(&first), &again), "parse %s",
			    events[i].word))
			continue;
		CHECK_OK(revocation_write(&again, &second), "write again");
		CHECK_BLOB(buf_view(&second), buf_view(&first), "%s: the same bytes",
			events[i].word);
	}
	AUTO(buf_clear) struct buf text = BUF(4096);
	struct revocation_request request = sample("left");
	CHECK_OK(revocation_write(&request, &text), "write");
	CHECK_TEXT(buf_text(&text),
		"{\"application\":\"A26-000001-K\",\"event\":\"left\",\"issuer\":"
		"\"person\",\"reason\":\"affiliationChanged\","
		"\"requester\":\"本人、折返し電話\",\"serialNumber\":\"410203\"}",
		"canonical");
}

/* RFC 5280 section 5.3.2: since when a key is suspected stands in what is signed, of a key that was compromised alone. */
static void test_invalidity(void)
{
	enum { NOT_BEFORE = 1700000000, NOW = 1800000000 };
	static const struct {
		int64_t at;
		const char *wrong; /* NULL: good */
	} rows[] = {
		{ 0, NULL },
		{ NOT_BEFORE, NULL },
		{ NOW, NULL },
		{ NOT_BEFORE - 1, "revocation.suspectedBefore" },
		{ NOW + 1, "revocation.suspectedAhead" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct revocation_request request = sample("lostDevice");
		request.invalidity_date = rows[i].at;
		const struct fault_rule *wrong =
			revocation_invalidity_wrong(&request, NOT_BEFORE, NOW);
		CHECK_TEXT(wrong == NULL ? "" : wrong->code,
			rows[i].wrong == NULL ? "" : rows[i].wrong, "row %zu", i);
	}
	AUTO(buf_clear) struct buf text = BUF(4096);
	struct revocation_request request = sample("lostDevice"), again;
	request.invalidity_date = NOT_BEFORE;
	CHECK_OK(revocation_write(&request, &text), "write");
	CHECK_OK(revocation_parse(buf_view(&text), &again), "parse");
	CHECK_INT(again.invalidity_date, NOT_BEFORE, "it came along");
	CHECK(strstr(buf_text(&text), "\"invalidityDate\":\"2023-11-14T22:13:20Z\"") !=
			NULL,
		"who signs reads it: %s", buf_text(&text));
	AUTO(buf_clear) struct buf other = BUF(4096);
	request.event = revocation_event_find("left");
	CHECK_OK(revocation_write(&request, &other), "write");
	CHECK_ERR(revocation_parse(buf_view(&other), &again), E_INPUT,
		"who left did not lose a key");
}

static void test_refusals(void)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "not JSON", "{" },
		{ "a member too many",
			"{\"application\":\"\",\"event\":\"left\",\"issuer\":\"p\","
			"\"reason\":\"affiliationChanged\",\"requester\":\"\","
			"\"serialNumber\":\"41\",\"x\":1}" },
		{ "another event's reason",
			"{\"application\":\"\",\"event\":\"left\",\"issuer\":\"p\","
			"\"reason\":\"keyCompromise\",\"requester\":\"\","
			"\"serialNumber\":\"41\"}" },
		{ "a reason that no event has",
			"{\"application\":\"\",\"event\":\"left\",\"issuer\":\"p\","
			"\"reason\":\"removeFromCRL\",\"requester\":\"\","
			"\"serialNumber\":\"41\"}" },
		{ "no such event",
			"{\"application\":\"\",\"event\":\"bored\",\"issuer\":\"p\","
			"\"reason\":\"affiliationChanged\",\"requester\":\"\","
			"\"serialNumber\":\"41\"}" },
		{ "a negative serial number",
			"{\"application\":\"\",\"event\":\"left\",\"issuer\":\"p\","
			"\"reason\":\"affiliationChanged\",\"requester\":\"\","
			"\"serialNumber\":\"81\"}" },
		{ "without requester",
			"{\"application\":\"\",\"event\":\"left\",\"issuer\":\"p\","
			"\"reason\":\"affiliationChanged\","
			"\"serialNumber\":\"41\"}" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct revocation_request request = { .event = NULL };
		CHECK_ERR(revocation_parse(blob_text(rows[i].text), &request), E_INPUT,
			"%s", rows[i].name);
		CHECK(request.event == NULL, "%s: out stays untouched", rows[i].name);
	}
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "the table", test_table },
	{ "round trip", test_round_trip },
	{ "refusals", test_refusals },
	{ "since when a key is suspected", test_invalidity },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_revocation = { "common/flow/revocation", tests, NULL,
	NULL };
