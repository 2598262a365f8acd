#include "common/pki/der.h"

#include "common/base/clock.h"

enum { LENGTH_OCTETS_MAX = 4 }; /* nothing of ours is longer than 4 GiB */

/* ---- writing */

static bool has_room(struct der_writer *w, size_t more)
{
	if (w->full || more > w->max - w->len)
		w->full = true;
	return !w->full;
}

/* Octets behind the first one of a length. */
static size_t length_octets(size_t len)
{
	size_t octets = 0;
	if (len < 0x80)
		return 0;
	for (; len > 0; len >>= 8)
		octets++;
	return octets;
}

static void put_length(uint8_t *at, size_t len, size_t octets)
{
	if (octets == 0) {
		*at = (uint8_t)len;
		return;
	}
	*at = (uint8_t)(0x80 | octets);
	for (size_t i = octets; i > 0; i--, len >>= 8)
		at[i] = (uint8_t)len;
}

size_t der_open(struct der_writer *w, uint8_t tag)
{
	size_t mark = w->len;
	if (!has_room(w, 2))
		return mark;
	w->data[w->len] = tag;
	w->len +=
		2; /* one octet of length; der_close() moves the content when it needs more */
	return mark;
}

void der_close(struct der_writer *w, size_t mark)
{
	if (w->full)
		return;
	uint8_t *content = w->data + mark + 2;
	size_t len = w->len - mark - 2, octets = length_octets(len);
	if (!has_room(w, octets))
		return;
	if (octets > 0)
		memmove(content + octets, content, len);
	put_length(content - 1, len, octets);
	w->len += octets;
}

/* Tag and length; the content's place, or NULL. */
static uint8_t *put_header(struct der_writer *w, uint8_t tag, size_t len)
{
	size_t octets = length_octets(len);
	if (len > w->max || !has_room(w, 2 + octets + len)) {
		w->full = true;
		return NULL;
	}
	uint8_t *at = w->data + w->len;
	at[0] = tag;
	put_length(at + 1, len, octets);
	w->len += 2 + octets + len;
	return at + 2 + octets;
}

void der_put(struct der_writer *w, uint8_t tag, struct blob content)
{
	uint8_t *at = put_header(w, tag, content.len);
	if (at != NULL && content.len > 0)
		memcpy(at, content.data, content.len);
}

void der_put_raw(struct der_writer *w, struct blob encoded)
{
	if (encoded.len == 0 || !has_room(w, encoded.len))
		return;
	memcpy(w->data + w->len, encoded.data, encoded.len);
	w->len += encoded.len;
}

void der_put_bool(struct der_writer *w, bool value)
{
	uint8_t octet = value ? 0xff : 0x00; /* X.690 section 11.1 */
	der_put(w, DER_BOOLEAN, blob_make(&octet, 1));
}

void der_put_null(struct der_writer *w)
{
	der_put(w, DER_NULL, BLOB_NONE);
}

static void put_magnitude(struct der_writer *w, uint8_t tag, struct blob magnitude)
{
	static const uint8_t zero;
	while (magnitude.len > 0 && magnitude.data[0] == 0)
		magnitude = blob_make(magnitude.data + 1, magnitude.len - 1);
	if (magnitude.len == 0) {
		der_put(w, tag, blob_make(&zero, 1));
		return;
	}
	size_t sign = magnitude.data[0] >> 7;
	uint8_t *at = put_header(w, tag, sign + magnitude.len);
	if (at == NULL)
		return;
	*at = 0;
	memcpy(at + sign, magnitude.data, magnitude.len);
}

void der_put_int(struct der_writer *w, uint8_t tag, uint64_t value)
{
	uint8_t octets[8];
	for (size_t i = sizeof octets; i > 0; i--, value >>= 8)
		octets[i - 1] = (uint8_t)value;
	put_magnitude(w, tag, BLOB(octets));
}

void der_put_unsigned(struct der_writer *w, struct blob magnitude)
{
	put_magnitude(w, DER_INTEGER, magnitude);
}

void der_put_oid(struct der_writer *w, const struct oid *oid)
{
	der_put(w, DER_OID, blob_make(oid->octet, oid->len));
}

