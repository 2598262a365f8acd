#include "tests/support/mutant.h"

#include "common/base/table.h"
#include "tests/check.h"

#define MUST(condition)                                                                  \
	do {                                                                             \
		if (!(condition)) {                                                      \
			fprintf(stderr, "mutant: %s\n", #condition);                     \
			abort();                                                         \
		}                                                                        \
	} while (0)
#define MUST_OK(call) MUST(!err_is(call))

/* ---- apart */

static void take_extensions(struct blob list, struct mutant *out)
{
	struct blob wrapped, one;
	MUST_OK(der_get(&list, out->wrapper, &wrapped));
	MUST_OK(der_get(&wrapped, DER_SEQUENCE, &list));
	while (list.len > 0) {
		MUST(out->count < MUTANT_EXTENSIONS);
		struct mutant_extension *extension = &out->extension[out->count++];
		MUST_OK(der_get(&list, DER_SEQUENCE, &one));
		MUST_OK(der_get(&one, DER_OID, &extension->oid));
		if (der_peek(one, DER_BOOLEAN))
			MUST_OK(der_get_bool(&one, &extension->critical));
		MUST_OK(der_get(&one, DER_OCTET_STRING, &extension->value));
	}
}

static struct blob begin(struct blob tbs, uint8_t wrapper, struct mutant *out)
{
	struct blob in;
	memset(out, 0, offsetof(struct mutant, room));
	out->used = 0;
	out->wrapper = wrapper;
	MUST_OK(der_get(&tbs, DER_SEQUENCE, &in));
	return in;
}

void mutant_take(struct blob tbs, struct mutant *out)
{
	struct blob in = begin(tbs, DER_CONTEXT_OPEN(3), out);
	for (int part = 0; part < PART_UNIQUE; part++)
		MUST_OK(der_get_element(&in, &out->part[part]));
	take_extensions(in, out);
}

void mutant_take_list(struct blob tbs, struct mutant *out)
{
	struct blob in = begin(tbs, DER_CONTEXT_OPEN(0), out);
	for (int part = 0; part < LIST_COUNT; part++)
		if (part != LIST_ENTRIES || der_peek(in, DER_SEQUENCE))
			MUST_OK(der_get_element(&in, &out->part[part]));
	take_extensions(in, out);
}

/* ---- together */

static void put_extension(const struct mutant_extension *extension, struct der_writer *w)
{
	if (extension->raw.len > 0) {
		der_put_raw(w, extension->raw);
		return;
	}
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, extension->oid);
	if (extension->critical)
		der_put_bool(w, true);
	der_put(w, DER_OCTET_STRING, extension->value);
	der_close(w, mark);
}

struct blob mutant_build(struct mutant *m)
{
	struct der_writer w = DER_WRITER(m->out);
	struct blob out = BLOB_NONE;
	size_t tbs = der_open(&w, DER_SEQUENCE);
	for (int part = 0; part < PART_COUNT; part++)
		der_put_raw(&w, m->part[part]);
	size_t wrapped = der_open(&w, m->wrapper), list = der_open(&w, DER_SEQUENCE);
	for (size_t i = 0; i < m->count; i++)
		put_extension(&m->extension[i], &w);
	der_close(&w, list);
	der_close(&w, wrapped);
	der_put_raw(&w, m->tail);
	der_close(&w, tbs);
	MUST_OK(der_finish(&w, &out));
	return out;
}

/* ---- new bytes */

struct blob mutant_keep(struct mutant *m, struct blob bytes)
{
	MUST(bytes.len <= sizeof m->room - m->used);
	uint8_t *at = m->room + m->used;
	if (bytes.len > 0)
		memcpy(at, bytes.data, bytes.len);
	m->used += bytes.len;
	return blob_make(at, bytes.len);
}

struct blob mutant_hex(struct mutant *m, const char *hex)
{
	AUTO(buf_clear) struct buf bytes = check_unhex(hex);
	return mutant_keep(m, buf_view(&bytes));
}

struct mutant_extension *mutant_extension(struct mutant *m, const char *oid)
{
	AUTO(buf_clear) struct buf bytes = check_unhex(oid);
	for (size_t i = 0; i < m->count; i++)
		if (blob_equal(m->extension[i].oid, buf_view(&bytes)))
			return &m->extension[i];
	fprintf(stderr, "mutant: no extension %s\n", oid);
	abort();
}

