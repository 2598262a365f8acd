/* sender: takes notices out of the registry and sends them, one after the other, until it is asked to stop. */
#ifndef LRA_NOTICES_SENDER_H
#define LRA_NOTICES_SENDER_H

#include "lra/notices/conf.h"

/* Templates, keys, and the secrets that the settings name: all that can be wrong is told before anything is sent. conf: borrowed. */
struct sender; /* opaque */
RESULT sender_open(struct notices_conf *conf, struct sender **out,
	struct conf_faults *faults);
void sender_close(struct sender *sender);
AUTO_DEFINE(struct sender, sender_close)
/*
 * Until proc_stop. A message goes out at least once: when the process dies between the server's yes and its own record of it,
 * the same message, with the same Message-ID, goes again. The record of a deed is exactly one.
 */
RESULT sender_run(struct sender *sender);

#endif
