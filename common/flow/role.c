#include "common/flow/role.h"

#include "common/base/table.h"

/* clang-format off */
static const struct { enum role role; const char *name; } roles[] = {
	{ ROLE_LRA_CLERK,    "lraClerk"    },
	{ ROLE_LRA_APPROVER, "lraApprover" },
	{ ROLE_RA_OFFICER,   "raOfficer"   },
	{ ROLE_AUDITOR,      "auditor"     },
	{ ROLE_RA,           "ra"          },
	{ ROLE_LRA_GATEWAY,  "lraGateway"  },
	{ ROLE_SUBSCRIBER,   "subscriber"  },
	{ ROLE_LRA_ADMIN,    "lraAdmin"    },
};
/* R-ACC-02: a person of the first kind is none of the second. */
static const struct { unsigned one, others; } exclusive[] = {
	{ ROLE_AUDITOR,                     ~(unsigned)ROLE_AUDITOR },
	{ ROLE_RA_OFFICER,                  ROLE_LRA_CLERK | ROLE_LRA_APPROVER },
	/* Who says whose passkey it is does not decide as well: he could be all the people a case needs. */
	{ ROLE_LRA_ADMIN,                   ROLE_LRA_CLERK | ROLE_LRA_APPROVER | ROLE_RA_OFFICER },
	{ ROLE_RA | ROLE_LRA_GATEWAY,       ROLE_LRA_CLERK | ROLE_LRA_APPROVER | ROLE_LRA_ADMIN | ROLE_RA_OFFICER |
	                                    ROLE_SUBSCRIBER },
	{ ROLE_RA,                          ROLE_LRA_GATEWAY },
};
/* clang-format on */

const char *role_name(enum role role)
{
	for (size_t i = 0; i < COUNT(roles); i++)
		if (roles[i].role == role)
			return roles[i].name;
	return "";
}

enum role role_first(unsigned of)
{
	for (size_t i = 0; i < COUNT(roles); i++)
		if ((of & (unsigned)roles[i].role) != 0)
			return roles[i].role;
	return ROLE_SUBSCRIBER;
}

RESULT role_by_name(const char *name, enum role *out)
{
	for (size_t i = 0; i < COUNT(roles); i++)
		if (strcmp(roles[i].name, name) == 0) {
			*out = roles[i].role;
			return OK;
		}
	return FAIL(E_INPUT, "no role is called \"%s\"", name);
}

RESULT role_check_set(unsigned set)
{
	for (size_t i = 0; i < COUNT(exclusive); i++)
		if ((set & exclusive[i].one) != 0 && (set & exclusive[i].others) != 0)
			return FAIL(E_POLICY,
				"roles that exclude each other in one person");
	return OK;
}
