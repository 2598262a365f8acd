/* conf: the settings of inkan-notices: where mail goes, whose key signs it, the LRAs with their words and their webhooks. */
#ifndef LRA_NOTICES_CONF_H
#define LRA_NOTICES_CONF_H

#include "common/conf/conf.h"
#include "lra/notices/notice.h"

enum { NOTICES_OFFICES = 64, NOTICES_HOLIDAYS = 400 };

struct notices_conf {
	char *database, *templates, *holidays_file;
	char *mail_server, *mail_ca, *mail_user, *mail_password; /* server "": no mail */
	char *mail_from, *mail_certificate, *mail_chain,
		*mail_key; /* certificate "": not signed */
	int64_t mail_per_hour;
	int64_t look_s, sweep_s, lease_s, retry_first_s, retry_most_s, give_up_s,
		oldest_s;
	size_t office_count;
	struct notice_office office[NOTICES_OFFICES];
	size_t holiday_count;
	char holiday[NOTICES_HOLIDAYS][12];
	struct blob holiday_text[NOTICES_HOLIDAYS]; /* views of them */
};

/* On the heap: it is large. */
RESULT notices_conf_load(const char *path, struct notices_conf **out,
	struct conf_faults *faults);
void notices_conf_free(struct notices_conf *conf);
AUTO_DEFINE(struct notices_conf, notices_conf_free)
RESULT notices_conf_describe(struct buf *out);
const struct notice_office *notices_office(const struct notices_conf *conf,
	const char *lra); /* NULL: not set up */

#endif
