/* conf: the LRA's settings as a table, and what they load. */
#ifndef LRA_CONF_H
#define LRA_CONF_H

#include "lra/lra.h"

RESULT lra_conf_load(const char *path, struct lra_conf *out, struct conf_faults *faults);
void lra_conf_clear(struct lra_conf *conf);
AUTO_DEFINE_HELD(struct lra_conf, lra_conf_clear)
RESULT lra_conf_describe(struct buf *out);

/* Reads issuers, profiles, roster, weak keys, the gateway's key, the delivery seal, the vault and the pages. */
RESULT lra_open_files(const struct lra_conf *conf, struct lra *out,
	struct conf_faults *faults);
RESULT lra_open_database(struct lra *lra);
void lra_close(struct lra *lra);
AUTO_DEFINE_HELD(struct lra, lra_close)
/*
 * Reads roster, issuers and pages again if roster.cfg is another file than the one that was read, or SIGHUP came; on a fault
 * all stay as they are, and the log says why. At the begin of each request, so that no process judges by a roster that
 * another has given up.  Returns whether anything was read.
 */
bool lra_keep_up(struct lra *lra);

#endif
