#include "ca/crl_follow.h"

#include <string.h>

/* One list being read; has is false behind its last entry. */
struct reading {
	struct blob left;
	struct crl_entry entry;
	bool has;
};

static int compare(const struct serial *a, const struct serial *b)
{
	size_t shorter = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->octet, b->octet, shorter);
	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

static RESULT step(struct reading *reading)
{
	struct serial last = reading->entry.serial_number;
	bool first = !reading->has;
	reading->has = reading->left.len > 0;
	if (!reading->has)
		return OK;
	TRY(crl_next(&reading->left, &reading->entry));
	if (!first && compare(&last, &reading->entry.serial_number) >= 0)
		return FAIL(E_INPUT, "a list whose serial numbers do not ascend");
	return OK;
}

static RESULT start(struct blob entries, struct reading *out)
{
	*out = (struct reading){ .left = entries };
	return step(out);
}

static RESULT ask(const struct crl_ended *ended, const struct serial *serial)
{
	char text[SERIAL_TEXT];
	bool gone;
	TRY(ended->ask(ended->context, serial, &gone));
	if (gone)
		return OK;
	serial_text(serial, text);
	return FAIL(E_STATE,
		"certificate %s was revoked before and no longer is: the registry "
		"was changed by hand, and no list is published until it is repaired",
		text);
}

RESULT crl_follow(struct blob previous, struct blob next, const struct crl_ended *ended)
{
	struct reading old, new;
	TRY_IN(start(previous, &old), "list before");
	TRY_IN(start(next, &new), "next list");
	while (old.has) {
		int order = new.has ? compare(&old.entry.serial_number,
					      &new.entry.serial_number)
				    : -1;
		if (order < 0)
			TRY(ask(ended, &old.entry.serial_number));
		if (order <= 0)
			TRY_IN(step(&old), "list before");
		if (order >= 0)
			TRY_IN(step(&new), "next list");
	}
	return OK;
}
