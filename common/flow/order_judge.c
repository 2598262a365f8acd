#include "common/flow/order.h"

/* clang-format off */
static const struct fault_rule bad_decision = { "decision.signature", "R-LRA-04",
	"A decision could not be verified. It must be signed again.",
	"決定の署名を検証できません。署名をやり直してください。" };
static const struct fault_rule stale = { "decision.content", "R-APP-07",
	"The content has changed since it was signed. Verify and approve it again.",
	"署名後に内容が変わっています。本人確認と承認をやり直してください。" };
static const struct fault_rule missing = { "decision.missing", "R-LRA-05",
	"A decision of a required person is missing.",
	"必要な担当者の決定がありません。" };
static const struct fault_rule role = { "decision.role", "R-ACC-08",
	"The person who signed does not hold the role, or not for this LRA.",
	"署名した人にこのLRAでの役割がありません。" };
static const struct fault_rule same_person = { "decision.samePerson", "R-LRA-05",
	"Verification and approval must come from two different people.",
	"本人確認と承認は別の人が行う必要があります。" };
static const struct fault_rule no_lra = { "scope.lra", "R-LRA-01",
	"There is no contract with this LRA.",
	"このLRAとの契約がありません。" };
static const struct fault_rule no_profile = { "profile.unknown", "R-ISS-05",
	"There is no such certificate profile in this version.",
	"この版の証明書プロファイルはありません。" };
static const struct fault_rule key_differs = { "key.differs", "R-APP-07",
	"The key is not the one that was decided on.",
	"決定された鍵と異なります。" };
static const struct fault_rule key_unbound = { "key.unbound", "R-PKQ-09",
	"The key of this hand-over is not confirmed by the LRA's own system.",
	"引き渡し時に生成した鍵の確認がありません。" };
static const struct fault_rule own_case = { "decision.ownCase", "R-IDV-23",
	"Nobody verifies or approves an application for himself.",
	"自分自身の申込を確認・承認することはできません。" };
/* clang-format on */

/* The people whose yes was found. */
struct quorum {
	const struct roster_person *identified, *approved;
	bool bound;
};

/* R-IDV-23: the subject's mailbox or entity is the person's own. */
static bool is_own_case(const struct roster_person *person, const struct content *content)
{
	const char *entity = strchr(content->entity, ':');
	return entity != NULL && strcmp(entity + 1, person->id) == 0;
}

static const struct roster_person *judge_person(const struct order_rules *rules,
	const struct order *order, const struct statement *statement,
	const struct decision_signer *signer, enum role needed, int64_t now,
	struct faults *faults)
{
	const struct roster_person *person = signer->person;
	const char *kind = decision_kind_name(statement->kind);
	if (!blob_equal(buf_view(&statement->content), buf_view(&order->content_bytes)) ||
		!blob_equal(buf_view(&statement->evidence),
			buf_view(&order->evidence_bytes))) {
		faults_add(faults, &stale, kind, "signed by %s", statement->person);
		return NULL;
	}
	if (person == NULL || (person->roles & needed) == 0 ||
		strcmp(person->lra, order->content.lra) != 0) {
		faults_add(faults, &role, kind, "%s is not %s of %s", statement->person,
			role_name(needed), order->content.lra);
		return NULL;
	}
	struct err err = roster_in_force(rules->trust->roster, person, now);
	if (err_is(err)) {
		faults_add(faults, &role, kind, "%s", err.text);
		return NULL;
	}
	if (is_own_case(person, &order->content)) {
		faults_add(faults, &own_case, kind, "%s", person->id);
		return NULL;
	}
	return person;
}

/* The LRA's gateway says that this very key was born at this hand-over: an RA alone cannot put its own key there. */
static bool judge_binding(const struct order *order, const struct statement *statement,
	const struct decision_signer *signer, struct faults *faults)
{
	AUTO(buf_clear) struct buf want = BUF(LIMIT_STATEMENT);
	uint8_t digest[32];
	struct err err = key_digest(buf_view(&order->spki), digest);
	if (!err_is(err))
		err = statement_key_content(order->content.receipt_number,
			order->content.version, digest, &want);
	bool good = !err_is(err) &&
		    blob_equal(buf_view(&want), buf_view(&statement->content)) &&
		    signer->component != NULL &&
		    signer->component->role == ROLE_LRA_GATEWAY &&
		    strcmp(signer->component->lra, order->content.lra) == 0;
	if (!good)
		faults_add(faults, &key_unbound, "bindKey", "by %s", statement->person);
	return good;
}

