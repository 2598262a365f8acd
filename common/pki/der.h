/* der: the Distinguished Encoding Rules (X.690), written forward into a fixed room and read strictly, without copying. */
#ifndef COMMON_PKI_DER_H
#define COMMON_PKI_DER_H

#include "common/base/blob.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8_STRING = 0x0c,
	DER_PRINTABLE_STRING = 0x13,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};
#define DER_CONTEXT(n)      (0x80 | (n)) /* [n], primitive */
#define DER_CONTEXT_OPEN(n) (0xa0 | (n)) /* [n], constructed */

/* An object identifier as its content octets. */
struct oid {
	uint8_t len;
	uint8_t octet[23];
};

/*
 * Writing. Errors stick: after the room is used up nothing more is written and der_finish() says so; callers need
 * not look between. der_open() writes a tag, der_close() of its mark puts the length before what came since.
 */
struct der_writer {
	uint8_t *data; /* borrowed room */
	size_t len, max;
	bool full;
};
#define DER_WRITER(room) ((struct der_writer){ .data = (room), .max = sizeof(room) })

size_t der_open(struct der_writer *w, uint8_t tag);
void der_close(struct der_writer *w, size_t mark);
void der_put(struct der_writer *w, uint8_t tag, struct blob content);
void der_put_raw(struct der_writer *w, struct blob encoded); /* DER made elsewhere */
void der_put_bool(struct der_writer *w, bool value);
void der_put_null(struct der_writer *w);
void der_put_int(struct der_writer *w, uint8_t tag,
	uint64_t value); /* INTEGER or ENUMERATED, not negative */
void der_put_unsigned(struct der_writer *w,
	struct blob magnitude); /* INTEGER of big-endian octets */
void der_put_oid(struct der_writer *w, const struct oid *oid);
void der_put_bits(struct der_writer *w,
	struct blob octets); /* BIT STRING, no unused bits */
void der_put_named_bits(struct der_writer *w,
	uint32_t bits); /* bit 0 is 1 << 0; trailing zeros left out */
void der_put_text(struct der_writer *w, uint8_t tag, const char *text);
void der_put_time(struct der_writer *w,
	int64_t time); /* UTCTime to 2049, then GeneralizedTime: RFC 5280 4.1.2.5 */
void der_put_generalized(struct der_writer *w,
	int64_t time); /* GeneralizedTime, seconds, Z */
RESULT der_finish(const struct der_writer *w,
	struct blob *out); /* E_INPUT: the room was too small */

/*
 * Reading. `in` is a cursor: what was read is cut off its front. All refuse what is not DER: long forms of length,
 * lengths beyond the end, indefinite lengths, tags above 30. E_INPUT always; nothing is cut off on failure.
 */
bool der_peek(struct blob in, uint8_t tag); /* is the next element of this tag */
RESULT der_get(struct blob *in, uint8_t tag, struct blob *content);
RESULT der_get_any(struct blob *in, uint8_t *tag, struct blob *content);
RESULT der_get_element(struct blob *in, struct blob *element); /* with its header */
RESULT der_get_bool(struct blob *in, bool *out);
RESULT der_get_int(struct blob *in, uint8_t tag,
	uint64_t *out); /* not negative, fits 63 bits */
RESULT der_get_unsigned(struct blob *in,
	struct blob *magnitude); /* INTEGER >= 0 without the sign octet */
RESULT der_get_oid(struct blob *in, struct oid *out);
RESULT der_get_bits(struct blob *in,
	struct blob *octets); /* BIT STRING without unused bits */
RESULT der_get_named_bits(struct blob *in, uint32_t *bits); /* canonical, at most 32 */
RESULT der_get_time(struct blob *in,
	int64_t *out); /* UTCTime or GeneralizedTime as RFC 5280 wants */
RESULT der_get_generalized(struct blob *in,
	int64_t *out);          /* GeneralizedTime of any year: OCSP, ExpiredCertsOnCRL */
RESULT der_end(struct blob in); /* nothing may follow */

#endif