void der_put_bits(struct der_writer *w, struct blob octets)
{
	uint8_t *at = put_header(w, DER_BIT_STRING, 1 + octets.len);
	if (at == NULL)
		return;
	*at = 0;
	if (octets.len > 0)
		memcpy(at + 1, octets.data, octets.len);
}

/* X.690 section 11.2.2: bits of a named list end with the last one that is set. */
void der_put_named_bits(struct der_writer *w, uint32_t bits)
{
	uint8_t content[5] = { 0 };
	size_t used = 0;
	for (size_t i = 0; i < 32; i++)
		if ((bits >> i & 1) != 0) {
			content[1 + i / 8] |= (uint8_t)(0x80 >> i % 8);
			used = i + 1;
		}
	content[0] = (uint8_t)((8 - used % 8) % 8);
	der_put(w, DER_BIT_STRING, blob_make(content, 1 + (used + 7) / 8));
}

void der_put_text(struct der_writer *w, uint8_t tag, const char *text)
{
	der_put(w, tag, blob_text(text));
}

static void put_two(uint8_t **at, int number)
{
	*(*at)++ = (uint8_t)('0' + number / 10);
	*(*at)++ = (uint8_t)('0' + number % 10);
}

static void put_time(struct der_writer *w, uint8_t tag, const struct clock_fields *fields)
{
	uint8_t text[15], *at = text;
	if (fields->year < 0 || fields->year > 9999) {
		w->full = true; /* cannot be said; it sticks like a room used up */
		return;
	}
	if (tag == DER_GENERALIZED_TIME)
		put_two(&at, fields->year / 100);
	put_two(&at, fields->year % 100);
	put_two(&at, fields->month);
	put_two(&at, fields->day);
	put_two(&at, fields->hour);
	put_two(&at, fields->minute);
	put_two(&at, fields->second);
	*at++ = 'Z';
	der_put(w, tag, blob_make(text, (size_t)(at - text)));
}

void der_put_time(struct der_writer *w, int64_t time)
{
	struct clock_fields fields = clock_split(time);
	/* R-ISS-07, RFC 5280 section 4.1.2.5: UTCTime says 1950 to 2049. */
	bool utc = fields.year >= 1950 && fields.year <= 2049;
	put_time(w, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, &fields);
}

void der_put_generalized(struct der_writer *w, int64_t time)
{
	struct clock_fields fields = clock_split(time);
	put_time(w, DER_GENERALIZED_TIME, &fields);
}

RESULT der_finish(const struct der_writer *w, struct blob *out)
{
	if (w->full)
		return FAIL(E_INPUT,
			"longer than %zu bytes, or a time that cannot be written",
			w->max);
	*out = blob_make(w->data, w->len);
	return OK;
}

/* ---- reading */

bool der_peek(struct blob in, uint8_t tag)
{
	return in.len > 0 && in.data[0] == tag;
}

/*
 * Length of header and content of the next element; what is wrong with it, or NULL: elements are read by the million, and
 * a struct err is large. X.690 section 10.1: lengths are definite and as short as can be.
 */
static const char *measure(struct blob in, size_t *header, size_t *content)
{
	if (in.len < 2)
		return "ends within an element";
	if ((in.data[0] & 0x1f) == 0x1f)
		return "a tag above 30";
	size_t first = in.data[1], octets = first < 0x80 ? 0 : first & 0x7f;
	size_t len = octets == 0 ? first : 0;
	if (first == 0x80)
		return "an indefinite length";
	if (octets > LENGTH_OCTETS_MAX || octets > in.len - 2)
		return "ends within a length";
	for (size_t i = 0; i < octets; i++)
		len = len << 8 | in.data[2 + i];
	if (octets != length_octets(len))
		return "a length in a longer form than needed";
	if (len > in.len - 2 - octets)
		return "ends within an element";
	*header = 2 + octets;
	*content = len;
	return NULL;
}

static struct blob behind(struct blob in, size_t len)
{
	return blob_make(in.data + len, in.len - len);
}

