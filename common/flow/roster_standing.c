/* roster_standing: until when a person may act, and what ends it. */
#include "common/base/table.h"
#include "common/flow/roster.h"

struct term {
	int64_t from, until;
};

static struct term appointment(const struct roster *roster,
	const struct roster_person *person)
{
	(void)roster;
	return (struct term){ person->valid_from, person->valid_until };
}

static struct term training(const struct roster *roster,
	const struct roster_person *person)
{
	(void)roster;
	return (struct term){ INT64_MIN,
		person->training_until == 0 ? INT64_MAX : person->training_until };
}

/* An LRA that is not in the roster has none: its term ends before it begins. */
static struct term contract(const struct roster *roster,
	const struct roster_person *person)
{
	const struct roster_lra *lra = roster_lra(roster, person->lra);
	if (person->lra[0] == 0)
		return (struct term){ INT64_MIN, INT64_MAX };
	return lra == NULL ? (struct term){ INT64_MAX, INT64_MIN }
			   : (struct term){ lra->valid_from, lra->valid_until };
}

/* clang-format off */
static const struct {
	struct term (*term)(const struct roster *roster, const struct roster_person *person);
	struct fault_rule lapsed, lapsing;
} standings[] = {
	{ contract,
	  { "contract.lapsed", "R-LRA-01",
	    "The contract of this LRA is not in force now. Nothing can be received, decided or revoked here; open cases stay as they are. Ask the registration authority.",
	    "この取扱窓口(LRA)の契約期間外です。受付・審査・失効の操作はできません。処理中の案件はそのまま保たれます。登録局にお問い合わせください。" },
	  { "contract.lapsing", "R-LRA-01",
	    "The contract of this LRA ends soon. Ask the registration authority to renew it.",
	    "この取扱窓口(LRA)の契約期間がまもなく終わります。登録局に更新を依頼してください。" } },
	{ appointment,
	  { "appointment.lapsed", "R-LRA-15",
	    "Your appointment to this role is not in force now. Ask your administrator.",
	    "担当者としての任命期間外です。管理者にお問い合わせください。" },
	  { "appointment.lapsing", "R-LRA-15",
	    "Your appointment to this role ends soon. Ask your administrator to extend it.",
	    "担当者としての任命期間がまもなく終わります。管理者に延長を依頼してください。" } },
	{ training,
	  { "training.lapsed", "R-LRA-15",
	    "Your training has lapsed. Complete it again; your administrator then enters its new date.",
	    "研修の有効期限が切れています。再受講してください。管理者が新しい期限を登録すると操作できます。" },
	  { "training.lapsing", "R-LRA-15",
	    "Your training lapses soon. Complete it again in time.",
	    "研修の有効期限がまもなく切れます。期限までに再受講してください。" } },
};
/* clang-format on */
_Static_assert(COUNT(standings) == ROSTER_STANDINGS, "room for each");

const struct fault_rule *roster_lapsed(const struct roster *roster,
	const struct roster_person *person, int64_t now)
{
	for (size_t i = 0; i < COUNT(standings); i++) {
		struct term term = standings[i].term(roster, person);
		if (now < term.from || now > term.until)
			return &standings[i].lapsed;
	}
	return NULL;
}

size_t roster_lapsing(const struct roster *roster, const struct roster_person *person,
	int64_t now, int64_t ahead_s, struct roster_standing out[static ROSTER_STANDINGS])
{
	size_t count = 0;
	for (size_t i = 0; i < COUNT(standings); i++) {
		struct term term = standings[i].term(roster, person);
		if (now <= term.until && term.until - now < ahead_s)
			out[count++] = (struct roster_standing){ &standings[i].lapsing,
				term.until };
	}
	return count;
}

RESULT roster_in_force(const struct roster *roster, const struct roster_person *person,
	int64_t now)
{
	const struct fault_rule *rule = roster_lapsed(roster, person, now);
	return rule == NULL
		       ? OK
		       : FAIL(E_DENIED, "%s: %s (%s)", person->id, rule->code, rule->en);
}
