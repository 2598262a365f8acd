/* conf: the CA's settings as a table, and what they load. */
#ifndef CA_CONF_H
#define CA_CONF_H

#include "ca/ca.h"

/* All faults on stderr's behalf in faults; E_INPUT when there is one. */
RESULT ca_conf_load(const char *path, struct ca_conf *out, struct conf_faults *faults);
void ca_conf_clear(struct ca_conf *conf);
AUTO_DEFINE_HELD(struct ca_conf, ca_conf_clear)
RESULT ca_conf_describe(struct buf *out); /* -D */

/* Reads issuers, profiles, roster and weak keys, and connects. pipe: to the signer, or -1. */
RESULT ca_open(const struct ca_conf *conf, const char *database,
	const struct db_stmt_list *lists, size_t list_count, int pipe, struct ca *out,
	struct conf_faults *faults);
void ca_close(struct ca *ca);
AUTO_DEFINE_HELD(struct ca, ca_close)
/* Reads roster.cfg again (SIGHUP); keeps the old one when the new has a fault. */
RESULT ca_reload_roster(struct ca *ca, struct conf_faults *faults);

#endif
