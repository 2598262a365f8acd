/* template: the texts of mails as data: a file for each kind in each language, with fields in braces that are checked when it is read. */
#ifndef LRA_NOTICES_TEMPLATE_H
#define LRA_NOTICES_TEMPLATE_H

#include "common/conf/conf.h"
#include "lra/notices/kind.h"

/* All that a text may say. No field can hold a secret: the sender's database role sees none (view notice_open). */
enum notice_field {
	FIELD_RECEIPT_NUMBER,
	FIELD_NAME,
	FIELD_LRA,
	FIELD_CONTACT,
	FIELD_PAGE,
	FIELD_AT,
	FIELD_DUE,
	FIELD_NOT_AFTER,
	FIELD_DAYS,
	FIELD_WORDS,
	FIELD_COUNT
};
struct notice_values {
	const char *text[FIELD_COUNT]; /* borrowed; never NULL */
};

enum notice_language { LANGUAGE_JA, LANGUAGE_EN, LANGUAGE_COUNT };
enum notice_language notice_language(const char *word); /* "en", else ja */
const char *notice_language_word(enum notice_language language);

struct templates; /* opaque */
/*
 * FOLDER/{ja,en}/KIND.txt for each kind that is mailed: "Subject: …", an empty line, the body. All faults with file and line: a file
 * that is missing, no subject, an unknown field, a brace without its fellow, a control character.
 */
RESULT templates_load(const char *folder, struct templates **out,
	struct conf_faults *faults);
void templates_free(struct templates *templates);
AUTO_DEFINE(struct templates, templates_free)

/*
 * One text, filled in. A line of which every field is empty is left out; a line break within a value stays in the body and
 * is a space in the subject. E_NOT_FOUND: no such kind.
 */
RESULT templates_fill(const struct templates *templates, const char *kind,
	enum notice_language language, const struct notice_values *values,
	struct buf *subject, struct buf *body);

#endif
