/* conf: the settings of inkan-status, a table of rows; every fault of the file is told at once. */
#ifndef CA_STATUS_CONF_H
#define CA_STATUS_CONF_H

#include "common/conf/conf.h"

/* What is answered for a serial number of our issuers that stands in no certificate (R-OCSP-03). */
enum unassigned { UNASSIGNED_UNAUTHORIZED, UNASSIGNED_UNKNOWN, UNASSIGNED_REVOKED };

struct status_conf {
	char *listen;
	int64_t timeout_s, max_connections, max_per_address, max_age_s;
	int64_t workers;
	char *issuers;
	char *replica_folder;
	int64_t replica_map;
	char *database;
	int64_t poll_s;
	char *public_folder;
	int64_t ocsp_validity_s, ocsp_cache;
	char *unassigned_word;
	enum unassigned unassigned; /* of the word */
	char *token_module, *token_pin;
	char *user_feeder, *user_worker;
	char *page_note;
	int64_t ready_fd;
};

RESULT status_conf_load(const char *path, struct status_conf *out,
	struct conf_faults *faults);
void status_conf_clear(struct status_conf *conf);
AUTO_DEFINE_HELD(struct status_conf, status_conf_clear)
RESULT status_conf_describe(struct buf *out);

#endif