static const char *take(struct blob *in, struct blob *content)
{
	size_t header, len;
	const char *wrong = measure(*in, &header, &len);
	if (wrong != NULL)
		return wrong;
	*content = blob_make(in->data + header, len);
	*in = behind(*in, header + len);
	return NULL;
}

RESULT der_get_any(struct blob *in, uint8_t *tag, struct blob *content)
{
	const uint8_t *at = in->data;
	const char *wrong = take(in, content);
	if (wrong != NULL)
		return FAIL(E_INPUT, "%s", wrong);
	*tag = *at;
	return OK;
}

RESULT der_get(struct blob *in, uint8_t tag, struct blob *content)
{
	if (!der_peek(*in, tag))
		return FAIL(E_INPUT, "tag %02x expected, %s", tag,
			in->len == 0 ? "but nothing is left" : "another one found");
	const char *wrong = take(in, content);
	if (wrong != NULL)
		return FAIL(E_INPUT, "%s", wrong);
	return OK;
}

RESULT der_get_element(struct blob *in, struct blob *element)
{
	size_t header, len;
	const char *wrong = measure(*in, &header, &len);
	if (wrong != NULL)
		return FAIL(E_INPUT, "%s", wrong);
	*element = blob_make(in->data, header + len);
	*in = behind(*in, header + len);
	return OK;
}

RESULT der_get_bool(struct blob *in, bool *out)
{
	struct blob rest = *in, content;
	TRY(der_get(&rest, DER_BOOLEAN, &content));
	if (content.len != 1 || (content.data[0] != 0x00 && content.data[0] != 0xff))
		return FAIL(E_INPUT, "a BOOLEAN other than 00 or ff");
	*out = content.data[0] != 0;
	*in = rest;
	return OK;
}

/* X.690 section 8.3.2: the first nine bits are not all alike. NULL: right so. */
static const char *wrong_unsigned(struct blob content)
{
	if (content.len == 0)
		return "an INTEGER without octets";
	if ((content.data[0] & 0x80) != 0)
		return "a negative INTEGER";
	if (content.len > 1 && content.data[0] == 0 && (content.data[1] & 0x80) == 0)
		return "an INTEGER with needless zeros";
	return NULL;
}

RESULT der_get_int(struct blob *in, uint8_t tag, uint64_t *out)
{
	struct blob rest = *in, content;
	uint64_t value = 0;
	TRY(der_get(&rest, tag, &content));
	const char *wrong = wrong_unsigned(content);
	if (wrong != NULL)
		return FAIL(E_INPUT, "%s", wrong);
	if (content.len > 8)
		return FAIL(E_INPUT, "an INTEGER of more than 63 bits");
	for (size_t i = 0; i < content.len; i++)
		value = value << 8 | content.data[i];
	*out = value;
	*in = rest;
	return OK;
}

RESULT der_get_unsigned(struct blob *in, struct blob *magnitude)
{
	struct blob rest = *in, content;
	TRY(der_get(&rest, DER_INTEGER, &content));
	const char *wrong = wrong_unsigned(content);
	if (wrong != NULL)
		return FAIL(E_INPUT, "%s", wrong);
	*magnitude =
		content.len > 1 && content.data[0] == 0 ? behind(content, 1) : content;
	*in = rest;
	return OK;
}

RESULT der_get_oid(struct blob *in, struct oid *out)
{
	struct blob rest = *in, content;
	struct oid oid = { .len = 0 };
	TRY(der_get(&rest, DER_OID, &content));
	if (content.len == 0 || content.len > sizeof oid.octet)
		return FAIL(E_INPUT, "an OBJECT IDENTIFIER of %zu octets", content.len);
	/* X.690 section 8.19.2: no arc starts with 80, and the last one ends. */
	for (size_t i = 0; i < content.len; i++)
		if (content.data[i] == 0x80 &&
			(i == 0 || (content.data[i - 1] & 0x80) == 0))
			return FAIL(E_INPUT, "an arc in a longer form than needed");
	if ((content.data[content.len - 1] & 0x80) != 0)
		return FAIL(E_INPUT, "an OBJECT IDENTIFIER that ends within an arc");
	oid.len = (uint8_t)content.len;
	memcpy(oid.octet, content.data, content.len);
	*out = oid;
	*in = rest;
	return OK;
}

