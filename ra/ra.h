/* ra: the registration authority: judges submitted applications, places signed orders, and answers officers. */
#ifndef RA_RA_H
#define RA_RA_H

#include "common/db/db.h"
#include "common/flow/order.h"
#include "common/net/http.h"
#include "common/pki/cert.h"
#include "common/pki/signature.h"

struct ra_conf {
	char *id, *orders_id;
	char *database, *database_orders;
	char *issuers, *profiles, *roster, *weak_keys;
	char *identity_rules; /* "": none */
	char *listen, *tls_certificate, *tls_key, *tls_client_ca;
	char *token_module, *token_label, *token_pin, *token_key;
	char *certificate; /* of the order-signing key, PEM */
	char *user_worker, *user_orders;
	int64_t batch, ready_fd;
};

struct ra {
	const struct ra_conf *conf;
	struct db *db;
	struct issuer_set *issuers;
	struct profile_set *profiles;
	struct roster *roster;
	struct identity_set *identity; /* NULL: no identity rules */
	struct key_blocklist *weak_keys;
	struct verified verified;
	struct trust trust;
	struct order_rules rules;
	struct buf certificate;     /* DER, of the order-signing key */
	struct signing_key signing; /* of the clerk of orders only */
};

/* Step 4: every rule, all failures listed, on applications that were submitted; → verified or refused. */
RESULT ra_verify(struct ra *ra, int64_t now, size_t *done);
/* Step 5: an order for each verified application whose key is there; → ordered. */
RESULT ra_order(struct ra *ra, int64_t now, size_t *done);
/* The CA's answers: → issued or refused. */
RESULT ra_collect(struct ra *ra, int64_t now, size_t *done);

/* The application as an order in the making: content, evidence, decisions, key. */
RESULT ra_assemble(struct db_tx *tx, const struct db_rows *rows, size_t row, int64_t now,
	struct order **out);

extern const struct http_route ra_routes[];
extern const size_t ra_route_count;

#endif
