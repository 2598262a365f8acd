/*
 * web_passkey: a person proved by a passkey at the counter: what is asked, and whether the answer is good (R-ACC-04, R-ACC-06).
 * What a passkey signs as a decision is the statement itself and no challenge of ours (common/flow/decision.h).
 */
#ifndef LRA_WEB_PASSKEY_H
#define LRA_WEB_PASSKEY_H

#include "common/flow/enrolment.h"
#include "lra/lra.h"
#include "lra/web_challenge_store.h"

enum web_purpose { WEB_LOGIN, WEB_STEP_UP, WEB_PURPOSE_COUNT };
enum { WEB_CHALLENGE_S = 120 };

/* Are passkeys taken at this door? Refuses with passkey.off. */
RESULT web_passkey_check_on(struct lra_call *call);

/* A challenge, good once and for WEB_CHALLENGE_S; for a step-up, in the caller's session alone. */
RESULT web_passkey_ask(struct lra_call *call, enum web_purpose purpose,
	uint8_t out[static WEB_CHALLENGE]);

/* What the browser answers. */
struct web_assertion {
	struct buf challenge, credential, client_data_json, authenticator_data, signature;
};
void web_assertion_clear(struct web_assertion *assertion);
AUTO_DEFINE_HELD(struct web_assertion, web_assertion_clear)
#define WEB_ASSERTION                                                                    \
	((struct web_assertion){ .challenge = BUF(WEBAUTHN_CHALLENGE_MAX),               \
		.credential = BUF(WEBAUTHN_ID_MAX),                                      \
		.client_data_json = BUF(WEBAUTHN_CLIENT_DATA_MAX),                       \
		.authenticator_data = BUF(WEBAUTHN_AUTHENTICATOR_MAX),                   \
		.signature = BUF(WEBAUTHN_SIGNATURE_MAX) })
/* JSON with these members in base64, and no others. E_INPUT. */
RESULT web_assertion_read(struct blob body, struct web_assertion *out);

/*
 * Whose passkey answered: verified, enrolled by two administrators and in force, its counter kept. The challenge is used up,
 * whatever comes of it. out: not yet asked for his roles. Refusals (E_DENIED) are audited here.
 */
RESULT web_passkey_prove(struct lra_call *call, enum web_purpose purpose,
	const struct web_assertion *assertion, const struct roster_person **out);

/* Is this passkey (SHA-256 of its id) this person's, now? */
RESULT web_passkey_in_force(const struct lra *lra, const uint8_t digest[static 32],
	const char *person, int64_t now, bool *out);
/* How many passkeys of a person are in force. */
RESULT web_passkey_count(const struct lra *lra, const char *person, int64_t now,
	size_t *out);

/*
 * In the transaction of a decision: a passkey that signed it has counted on since it was last seen, and that is kept. Nothing
 * is done for another form. E_DENIED: passkey.counter.
 */
RESULT web_passkey_used(struct lra_call *call, struct db_tx *tx,
	const struct decision_signer *signer);

#endif
