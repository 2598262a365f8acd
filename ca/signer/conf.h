/* conf: the signer's settings. */
#ifndef CA_SIGNER_CONF_H
#define CA_SIGNER_CONF_H

#include "common/conf/conf.h"

struct signer_conf {
	char *issuers, *profiles;
	char *token_module, *token_pin, *token_folder;
	bool token_software, token_network;
	int64_t crl_validity_max_s;
};
/* E_INPUT with the first fault; all of them in faults. */
RESULT signer_conf_load(const char *path, struct signer_conf *out,
	struct conf_faults *faults);
void signer_conf_clear(struct signer_conf *conf);
AUTO_DEFINE_HELD(struct signer_conf, signer_conf_clear)
RESULT signer_conf_describe(struct buf *out);

#endif
