/* site: where a ceremony takes place: modules, sources of PINs, folders and addresses. */
#ifndef CA_CEREMONY_SITE_H
#define CA_CEREMONY_SITE_H

#include "common/conf/conf.h"

enum { SITE_HOSTS = 6 };

struct site {
	char *output, *profiles, *base_url, *lint_program;
	char *token_module, *token_pin, *token_so_pin;
	bool token_create;
	size_t host_count;
	char host[SITE_HOSTS][128]; /* dNSNames of the components */
	uint8_t sha256[32];         /* of the file */
};
/* E_INPUT with the first fault, all of them in faults. */
RESULT site_load(const char *path, struct site *out, struct conf_faults *faults);
void site_clear(struct site *site);
AUTO_DEFINE_HELD(struct site, site_clear)
RESULT site_describe(struct buf *out);

#endif
