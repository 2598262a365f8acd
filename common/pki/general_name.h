/* general_name: the entries of a subjectAltName (RFC 5280 section 4.2.1.6, RFC 9598 for mailboxes beyond ASCII). */
#ifndef COMMON_PKI_GENERAL_NAME_H
#define COMMON_PKI_GENERAL_NAME_H

#include "common/base/fault.h"
#include "common/pki/name.h"

enum general_name_type {
	GENERAL_NAME_NONE,
	GENERAL_NAME_RFC822, /* ASCII local part, A-label domain */
	GENERAL_NAME_SMTP_UTF8, /* otherName SmtpUTF8Mailbox: local part beyond ASCII, A-label domain in lower case */
	GENERAL_NAME_DNS,
	GENERAL_NAME_URI,
	GENERAL_NAME_DIRECTORY, /* at most one per SAN; it stands in `directory` */
	GENERAL_NAME_TYPE_COUNT
};

struct general_name {
	enum general_name_type type;
	char value[256];
};

struct general_names {
	size_t count;
	struct general_name item[LIMIT_SAN];
	struct name directory; /* count 0 when there is none */
};

const char *general_name_word(
	enum general_name_type type); /* "rfc822Name" … ASN.1 spelling; NULL for NONE */
enum general_name_type general_name_by_word(const char *word);

RESULT general_names_add(struct general_names *names, enum general_name_type type,
	const char *value);
/* A mailbox of either kind; the domain becomes lower-case A-labels (R-ISS-13): tanaka@例え.jp, 田中@例え.jp. */
RESULT general_names_add_mailbox(struct general_names *names, const char *mailbox);
void general_names_check(const struct general_names *names, struct faults *faults);

void general_names_write(const struct general_names *names,
	struct der_writer *w); /* GeneralNames SEQUENCE */
RESULT general_names_parse(struct blob der, struct general_names *out);

#endif
