/* serve: the LRA's processes: a parent, the desk that binds and forks its workers, the keeper, inkan-paper, the distributors
 * (distribution.h), inkan-notices, and the two doors of inkan-subscriber. */
#ifndef LRA_SERVE_H
#define LRA_SERVE_H

#include "lra/lra.h"

/* The parent: starts desk and keeper, starts them anew, hands SIGHUP on. */
RESULT lra_serve(const struct lra_conf *conf, const char *conf_path);
/* The desk: HTTPS; told_fd is told "https PORT", and " counter PORT" behind it when there is one; paper_fd: the channel to inkan-paper. */
RESULT lra_desk(const struct lra_conf *conf, int told_fd, int paper_fd);
/* No network: looks for keys that were lost between their birth and their hand-over, and after the evidence. */
RESULT lra_keeper(const struct lra_conf *conf);

#endif
