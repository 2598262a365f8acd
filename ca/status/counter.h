/* counter: the public window. One process binds the address and keeps workers running behind it; each worker answers alone. */
#ifndef CA_STATUS_COUNTER_H
#define CA_STATUS_COUNTER_H

#include "ca/status/conf.h"

/*
 * Serves until proc_stop. proc_reload replaces the workers one after the other: each reads issuers.cfg anew, so a new
 * OCSP certificate needs no closing hours. ready_fd: told "http PORT" when the first worker is being started; -1: nobody.
 */
RESULT counter_run(const struct status_conf *conf, int ready_fd);

#endif
