/* How often an address may be refused. */
#include "lra/throttle.h"

#include <stdio.h>

#include "tests/check.h"

enum { NOW = 1800000000 };

static void test_throttle(void)
{
	static struct throttle throttle; /* as a process begins: nobody */
	for (int i = 0; i < THROTTLE_MOST; i++) {
		CHECK(!throttle_is_full(&throttle, "192.0.2.1", NOW + i), "%d", i);
		throttle_count(&throttle, "192.0.2.1", NOW + i);
	}
	CHECK(throttle_is_full(&throttle, "192.0.2.1", NOW + THROTTLE_MOST), "full");
	CHECK(!throttle_is_full(&throttle, "192.0.2.11", NOW + THROTTLE_MOST),
		"another address, though its text begins alike");
	CHECK(throttle_is_full(&throttle, "192.0.2.1", NOW + THROTTLE_WITHIN_S - 1),
		"to the last second");
	CHECK(!throttle_is_full(&throttle, "192.0.2.1", NOW + THROTTLE_WITHIN_S),
		"and no longer");
	CHECK(!throttle_is_full(&throttle, "192.0.2.1", NOW - 1),
		"a clock that is set back locks nobody out");
	throttle_count(&throttle, "192.0.2.1", NOW + THROTTLE_WITHIN_S);
	CHECK(!throttle_is_full(&throttle, "192.0.2.1", NOW + THROTTLE_WITHIN_S),
		"it begins anew");
}

static void test_many(void)
{
	static struct throttle throttle;
	char address[48];
	for (int i = 0; i < THROTTLE_MOST; i++)
		throttle_count(&throttle, "192.0.2.1", NOW + 1);
	for (int i = 0; i < THROTTLE_PLACES; i++) {
		snprintf(address, sizeof address, "2001:db8::%x", (unsigned)i);
		throttle_count(&throttle, address, NOW + 2);
	}
	CHECK(!throttle_is_full(&throttle, "192.0.2.1", NOW + 2),
		"the oldest is forgotten");
	for (int i = 0; i < THROTTLE_MOST - 1; i++)
		throttle_count(&throttle, address, NOW + 2);
	CHECK(throttle_is_full(&throttle, address, NOW + 2), "the newest is not");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "throttle", test_throttle },
	{ "many addresses", test_many },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_throttle = { "lra/throttle", tests, NULL, NULL };
