/* serve: the RA's processes: a parent, the clerk of orders (no network), and the officers' worker (HTTPS). */
#ifndef RA_SERVE_H
#define RA_SERVE_H

#include "ra/ra.h"

RESULT ra_serve(const struct ra_conf *conf, const char *conf_path);
/* Steps 4 and 5 and the CA's answers, woken by NOTIFY; waits out a lost database. */
RESULT ra_orders_loop(const struct ra_conf *conf);
/* The officers' interface on the socket that the parent bound, descriptor 3. */
RESULT ra_worker_loop(const struct ra_conf *conf);

#endif
