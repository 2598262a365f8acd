/* conf: the settings of inkan-subscriber. */
#ifndef LRA_SUBSCRIBER_CONF_H
#define LRA_SUBSCRIBER_CONF_H

#include "common/conf/conf.h"

struct subscriber_conf {
	char *database;
	char *listen, *certificate_listen; /* of the two doors */
	char *origin, *certificate_origin; /* the same as browsers see them */
	char *tls_certificate, *tls_key, *tls_client_ca;
	char *pages; /* folder of the style */
	char *name_ja, *name_en, *contact_ja, *contact_en;
};
RESULT subscriber_conf_load(const char *path, struct subscriber_conf *out,
	struct conf_faults *faults);
void subscriber_conf_clear(struct subscriber_conf *conf);
AUTO_DEFINE_HELD(struct subscriber_conf, subscriber_conf_clear)
RESULT subscriber_conf_describe(struct buf *out);

#endif