static void judge_decision(const struct order_rules *rules, const struct order *order,
	const struct decision *decision, int64_t now, struct quorum *quorum,
	struct faults *faults)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct decision_signer signer;
	struct err err =
		decision_verify(rules->trust, decision, now, &statement, &signer);
	if (err_is(err)) {
		faults_add(faults, &bad_decision, "decision", "%s", err.text);
		return;
	}
	switch (statement.kind) {
	case DECISION_IDENTIFY:
		quorum->identified = judge_person(rules, order, &statement, &signer,
			ROLE_LRA_CLERK, now, faults);
		if (rules->identity != NULL)
			identity_judge(rules->identity,
				statement.has_identity_rules ? statement.identity_rules
							     : NULL,
				&order->evidence, statement.at, faults);
		break;
	case DECISION_APPROVE:
		quorum->approved = judge_person(rules, order, &statement, &signer,
			ROLE_LRA_APPROVER, now, faults);
		break;
	case DECISION_BIND_KEY:
		quorum->bound = judge_binding(order, &statement, &signer, faults);
		break;
	case DECISION_CONFIRM:
	case DECISION_REVOKE:
	case DECISION_ENROL:
	case DECISION_DISENROL:
	case DECISION_IMPORT:
	case DECISION_KIND_COUNT:
		faults_add(faults, &bad_decision, "decision",
			"%s has no place in an order",
			decision_kind_name(statement.kind));
		break;
	}
}

static bool key_comes_later(const struct order_rules *rules, const struct order *order)
{
	return rules->key_later && order->content.key_origin == KEY_ORIGIN_HANDOVER &&
	       order->spki.len == 0;
}

/* A kind of key that the profile allows, to judge the rest by until the key is there. */
static enum key_algorithm any_allowed(const struct profile *profile)
{
	enum key_algorithm algorithm = KEY_NONE;
	while (algorithm < KEY_ALGORITHM_COUNT &&
		(profile->key_algorithms & KEY_BIT(algorithm)) == 0)
		algorithm++;
	return algorithm;
}

static void judge_decisions(const struct order_rules *rules, const struct order *order,
	int64_t now, struct faults *faults)
{
	struct quorum quorum = { NULL, NULL, false };
	for (size_t i = 0; i < order->decision_count; i++)
		judge_decision(rules, order, &order->decision[i], now, &quorum, faults);
	if (quorum.identified == NULL)
		faults_add(faults, &missing, "identify", "no valid decision");
	if (quorum.approved == NULL)
		faults_add(faults, &missing, "approve", "no valid decision");
	if (quorum.identified != NULL && quorum.identified == quorum.approved)
		faults_add(faults, &same_person, "approve", "%s did both",
			quorum.approved->id);
	if (!order->content.has_key && !quorum.bound && !key_comes_later(rules, order))
		faults_add(faults, &key_unbound, "bindKey", "no valid decision");
}

static void judge_key(const struct order_rules *rules, const struct order *order,
	const struct profile *profile, enum key_algorithm *algorithm,
	struct faults *faults)
{
	uint8_t digest[32];
	if (order->content.key_origin == KEY_ORIGIN_HANDOVER &&
		!profile->subscriber_key_generation)
		faults_add(faults, &key_unbound, "key.origin",
			"%s allows no key made for the subscriber", profile->name);
	if (key_comes_later(rules, order)) {
		*algorithm = any_allowed(profile);
		return;
	}
	key_check(buf_view(&order->spki), profile->key_algorithms, rules->weak_keys,
		faults);
	struct err err = key_kind(buf_view(&order->spki), algorithm);
	if (!err_is(err))
		err = key_digest(buf_view(&order->spki), digest);
	if (err_is(err))
		return; /* key_check() has said what is wrong with it */
	if (order->content.has_key && memcmp(digest, order->content.key_digest, 32) != 0)
		faults_add(faults, &key_differs, "subjectPublicKeyInfo",
			"another digest");
}

void order_judge(const struct order_rules *rules, const struct order *order, int64_t now,
	struct faults *faults)
{
	const struct content *content = &order->content;
	const struct roster_lra *lra = roster_lra(rules->trust->roster, content->lra);
	const struct profile *profile = profile_set_find(rules->profiles,
		content->profile, content->profile_version);
	enum key_algorithm algorithm = KEY_NONE;
	if (lra == NULL)
		faults_add(faults, &no_lra, "lra", "%s", content->lra);
	else
		scope_check(lra, content, now, faults);
	judge_decisions(rules, order, now, faults);
	evidence_check(&order->evidence, content, now, faults);
	name_check(&content->subject, faults);
	general_names_check(&content->subject_alt_name, faults);
	if (profile == NULL || profile->is_ca) {
		faults_add(faults, &no_profile, "profile", "%s version %lld",
			content->profile, (long long)content->profile_version);
		return;
	}
	judge_key(rules, order, profile, &algorithm, faults);
	profile_fits(profile, &content->subject, &content->subject_alt_name, algorithm,
		now, profile_not_after(now, content->validity_s), now, faults);
}
