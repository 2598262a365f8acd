/* notice: one notice as the registry shows it to whoever sends, one delivery of it, and the office it comes from. */
#ifndef LRA_NOTICES_NOTICE_H
#define LRA_NOTICES_NOTICE_H

#include "common/base/secret.h"

struct notice {
	int64_t id, at;
	char kind[24], receipt[24], lra[64], language[4];
	char name[1025], mail[256], words[1601];
	char serial_number[41];          /* hex, "" when it is of none */
	int64_t days, due_at, not_after; /* 0: none */
};

enum notice_channel { CHANNEL_MAIL, CHANNEL_WEBHOOK, CHANNEL_COUNT };
const char *notice_channel_word(enum notice_channel channel);

/* One delivery that is this process's now, until next_at. */
struct notice_task {
	int64_t id, notice_id, round, tries, queued_at;
	char recipient[256];
};

struct notice_webhook {
	char *name, *url, *path, *ca,
		*secret_source; /* url: up to the path; ca "": plain HTTP, to this machine only */
	struct secret *secret;
};
enum { OFFICE_WEBHOOKS = 8 };
struct notice_office {
	char *id, *name, *name_en, *contact, *contact_en, *page;
	size_t webhook_count;
	struct notice_webhook webhook[OFFICE_WEBHOOKS];
};

#endif
