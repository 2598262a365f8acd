/* mailbox: e-mail addresses and domain names as certificates write them (RFC 5321, RFC 6531, RFC 5891, RFC 9598). */
#ifndef COMMON_PKI_MAILBOX_H
#define COMMON_PKI_MAILBOX_H

#include "common/base/blob.h"

enum mailbox_kind {
	MAILBOX_WRONG,
	MAILBOX_ASCII, /* local part in ASCII: rfc822Name */
	MAILBOX_UTF8,  /* local part beyond ASCII: SmtpUTF8Mailbox */
};
/* Which one a text is. Dot-atoms only, no quoted strings; the domain as domain_valid() wants it. */
enum mailbox_kind mailbox_kind(const char *text);

/*
 * Lower-case LDH labels of 1 to 63 octets, 253 in all; no dot at the end, no underscore, no wildcard; the last label is not
 * all digits (that is an address); xn-- labels are good A-labels (R-ISS-13). least: labels needed, 2 for mail.
 */
bool domain_valid(const char *domain, size_t least);

/* The local part stays; the domain becomes lower-case A-labels: tanaka@例え.jp. E_INPUT: no mailbox, or longer than size - 1. */
RESULT mailbox_to_ascii(const char *text, char *out, size_t size);

#endif
