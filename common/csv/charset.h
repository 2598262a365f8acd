/* charset: text of the encodings that spreadsheets write, made UTF-8 in the parts in which it comes. */
#ifndef COMMON_CSV_CHARSET_H
#define COMMON_CSV_CHARSET_H

#include "common/base/blob.h"

enum charset {
	CHARSET_DETECT,
	CHARSET_UTF_8,
	CHARSET_CP932, /* Shift_JIS as Windows has it (Windows-31J) */
	CHARSET_UTF_16LE,
	CHARSET_UTF_16BE,
	CHARSET_COUNT
};
const char *charset_name(enum charset
		charset); /* "UTF-8", "CP932", "UTF-16LE", "UTF-16BE"; "" to detect */
RESULT charset_by_name(const char *name, enum charset *out);

/*
 * Loads what reading needs, so that a process may give up opening files afterwards. Once a process; E_IO: the C library lacks
 * an encoding.
 */
RESULT charset_load(void);

/*
 * Says which encoding a text is in by its beginning; `all`: it is the whole. A mark (BOM) decides, then whether it is UTF-8, then
 * CP932. reason: static, English, for people. As long as only ASCII was seen, the answer is UTF-8 and *only_ascii.
 * E_INPUT: none of them.
 */
RESULT charset_detect(struct blob beginning, bool all, enum charset *out,
	bool *only_ascii, const char **reason);

/* What is behind a mark at the beginning of a text in this encoding. */
struct blob charset_skip_mark(enum charset charset, struct blob text);

/*
 * Appends as much of `in` as is whole to `out` and moves `in` behind it: what is left is the beginning of a character (at most
 * three octets). E_INPUT: in does not begin with what the encoding knows; `in` stands there.
 */
RESULT charset_decode(enum charset charset, struct blob *in, struct buf *out);

#endif
