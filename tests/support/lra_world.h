/* lra_world: an LRA with its people, made by the openssl program, and stand-ins for the RA and the CA behind the registry. */
#ifndef TESTS_SUPPORT_LRA_WORLD_H
#define TESTS_SUPPORT_LRA_WORLD_H

#include "tests/support/outside.h"
#include "tests/support/program.h"

struct lra_world {
	struct outside outside;
	struct program program;
	struct buf said; /* what the last command said */
	char port[16];
	bool good;
};
/* Certificates, roster, settings, a fresh database, the terms stored, and the daemon serving. good: it all worked. */
struct lra_world lra_world_open(void);
void lra_world_clear(struct lra_world *world);
AUTO_DEFINE_HELD(struct lra_world, lra_world_clear)

/* `inkan-lra VERB … -c WHO.cfg`; its exit code, its words in world->said. */
int lra_world_run(struct lra_world *world, const char *who, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A plain request as WHO, by curl; the HTTP status, the answer in world->said. */
int lra_world_curl(struct lra_world *world, const char *who, const char *method,
	const char *path, const char *body);

/* Enters the form (file of the folder) as sato; the receipt number. */
const char *lra_world_apply(struct lra_world *world, const char *file);
/* As far as submitted: evidence, identify by sato, approve by suzuki. */
bool lra_world_submit(struct lra_world *world, const char *receipt);
/* The RA's yes. */
void lra_world_verify(const char *receipt);
/* The RA's order and the CA's certificate for the application's key, which is made by openssl: WHO.pem. */
bool lra_world_issue(struct lra_world *world, const char *receipt, const char *who);
const char *lra_world_state(const char *receipt);

#endif
