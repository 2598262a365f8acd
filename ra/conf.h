/* conf: the RA's settings as a table, and what they load. */
#ifndef RA_CONF_H
#define RA_CONF_H

#include "ra/ra.h"

RESULT ra_conf_load(const char *path, struct ra_conf *out, struct conf_faults *faults);
void ra_conf_clear(struct ra_conf *conf);
AUTO_DEFINE_HELD(struct ra_conf, ra_conf_clear)
RESULT ra_conf_describe(struct buf *out); /* -D */

/* Reads issuers, profiles, roster, weak keys and certificates, and connects. */
RESULT ra_open(const struct ra_conf *conf, const char *database,
	const struct db_stmt_list *lists, size_t list_count, struct ra *out,
	struct conf_faults *faults);
void ra_close(struct ra *ra);
AUTO_DEFINE_HELD(struct ra, ra_close)
RESULT ra_reload_roster(struct ra *ra, struct conf_faults *faults);

#endif