RESULT der_get_bits(struct blob *in, struct blob *octets)
{
	struct blob rest = *in, content;
	TRY(der_get(&rest, DER_BIT_STRING, &content));
	if (content.len == 0 || content.data[0] != 0)
		return FAIL(E_INPUT, "a BIT STRING that does not fill its octets");
	*octets = behind(content, 1);
	*in = rest;
	return OK;
}

RESULT der_get_named_bits(struct blob *in, uint32_t *bits)
{
	struct blob rest = *in, content;
	uint32_t value = 0;
	TRY(der_get(&rest, DER_BIT_STRING, &content));
	if (content.len == 0 || content.len > 5)
		return FAIL(E_INPUT, "named bits: not 0 to 32");
	size_t used = 8 * (content.len - 1), unused = content.data[0];
	if (unused > 7 || unused > used)
		return FAIL(E_INPUT, "named bits: %zu bits unused", unused);
	for (size_t i = 0; i < used; i++)
		if ((content.data[1 + i / 8] & 0x80 >> i % 8) != 0)
			value |= (uint32_t)1 << i;
	/* X.690 sections 11.2.1 and 11.2.2: the last bit used is set, those unused are not. */
	used -= unused;
	if (used > 0 ? value >> (used - 1) != 1 : value != 0)
		return FAIL(E_INPUT, "named bits: not in the shortest form");
	*bits = value;
	*in = rest;
	return OK;
}

/* Pairs of digits; false when one is none. */
static bool read_two(struct blob *in, int *out)
{
	uint8_t tens = in->data[0], ones = in->data[1];
	if (tens < '0' || tens > '9' || ones < '0' || ones > '9')
		return false;
	*out = 10 * (tens - '0') + (ones - '0');
	*in = behind(*in, 2);
	return true;
}

/* RFC 5280 section 4.1.2.5: seconds are there, fractions are not, and the zone is Z. */
static RESULT read_time(struct blob in, bool generalized, int64_t *out)
{
	struct clock_fields fields;
	int century = 0, year;
	if (in.len != (generalized ? 15u : 13u) || in.data[in.len - 1] != 'Z')
		return FAIL(E_INPUT, "a time in another form than %s",
			generalized ? "YYYYMMDDHHMMSSZ" : "YYMMDDHHMMSSZ");
	if ((generalized && !read_two(&in, &century)) || !read_two(&in, &year) ||
		!read_two(&in, &fields.month) || !read_two(&in, &fields.day) ||
		!read_two(&in, &fields.hour) || !read_two(&in, &fields.minute) ||
		!read_two(&in, &fields.second))
		return FAIL(E_INPUT, "a time with other characters than digits");
	if (!generalized)
		century = year >= 50 ? 19 : 20;
	fields.year = 100 * century + year;
	return clock_join(fields, out);
}

RESULT der_get_time(struct blob *in, int64_t *out)
{
	struct blob rest = *in, content;
	bool generalized = der_peek(rest, DER_GENERALIZED_TIME);
	int64_t time;
	TRY(der_get(&rest, generalized ? DER_GENERALIZED_TIME : DER_UTC_TIME, &content));
	TRY(read_time(content, generalized, &time));
	int year = clock_split(time).year;
	if (generalized && year >= 1950 && year <= 2049)
		return FAIL(E_INPUT, "a GeneralizedTime that has to be a UTCTime");
	*out = time;
	*in = rest;
	return OK;
}

RESULT der_get_generalized(struct blob *in, int64_t *out)
{
	struct blob rest = *in, content;
	int64_t time;
	TRY(der_get(&rest, DER_GENERALIZED_TIME, &content));
	TRY(read_time(content, true, &time));
	*out = time;
	*in = rest;
	return OK;
}

RESULT der_end(struct blob in)
{
	if (in.len != 0)
		return FAIL(E_INPUT, "%zu bytes too many", in.len);
	return OK;
}
