/* judge: every signature, role and scope of an order from scratch, with what the registry knows beside it (R-ACC-08, R-LRA-02). */
#include <openssl/sha.h>

#include "ca/ca.h"
#include "ca/order_store.h"
#include "ca/quota.h"

/* clang-format off */
static const struct fault_rule not_an_order = { "order.form", "R-ACC-08",
	"The order is not well formed or not signed by the registration authority.",
	"発行指図の形式が正しくないか、登録局の署名がありません。" };
static const struct fault_rule key_blocked = { "key.blocked", "R-PKQ-07",
	"This key is known to be compromised. A new key is needed.",
	"この鍵は危殆化が報告されています。新しい鍵が必要です。" };
static const struct fault_rule key_of_another = { "key.duplicate", "R-PKQ-08",
	"This key belongs to another subject already. A new key is needed.",
	"この鍵は別の利用者に使われています。新しい鍵が必要です。" };
static const struct fault_rule name_of_another = { "name.taken", "R-ISS-12",
	"This name belongs to somebody else for ever. Add a serialNumber that tells them apart.",
	"この名義は別の人に使われています。区別できるserialNumberを付けてください。" };
static const struct fault_rule repeated = { "order.repeated", "R-ISS-19",
	"This application has led to a certificate already. A further one needs a new application.",
	"この申込の証明書は発行済みです。新しい証明書には新しい申込が必要です。" };
static const struct fault_rule another = { "order.application", "R-ACC-08",
	"The order stands under another application than the one it is for.",
	"発行指図の申込番号と内容が一致しません。" };
static const struct fault_rule over_quota = { "scope.quota", "R-LRA-02",
	"This LRA has had as many certificates this month as its contract allows. Wait for the next month, or have the contract changed; then verify and approve again.",
	"このLRAの今月の発行数が契約の上限に達しています。翌月を待つか契約の変更を登録局に相談し、その後もう一度本人確認と承認をしてください。" };
/* clang-format on */

void ca_verdicts_free(struct verdict *verdicts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order_free(verdicts[i].order);
	free(verdicts);
}

/* What can be said without the registry. What is wrong with the order stands in faults. */
static RESULT judge_document(const struct ca *ca, struct verdict *verdict, int64_t now)
{
	const struct roster_component *ra;
	struct err err = decision_verify_component(&ca->trust, verdict->document,
		verdict->signature, ROLE_RA, now, &ra);
	if (!err_is(err))
		err = order_parse(verdict->document, &verdict->order);
	if (err_is_passing(err))
		return err;
	if (err_is(err)) {
		faults_add(&verdict->faults, &not_an_order, "order", "%s", err.text);
		return OK;
	}
	order_judge(&ca->rules, verdict->order, now, &verdict->faults);
	return OK;
}

/* What the registry is asked about one order; the digests live in it. */
struct question {
	uint8_t key[32], name[32];
	struct order_question row;
};

static RESULT ask(const struct verdict *verdict, struct question *out)
{
	const struct order *order = verdict->order;
	uint8_t room[LIMIT_NAME];
	struct der_writer w = DER_WRITER(room);
	struct blob subject;
	TRY(key_digest(buf_view(&order->spki), out->key));
	name_write(&order->content.subject, &w);
	TRY(der_finish(&w, &subject));
	SHA256(subject.data, subject.len, out->name);
	out->row = (struct order_question){ .key_digest = BLOB(out->key),
		.subject_digest = BLOB(out->name),
		.entity = order->content.entity,
		.receipt = order->content.receipt_number,
		.order_id = verdict->id };
	return OK;
}

static void add_facts(struct verdict *verdict, const struct order_facts *facts)
{
	const char *receipt = verdict->order->content.receipt_number;
	struct faults *faults = &verdict->faults;
	if (facts->key_blocked)
		faults_add(faults, &key_blocked, "subjectPublicKeyInfo",
			"on the blocklist");
	if (facts->key_of_another)
		faults_add(faults, &key_of_another, "subjectPublicKeyInfo",
			"certified before");
	if (facts->name_of_another)
		faults_add(faults, &name_of_another, "subject", "used by another entity");
	if (facts->application_of_another)
		faults_add(faults, &another, "application", "%s", receipt);
	if (facts->certificate_there)
		faults_add(faults, &repeated, "application", "%s", receipt);
}

