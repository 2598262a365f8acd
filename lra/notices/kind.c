#include "lra/notices/kind.h"

#include <string.h>

/* clang-format off */
const struct notice_kind notice_kinds[NOTICE_KINDS] = {
	{ "received",        true  },
	{ "sentBack",        true  },
	{ "approved",        true  },
	{ "refused",         false }, /* by the RA's rules: the clerk's to mend */
	{ "rejected",        true  },
	{ "withdrawn",       true  },
	{ "ready",           true  },
	{ "issued",          true  },
	{ "receiptAsked",    true  },
	{ "receiptReminder", true  },
	{ "revoked",         true  },
	{ "expiring",        true  },
};
/* clang-format on */

const struct notice_kind *notice_kind_find(const char *name)
{
	for (size_t i = 0; i < NOTICE_KINDS; i++)
		if (strcmp(notice_kinds[i].name, name) == 0)
			return &notice_kinds[i];
	return NULL;
}
