/* recipient: to whom papers go, as the application says it: the name as people write it, not the certificate's spelling. */
#ifndef LRA_PAPER_RECIPIENT_H
#define LRA_PAPER_RECIPIENT_H

#include "common/base/fault.h"
#include "common/json/json.h"

enum {
	RECIPIENT_NAME = 128, /* code points, a variation selector is one too */
	RECIPIENT_TEXT = 60,  /* what is longer does not fit into an envelope's window */
	RECIPIENT_POSTAL = 16,
	RECIPIENT_LINES = 3,
};
struct recipient {
	char name[4 * RECIPIENT_NAME + 1]; /* "": nothing is known */
	char organization[4 * RECIPIENT_TEXT + 1], unit[4 * RECIPIENT_TEXT + 1];
	char postal_code[RECIPIENT_POSTAL];
	size_t address_count; /* 0: it goes by hand, or by the house's own post */
	char address[RECIPIENT_LINES][4 * RECIPIENT_TEXT + 1];
};

/*
 * {"name", "organization", "unit", "postalCode", "address": [lines]}; all but the name may be absent. Nothing is repaired:
 * a name is its bearer's. E_INPUT names the member: of another type, too long, or with a control character.
 */
RESULT recipient_read(const struct json *object, struct recipient *out);
RESULT recipient_write(const struct recipient *recipient, struct json **out);

#endif
