/* parent: starts the feeder and the public counter, each as its own user, and starts anew whichever ends. */
#ifndef CA_STATUS_PARENT_H
#define CA_STATUS_PARENT_H

#include "ca/status/conf.h"

/* Until proc_stop. config: the settings file's path, for the children, which read it themselves. */
RESULT parent_run(const struct status_conf *conf, const char *config);

#endif
