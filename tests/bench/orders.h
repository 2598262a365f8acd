/* orders: real orders as the RA would have placed them: a key each, a content, the decisions of two clerks over it. */
#ifndef TESTS_BENCH_ORDERS_H
#define TESTS_BENCH_ORDERS_H

#include "common/flow/order.h"
#include "common/token/token.h"
#include "tests/bench/bench.h"

struct bench_person {
	const char *id;
	EVP_PKEY *key;
	struct signing_key signing;
	struct buf certificate;
};

/* The people of a ceremony, and the RA's key in its token. */
struct bench_world {
	struct bench_person clerk, approver;
	struct buf ra_certificate;
	struct token *token;
	struct token_key *ra_key;
	struct signing_key ra;
	int64_t now;
};
void bench_world_open(const char *ceremony, const char *module, const char *pin_file,
	struct bench_world *world);
void bench_world_close(struct bench_world *world);

struct order *bench_order(const struct bench_world *world, long number);
/* Its document and the RA's signature over it. */
void bench_order_sign(const struct bench_world *world, const struct order *order,
	struct buf *document, struct buf *signature);

#endif
