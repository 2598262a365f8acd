/*
 * bench_judge: how many orders a second the CA judges without the registry, beside the signatures that it cannot do without:
 * the RA's and two people's, and the check that the subscriber's key is a point of its curve.
 * bench_judge CEREMONY ROSTER PROFILES MODULE PIN-FILE
 */
#include "common/base/clock.h"
#include "common/pki/key.h"
#include "tests/bench/orders.h"

enum { ORDERS = 64 };

struct judging {
	struct trust trust;
	struct order_rules rules;
	int64_t now;
	size_t next;
	struct buf document[ORDERS], signature[ORDERS];
};

static void judge_one(void *context)
{
	struct judging *judging = context;
	size_t i = judging->next++ % ORDERS;
	AUTO(order_free) struct order *order = NULL;
	struct faults faults = { .count = 0 };
	const struct roster_component *ra;
	must(decision_verify_component(&judging->trust, buf_view(&judging->document[i]),
		buf_view(&judging->signature[i]), ROLE_RA, judging->now, &ra));
	must(order_parse(buf_view(&judging->document[i]), &order));
	order_judge(&judging->rules, order, judging->now, &faults);
	if (faults.count > 0)
		must(FAIL(E_BUG, "%s: %s", faults.row[0].code, faults.row[0].detail));
}

struct bare {
	EVP_PKEY *key;
	uint8_t digest[32], signature[128];
	size_t len;
};

static void verify_one(void *context)
{
	const struct bare *bare = context;
	AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(bare->key, NULL);
	if (ctx == NULL || EVP_PKEY_verify_init(ctx) != 1 ||
		EVP_PKEY_verify(ctx, bare->signature, bare->len, bare->digest, 32) != 1)
		must(FAIL(E_CRYPTO, "the bare signature does not verify"));
}

static double bare_rate(EVP_PKEY *key)
{
	struct bare bare = { .key = key, .len = sizeof bare.signature };
	AUTO(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1 ||
		EVP_PKEY_sign(ctx, bare.signature, &bare.len, bare.digest, 32) != 1)
		must(FAIL(E_CRYPTO, "no bare signature"));
	return rate(verify_one, &bare);
}

int main(int argc, char **argv)
{
	static struct judging judging;
	static struct verified verified;
	struct conf_faults faults = { .count = 0 };
	struct bench_world world;
	char path[4096];
	AUTO(roster_free) struct roster *roster = NULL;
	AUTO(issuer_set_free) struct issuer_set *issuers = NULL;
	AUTO(profile_set_free) struct profile_set *profiles = NULL;
	if (argc != 6) {
		fprintf(stderr, "bench_judge CEREMONY ROSTER PROFILES MODULE PIN-FILE\n");
		return 2;
	}
	must(secret_harden());
	bench_world_open(argv[1], argv[4], argv[5], &world);
	snprintf(path, sizeof path, "%s/issuers.cfg", argv[1]);
	must(issuer_set_load(path, &issuers, &faults));
	must(roster_load(argv[2], &roster, &faults));
	must(profile_set_load(argv[3], &profiles, &faults));
	judging.now = world.now;
	judging.trust = (struct trust){ .roster = roster,
		.issuers = issuers,
		.profiles = profiles,
		.verified = &verified };
	judging.rules =
		(struct order_rules){ .trust = &judging.trust, .profiles = profiles };
	for (size_t i = 0; i < ORDERS; i++) {
		AUTO(order_free) struct order *order = bench_order(&world, (long)i + 1);
		judging.document[i] = BUF(LIMIT_ORDER);
		judging.signature[i] = BUF(LIMIT_CMS);
		bench_order_sign(&world, order, &judging.document[i],
			&judging.signature[i]);
	}
	say("judge_per_s", rate(judge_one, &judging));
	say("verify_three_per_s", bare_rate(world.clerk.key) / 3);
	for (size_t i = 0; i < ORDERS; i++) {
		buf_clear(&judging.document[i]);
		buf_clear(&judging.signature[i]);
	}
	bench_world_close(&world);
	return 0;
}
