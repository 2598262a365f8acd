/*
 * sheet: what the desk tells inkan-paper: a heading, then one sheet a person, or one row of the ledger. JSON both ways. A PIN
 * is never among it: it goes alone in a frame of its own, out of one struct secret (lra/paper/job.h).
 */
#ifndef LRA_PAPER_SHEET_H
#define LRA_PAPER_SHEET_H

#include "lra/paper/recipient.h"

enum sheet_form {
	SHEET_PIN_LETTER,
	SHEET_DELIVERY_NOTE,
	SHEET_RECEIPT,
	SHEET_LEDGER,
	SHEET_FORM_COUNT
};
const char *sheet_form_name(enum sheet_form form); /* "pinLetter" … */

struct sheet_heading {
	enum sheet_form form;
	int64_t made_at;
	char sender[200];    /* name of the LRA */
	char contact[300];   /* how it is reached, "" when the settings do not say */
	char made_by[32];    /* of the ledger: who asked for it */
	int64_t from, until; /* of the ledger: seconds, until is not in it */
};
RESULT sheet_heading_write(const struct sheet_heading *heading, struct buf *out);
RESULT sheet_heading_read(struct blob text, struct sheet_heading *out);

/* A certificate that is handed over. */
struct sheet {
	char receipt[24];
	struct recipient recipient;
	char common_name[520], profile[32], issuer[128];
	char form[16];                      /* of the delivery: "pkcs12" … */
	char serial_number[48], sha256[65]; /* hex; the digest of the whole certificate */
	int64_t not_before, not_after, delivered_at, due_at;
	char file_channel[200], pin_channel[200]; /* pin_channel "": none */
	char pickup
		[256]; /* address where its holder fetches the file; "": it is handed to him */
};
RESULT sheet_write(const struct sheet *sheet, struct buf *out);
RESULT sheet_read(struct blob text, struct sheet *out);

/* A row of the ledger (R-LRA-11); times 0: not yet. */
struct sheet_row {
	char receipt[24], common_name[520], profile[32], issuer[64], serial_number[48];
	char state[16], file_channel[200], pin_channel[200], method[16], reason[32];
	int64_t issued_at, not_after, delivered_at, pin_shown_at, accepted_at, revoked_at;
};
/* Times are RFC 3339 in UTC, null when not yet: the same object stands in the ledger's JSON. */
RESULT sheet_row_json(const struct sheet_row *row, struct json **out);
RESULT sheet_row_read(const struct json *object, struct sheet_row *out);
/* The same as a line of CSV (RFC 4180); NULL: the line with the names of the columns. */
RESULT sheet_row_csv(const struct sheet_row *row, struct buf *out);

#endif