/* R-LRA-02, last of all: what is refused for anything else uses nothing up. */
static RESULT take_quota(struct ca *ca, struct verdict *verdict, int64_t now)
{
	const struct roster_lra *lra = NULL;
	uint8_t digest[32];
	bool granted;
	int64_t used;
	if (verdict->faults.count == 0) /* else there may be no order at all */
		lra = roster_lra(ca->roster, verdict->order->content.lra);
	if (lra == NULL || lra->quota_per_month == 0)
		return OK;
	if (ca->quota == NULL)
		return FAIL(E_BUG, "%.31s has a quota that nobody counts", lra->id);
	SHA256(verdict->document.data, verdict->document.len, digest);
	TRY(quota_take(ca->quota, lra->id, lra->quota_per_month, digest, now, &granted,
		&used));
	if (!granted)
		faults_add(&verdict->faults, &over_quota, "lra", "%lld of %lld",
			(long long)used, (long long)lra->quota_per_month);
	return OK;
}

static RESULT take_quotas(struct ca *ca, struct verdict *verdicts, size_t count,
	int64_t now)
{
	for (size_t i = 0; i < count; i++)
		TRY(take_quota(ca, &verdicts[i], now));
	return ca->quota == NULL ? OK : quota_keep(ca->quota);
}

RESULT ca_judge(struct ca *ca, struct db_tx *tx, struct verdict *verdicts, size_t count,
	int64_t now)
{
	struct question questions[ORDERS_MOST];
	struct order_question rows[ORDERS_MOST];
	struct order_facts facts[ORDERS_MOST];
	size_t asked[ORDERS_MOST], n = 0;
	if (count > ORDERS_MOST)
		return FAIL(E_BUG, "%zu orders at once", count);
	ca->status_count = 0; /* asked once for each call, however many they signed */
	for (size_t i = 0; i < count; i++) {
		TRY_IN(judge_document(ca, &verdicts[i], now), "order %lld",
			(long long)verdicts[i].id);
		if (verdicts[i].faults.count > 0)
			continue; /* the key and names may not even be readable */
		TRY_IN(ask(&verdicts[i], &questions[n]), "order %lld",
			(long long)verdicts[i].id);
		rows[n] = questions[n].row;
		asked[n++] = i;
	}
	if (n == 0)
		return OK;
	TRY(order_store_facts(tx, rows, n, facts));
	for (size_t i = 0; i < n; i++)
		add_facts(&verdicts[asked[i]], &facts[i]);
	struct err err = take_quotas(ca, verdicts, count, now);
	if (err_is(err) && ca->quota != NULL)
		quota_drop(ca->quota);
	return err;
}

static struct judged *place_of(struct ca *ca, int64_t id)
{
	return &ca->judged[(uint64_t)id % JUDGED_PLACES];
}

void ca_remember(struct ca *ca, struct verdict *verdict)
{
	struct judged *place = place_of(ca, verdict->id);
	order_free(place->order);
	*place = (struct judged){ .id = verdict->id, .order = MOVE(verdict->order) };
	SHA256(verdict->document.data, verdict->document.len, place->digest);
}

struct order *ca_judged(struct ca *ca, int64_t id, struct blob digest)
{
	struct judged *place = place_of(ca, id);
	if (place->id != id || !blob_equal(BLOB(place->digest), digest))
		return NULL;
	return MOVE(place->order);
}

void ca_forget(struct ca *ca)
{
	for (size_t i = 0; i < JUDGED_PLACES; i++)
		order_free(ca->judged[i].order);
	memset(ca->judged, 0, sizeof ca->judged);
}
