/* walk: DER read by a walker of the second reader's own (X.690), so that no mistake of the writer's reader is shared. */
#ifndef CA_LINT_WALK_H
#define CA_LINT_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t *at;
	size_t len;
};
#define SPAN(array) ((struct span){ (const uint8_t *)(array), sizeof(array) })

bool span_equal(struct span a, struct span b);
bool span_is(struct span a, const char *text);

/* One element: its tag octet, its content, and the whole with its header. */
struct node {
	uint8_t tag;
	struct span content, whole;
};

/* Takes the next element off the front. false: nothing is left, or it is not DER: a length in a form longer than needed,
 * an indefinite one, one beyond the end, or a tag of several octets. */
bool walk_take(struct span *in, struct node *out);
/* The same, when it has this tag. */
bool walk_take_tag(struct span *in, uint8_t tag, struct node *out);
/*
 * Is everything in there DER, down to the leaves of constructed elements; depth: how far it may nest. A BOOLEAN of FALSE
 * is none: wherever certificates and CRLs have a BOOLEAN its DEFAULT is FALSE, and DER leaves defaults out.
 */
bool walk_is_der(struct span in, int depth);

/* INTEGER in its shortest form, not negative. */
bool walk_is_positive(struct span integer);
/* UTCTime or GeneralizedTime, in the form that RFC 5280 section 4.1.2.5 asks for that year. Seconds since 1970. */
bool walk_time(const struct node *node, int64_t *out);
/* GeneralizedTime with seconds and Z, of any year from 1970 (ExpiredCertsOnCRL). */
bool walk_generalized(const struct node *node, int64_t *out);

/* Dotted text into content octets; returns their number, 0 when it is none. out: 32 octets. */
size_t walk_oid(const char *text, uint8_t out[static 32]);

#endif
