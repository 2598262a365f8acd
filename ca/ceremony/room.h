/* room: the state of a ceremony under way: plan and site, the open tokens, the CAs made so far, the transcript. */
#ifndef CA_CEREMONY_ROOM_H
#define CA_CEREMONY_ROOM_H

#include "ca/ceremony/plan.h"
#include "ca/ceremony/site.h"
#include "ca/ceremony/transcript.h"
#include "common/flow/profile_file.h"
#include "common/pki/cert.h"
#include "common/token/token.h"

enum { ROOM_TOKENS = 8, ROOM_PATH = 512 };

/* A CA made in this ceremony, ready to sign. Its key stays in its token. */
struct authority {
	const struct plan_row *row;
	const struct authority *above; /* NULL: a root */
	struct buf der;
	struct cert parsed;
	EVP_PKEY *public_key;
	struct token_key *key;
	struct signing_key signing;
	struct cert_issuer issuer; /* for what it signs */
	char crl_uri[256], ocsp_uri[256], ca_issuers_uri[256];
	const struct plan_row *responder; /* its OCSP certificate's row; NULL: none */
};

struct room {
	const struct plan *plan;
	const struct site *site;
	struct profile_set *profiles;
	struct transcript *transcript;
	bool demo; /* 予行: nobody was asked */
	bool resumed; /* keys that are there already were made by this ceremony before it was interrupted */
	FILE *plain; /* where people read along, or NULL */
	size_t token_count, authority_count;
	struct {
		const char *label;
		struct token *token;
	} token[ROOM_TOKENS];
	struct authority authority[PLAN_ROWS];
	char linter[ROOM_PATH]; /* path of the program */
};
void room_clear(struct room *room);
AUTO_DEFINE_HELD(struct room, room_clear)

/* "OUTPUT/PART" and its suffix. E_INPUT: too long. */
RESULT room_path(const struct room *room, const char *part, const char *suffix,
	char out[static ROOM_PATH]);
struct authority *room_authority(struct room *room, const char *word); /* NULL: none */
RESULT room_token(const struct room *room, const char *label, struct token **out);
/* A row's profile. E_POLICY: there is none, or it is not for this issuer. */
RESULT room_profile(const struct room *room, const struct plan_row *row,
	const struct profile **out);

/* One line of the transcript: pairs of name and text, ended by NULL. */
RESULT room_record(struct room *room, const char *event, ...) __attribute__((sentinel));

#endif
