/* mime: mail messages as bytes (RFC 5322, 2045, 2047, 8551): headers that nothing can be put into, text as base64, a signed pair of parts. */
#ifndef COMMON_NET_MIME_H
#define COMMON_NET_MIME_H

#include "common/base/blob.h"

/*
 * One header. The text is any UTF-8: what is not printable ASCII, or longer than a line, becomes encoded words; a control
 * character becomes a space, so that no text ends its header.
 */
RESULT mime_header(struct buf *out, const char *name, const char *text);
/* The same for a mailbox: "name" <address>. name "": the address alone. address: already judged (mailbox_to_ascii). */
RESULT mime_mailbox(struct buf *out, const char *header, const char *name,
	const char *address);
/* "Mon, 23 Nov 2026 02:08:43 +0000". */
RESULT mime_date(struct buf *out, int64_t time);
/* A part of plain text: its headers, an empty line, base64 in lines of 76. Line ends of the text become CRLF. */
RESULT mime_text(struct buf *out, const char *text);
/* multipart/signed (RFC 8551 section 3.5.3) behind headers already written: the part as it was signed, and the signature. */
RESULT mime_signed(struct buf *out, struct blob part, struct blob cms, const char *micalg,
	const char *boundary);

#endif
