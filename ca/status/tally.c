#include "ca/status/tally.h"

#include <stdatomic.h>
#include <sys/mman.h>

#include "common/base/log.h"

/* clang-format off */
static const char *const names[TALLY_COUNT] = {
	[TALLY_GOOD]       = "good",
	[TALLY_REVOKED]    = "revoked",
	[TALLY_UNASSIGNED] = "unassigned",
	[TALLY_OTHER]      = "otherIssuer",
	[TALLY_MALFORMED]  = "malformedRequest",
	[TALLY_TRY_LATER]  = "tryLater",
	[TALLY_INTERNAL]   = "internalError",
	[TALLY_KEPT]       = "kept",
	[TALLY_CRL]        = "crl",
};
/* clang-format on */

struct tally {
	_Atomic uint64_t count[TALLY_COUNT];
	_Atomic bool keys_wanted;
	uint64_t told[TALLY_COUNT]; /* of the one process that logs */
};

RESULT tally_new(struct tally **out)
{
	void *shared = mmap(NULL, sizeof(struct tally), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return FAIL(E_IO, "out of memory");
	*out = shared;
	return OK;
}

void tally_free(struct tally *tally)
{
	if (tally != NULL)
		munmap(tally, sizeof *tally);
}

void tally_add(struct tally *tally, enum tally_row row)
{
	if (tally != NULL)
		atomic_fetch_add_explicit(&tally->count[row], 1, memory_order_relaxed);
}

uint64_t tally_get(const struct tally *tally, enum tally_row row)
{
	return atomic_load_explicit(&tally->count[row], memory_order_relaxed);
}

void tally_want_keys(struct tally *tally)
{
	atomic_store_explicit(&tally->keys_wanted, true, memory_order_relaxed);
}

bool tally_take_wish(struct tally *tally)
{
	return atomic_exchange_explicit(&tally->keys_wanted, false, memory_order_relaxed);
}

void tally_log(struct tally *tally)
{
	char text[400] = "";
	size_t len = 0;
	bool unassigned = false;
	for (size_t i = 0; i < TALLY_COUNT; i++) {
		uint64_t now = tally_get(tally, (enum tally_row)i),
			 since = now - tally->told[i];
		tally->told[i] = now;
		if (since == 0 || len >= sizeof text)
			continue;
		unassigned = unassigned || i == TALLY_UNASSIGNED;
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%s %llu",
			len == 0 ? "" : ", ", names[i], (unsigned long long)since);
	}
	if (len == 0)
		return;
	/* R-OCSP-03: somebody knows numbers that we do not: a certificate without a record, or guessing. */
	if (unassigned)
		log_warning(NULL, "answered, also for numbers never given", "counts",
			text);
	else
		log_info(NULL, "answered", "counts", text);
}
