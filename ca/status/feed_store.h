/* feed_store: the registry's status feed, read page by page. Read-only; a standby will do. */
#ifndef CA_STATUS_FEED_STORE_H
#define CA_STATUS_FEED_STORE_H

#include "ca/status/replica.h"
#include "common/db/db.h"

enum { FEED_PAGE = 1000 };

/* What the registry says of itself. */
struct feed_state {
	char registry[48]; /* cluster and timeline: another one starts the reading over */
	int64_t settled;   /* transactions below this number are all visible */
	int64_t as_of; /* the time its data are of: now, or on a standby that of the last transaction replayed */
};

struct feed_page {
	size_t count;
	struct replica_row row[FEED_PAGE]; /* borrowed from rows */
	int64_t transaction[FEED_PAGE];    /* of each row, ascending */
	struct db_rows *rows;
};
void feed_page_clear(struct feed_page *page);
AUTO_DEFINE_HELD(struct feed_page, feed_page_clear)

extern const struct db_stmt_list feed_statements;

RESULT feed_store_state(struct db *db, struct feed_state *out);
/* Rows behind (transaction, id), those of transactions that are not settled too; at most FEED_PAGE. */
RESULT feed_store_page(struct db *db, int64_t transaction, int64_t id,
	struct feed_page *out);

#endif
