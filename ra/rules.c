#include "ra/rules.h"

#include <openssl/sha.h>

#include "common/base/table.h"
#include "ra/store.h"

/* What a rule looks at. */
struct subject {
	struct ra *ra;
	struct db_tx *tx;
	const struct order *order;
	uint8_t key_digest[32], name_digest[32];
	bool has_key;
};

/* clang-format off */
static const struct fault_rule unreadable = { "application.form", "R-APP-04",
	"The stored application cannot be read. Enter it again.",
	"保存された申込を読み取れません。入力し直してください。" };
/* clang-format on */

static RESULT agreement_unknown(const struct subject *s, bool *bad)
{
	bool known;
	TRY(ra_store_agreement_known(s->tx, BLOB(s->order->content.agreement), &known));
	*bad = !known;
	return OK;
}

static RESULT key_blocked(const struct subject *s, bool *bad)
{
	*bad = false;
	return s->has_key ? ra_store_key_blocked(s->tx, BLOB(s->key_digest), bad) : OK;
}

static RESULT name_taken(const struct subject *s, bool *bad)
{
	bool ours;
	TRY(ra_store_claim_name(s->tx, BLOB(s->name_digest), s->order->content.entity,
		&ours));
	*bad = !ours;
	return OK;
}

static RESULT key_taken(const struct subject *s, bool *bad)
{
	bool ours = true;
	if (s->has_key)
		TRY(ra_store_claim_key(s->tx, BLOB(s->key_digest), BLOB(s->name_digest),
			&ours));
	*bad = !ours;
	return OK;
}

/* clang-format off */
static const struct {
	struct fault_rule rule;
	const char *field;
	struct err (*is_broken)(const struct subject *s, bool *bad);
	bool claims; /* asked only when nothing else is wrong, because it takes what it finds free */
} rules[] = {
	{ { "agreement.unknown", "R-AGR-01", "The accepted terms are not among those published.",
	    "同意された規約が公開されたものと一致しません。" }, "agreement", agreement_unknown, false },
	{ { "key.blocked", "R-PKQ-07", "This key is known to be compromised. A new key is needed.",
	    "この鍵は危殆化が報告されています。新しい鍵が必要です。" }, "subjectPublicKeyInfo", key_blocked, false },
	{ { "name.taken", "R-ISS-12", "This name belongs to somebody else for ever. Add a serialNumber that tells them apart.",
	    "この名義は別の人に使われています。区別できるserialNumberを付けてください。" }, "subject", name_taken, true },
	{ { "key.duplicate", "R-PKQ-08", "This key belongs to another subject already. A new key is needed.",
	    "この鍵は別の利用者に使われています。新しい鍵が必要です。" }, "subjectPublicKeyInfo", key_taken, true },
};
/* clang-format on */

void rules_add_unreadable(struct faults *faults, struct err err)
{
	faults_add(faults, &unreadable, "application", "%s", err.text);
}

static RESULT look_at(struct subject *s)
{
	uint8_t room[LIMIT_NAME];
	struct der_writer w = DER_WRITER(room);
	struct blob name;
	name_write(&s->order->content.subject, &w);
	TRY_IN(der_finish(&w, &name), "subject");
	SHA256(name.data, name.len, s->name_digest);
	s->has_key = s->order->spki.len > 0;
	return s->has_key ? key_digest(buf_view(&s->order->spki), s->key_digest) : OK;
}

RESULT rules_check(struct ra *ra, struct db_tx *tx, const struct order *order,
	int64_t now, struct faults *faults)
{
	struct subject subject = { .ra = ra, .tx = tx, .order = order };
	order_judge(&ra->rules, order, now, faults);
	TRY(look_at(&subject));
	for (size_t i = 0; i < COUNT(rules); i++) {
		bool bad = false;
		if (rules[i].claims && faults->count > 0)
			continue;
		TRY_IN(rules[i].is_broken(&subject, &bad), "rule %s", rules[i].rule.code);
		if (bad)
			faults_add(faults, &rules[i].rule, rules[i].field, "%s",
				order->content.receipt_number);
	}
	return OK;
}
