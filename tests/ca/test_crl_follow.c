/* Tests of ca/crl_follow: lists beside the lists before them. */
#include <string.h>

#include "ca/crl_follow.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "tests/check.h"

/* A list in words: serial numbers in hex. */
static struct blob list_of(const char *words, uint8_t *room, size_t size)
{
	struct der_writer w = { .data = room, .max = size };
	struct blob out;
	char copy[200], *rest = copy, *word;
	CHECK_OK(text_copy(words, copy, sizeof copy), "copied");
	while ((word = strsep(&rest, " ")) != NULL && word[0] != 0) {
		struct crl_entry entry = { .revocation_date = 1800000000,
			.reason = REASON_KEY_COMPROMISE };
		CHECK_OK(serial_from_hex(word, &entry.serial_number), "%s", word);
		crl_entry_write(&entry, &w);
	}
	CHECK_OK(der_finish(&w, &out), "written");
	return out;
}

/* Ended are those whose serial number begins with the octet in context; asked counts the questions. */
struct world {
	uint8_t ended;
	int asked;
	bool fails;
};

static RESULT ask(void *context, const struct serial *serial, bool *out)
{
	struct world *world = context;
	world->asked++;
	*out = serial->octet[0] == world->ended;
	return world->fails ? FAIL(E_RETRY, "the registry is away") : OK;
}

/* proves R-REV-08 */
static void test_follow(void)
{
	static const struct {
		const char *before, *next;
		uint8_t ended;
		enum err_code code;
		int asked;
	} rows[] = {
		{ "", "", 0, E_NONE, 0 },
		{ "", "11 22", 0, E_NONE, 0 },
		{ "11", "11", 0, E_NONE, 0 },
		{ "22", "11 22 33", 0, E_NONE, 0 },
		{ "11 22 33", "11 22 33 44", 0, E_NONE, 0 },
		/* an octet more comes behind */
		{ "22 2200 33", "11 22 2200 33", 0, E_NONE, 0 },
		{ "11 22 33", "11 33", 0, E_STATE, 1 },
		{ "11 22 33", "22 33", 0, E_STATE, 1 },
		{ "11 22 33", "11 22", 0, E_STATE, 1 },
		{ "11", "", 0, E_STATE, 1 },
		{ "2200", "22", 0, E_STATE, 1 },
		/* those that ended may go, and only those */
		{ "11 22 33", "11 33", 0x22, E_NONE, 1 },
		{ "22 2211 2222", "", 0x22, E_NONE, 3 },
		{ "11 22 33", "11", 0x22, E_STATE, 2 },
		/* lists that do not ascend are not read as if they did */
		{ "33 22", "22 33", 0, E_INPUT, 0 },
		{ "11", "33 22 11", 0, E_STATE, 1 },
		{ "33", "11 11 33", 0, E_INPUT, 0 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t a[600], b[600];
		struct world world = { .ended = rows[i].ended };
		const struct crl_ended ended = { ask, &world };
		CHECK_ERR(crl_follow(list_of(rows[i].before, a, sizeof a),
				  list_of(rows[i].next, b, sizeof b), &ended),
			rows[i].code, "\"%s\", then \"%s\"", rows[i].before,
			rows[i].next);
		CHECK_INT(world.asked, rows[i].asked, "questions for \"%s\", then \"%s\"",
			rows[i].before, rows[i].next);
	}
}

static void test_not_lists(void)
{
	static const uint8_t garbage[] = { 0x30, 0x05, 0x02, 0x01 };
	uint8_t room[600];
	struct world world = { .fails = true };
	const struct crl_ended ended = { ask, &world };
	struct blob good = list_of("11 22", room, sizeof room);
	CHECK_ERR(crl_follow(BLOB(garbage), good, &ended), E_INPUT, "before");
	CHECK_ERR(crl_follow(good, BLOB(garbage), &ended), E_INPUT, "next");
	CHECK_ERR(crl_follow(good, BLOB_NONE, &ended), E_RETRY, "nobody to ask");
}

static const CU_TestInfo tests[] = {
	{ "what was named stays named", test_follow },
	{ "what is no list", test_not_lists },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_crl_follow = { "ca/crl_follow", tests, NULL, NULL };
