/* serve: the CA's parent: starts signer, linter, issuer, publisher and auditor, joins them by pipes, and watches. */
#ifndef CA_SERVE_H
#define CA_SERVE_H

#include "ca/ca.h"

/* Until proc_stop. When one process ends, all are stopped and started anew, because they share pipes. */
RESULT ca_serve(const struct ca_conf *conf, const char *conf_path);

#endif
