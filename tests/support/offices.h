/* offices: the RA's clerk of orders and the CA's issuer in this process, behind a real LRA with its people (lra_world). */
#ifndef TESTS_SUPPORT_OFFICES_H
#define TESTS_SUPPORT_OFFICES_H

#include "ca/ca.h"
#include "ra/ra.h"
#include "tests/support/lra_world.h"

struct offices {
	struct lra_world world;
	struct ra_conf ra_conf;
	struct ca_conf ca_conf;
	struct ra ra;
	struct ca ca;
	EVP_PKEY *order_key;
	char path[5][160], database[2][512], profiles[4200], weak_keys[4200];
	bool good;
};
/* On the heap, for the offices point into it. good: all of it stands. */
struct offices *offices_open(void);
void offices_free(struct offices *offices);
AUTO_DEFINE(struct offices, offices_free)

/* An application with a key of its own, as far as submitted; its receipt number, valid until the next call but three. */
const char *offices_submit(struct offices *offices, int employee);

#endif
