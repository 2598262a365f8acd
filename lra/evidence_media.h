/* evidence_media: what a file of evidence may be, and whether its first octets agree. Nothing behind them is ever read. */
#ifndef LRA_EVIDENCE_MEDIA_H
#define LRA_EVIDENCE_MEDIA_H

#include "common/base/blob.h"

enum { EVIDENCE_MEDIA_HEAD = 32 }; /* so many of the first octets are looked at */

struct evidence_media {
	const char *type;   /* "application/pdf" */
	const char *suffix; /* ".pdf" */
	bool in_page; /* a browser shows it inside the sandbox; the others are saved */
};
/* NULL: not of the list. type: a Content-Type, with or without parameters. */
const struct evidence_media *evidence_media_find(const char *type);
/* By the suffix of a file's name; NULL: none of ours. */
const struct evidence_media *evidence_media_of_name(const char *name);
/* head: the first octets of the file, EVIDENCE_MEDIA_HEAD of them or all. */
bool evidence_media_fits(const struct evidence_media *media, struct blob head);

#endif