struct blob mutant_swap(struct mutant *m, struct blob in, struct blob from,
	struct blob to)
{
	struct blob copy = mutant_keep(m, in);
	uint8_t *at = memmem(copy.data, copy.len, from.data, from.len);
	MUST(at != NULL && from.len == to.len);
	memcpy(at, to.data, to.len);
	return copy;
}

/* ---- names */

/* clang-format off */
static const struct { const char *key; struct oid oid; uint8_t tag; } types[] = { /* tag 0: by the characters */
	{ "C",  { 3, { 0x55, 0x04, 0x06 } }, DER_PRINTABLE_STRING }, { "ST", { 3, { 0x55, 0x04, 0x08 } }, 0 },
	{ "L",  { 3, { 0x55, 0x04, 0x07 } }, 0 },                    { "O",  { 3, { 0x55, 0x04, 0x0a } }, 0 },
	{ "ID", { 3, { 0x55, 0x04, 0x61 } }, 0 },                    { "SN", { 3, { 0x55, 0x04, 0x04 } }, 0 },
	{ "GN", { 3, { 0x55, 0x04, 0x2a } }, 0 },                    { "P",  { 3, { 0x55, 0x04, 0x41 } }, 0 },
	{ "OU", { 3, { 0x55, 0x04, 0x0b } }, 0 },                    { "T",  { 3, { 0x55, 0x04, 0x0c } }, 0 },
	{ "S",  { 3, { 0x55, 0x04, 0x05 } }, DER_PRINTABLE_STRING }, { "CN", { 3, { 0x55, 0x04, 0x03 } }, 0 },
	{ "E",  { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01 } }, DER_IA5_STRING },
	{ "INITIALS", { 3, { 0x55, 0x04, 0x2b } }, 0 }, /* one that no profile knows */
};
/* clang-format on */

static uint8_t tag_for(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz012345678"
			   "9 '()+,-./:=?",
			    value[i]) == NULL)
			return DER_UTF8_STRING;
	return DER_PRINTABLE_STRING;
}

/* "x{65}" is 65 letters x; a letter may have several octets. */
static size_t expand(const char *value, size_t len, char out[static 1024])
{
	const char *brace = memchr(value, '{', len);
	if (brace == NULL) {
		memcpy(out, value, len);
		return len;
	}
	size_t before = (size_t)(brace - value), start = before - 1, made = before;
	while ((value[start] & 0xc0) == 0x80)
		start--;
	memcpy(out, value, before);
	for (long n = strtol(brace + 1, NULL, 10); n > 1; n--) {
		memcpy(out + made, value + start, before - start);
		made += before - start;
		MUST(made < 1000);
	}
	return made;
}

/* "O#0c=value" */
static void put_pair(const char *text, size_t len, struct der_writer *w)
{
	const char *equal = memchr(text, '=', len);
	MUST(equal != NULL);
	size_t key = strcspn(text, "#="), type = 0, value_len;
	char value[1024];
	while (type < COUNT(types) && (strlen(types[type].key) != key ||
					      memcmp(types[type].key, text, key) != 0))
		type++;
	MUST(type < COUNT(types));
	value_len = expand(equal + 1, len - (size_t)(equal + 1 - text), value);
	uint8_t tag = types[type].tag != 0 ? types[type].tag : tag_for(value, value_len);
	if (text[key] == '#')
		tag = (uint8_t)strtoul(text + key + 1, NULL, 16);
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &types[type].oid);
	der_put(w, tag, blob_make(value, value_len));
	der_close(w, mark);
}

struct blob mutant_name(struct mutant *m, const char *text)
{
	uint8_t room[4096];
	struct der_writer w = DER_WRITER(room);
	struct blob out = BLOB_NONE;
	size_t name = der_open(&w, DER_SEQUENCE);
	while (*text != 0) {
		size_t rdn = der_open(&w, DER_SET), len;
		do {
			len = strcspn(text, "|~");
			put_pair(text, len, &w);
			text += len;
		} while (*text++ == '~');
		der_close(&w, rdn);
		if (text[-1] == 0)
			break;
	}
	der_close(&w, name);
	MUST_OK(der_finish(&w, &out));
	return mutant_keep(m, out);
}
