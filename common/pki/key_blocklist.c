#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/key_parts.h"

enum {
	TAIL = 10, /* octets: the last 80 bits of a fingerprint */
	VERSION_MAX = 64,
	ROW_TEXT_MAX = 64,
	BITS_MAX = 16384
};

enum kind { KIND_RSA, KIND_EC, KIND_COUNT };
static const char
	*const kind_names[KIND_COUNT] = { [KIND_RSA] = "rsa", [KIND_EC] = "ec" };

/* Octets only, so that memcmp() is the order and there is no padding. */
struct row {
	uint8_t kind;
	uint8_t bits[2]; /* big-endian */
	uint8_t tail[TAIL];
};

struct key_blocklist {
	char version[VERSION_MAX];
	struct row *rows; /* sorted */
	size_t count, room;
};

void key_blocklist_free(struct key_blocklist *list)
{
	if (list == NULL)
		return;
	free(list->rows);
	free(list);
}

const char *key_blocklist_version(const struct key_blocklist *list)
{
	return list->version;
}

static struct err row_make(enum kind kind, size_t bits, const uint8_t tail[static TAIL],
	struct row *out)
{
	if (bits == 0 || bits > BITS_MAX)
		return FAIL(E_INPUT, "bits: outside 1 to %d", BITS_MAX);
	*out = (struct row){ .kind = (uint8_t)kind,
		.bits = { (uint8_t)(bits >> 8), (uint8_t)(bits & 0xff) } };
	memcpy(out->tail, tail, TAIL);
	return OK;
}

static int row_compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct row));
}

static struct err append(struct key_blocklist *list, const struct row *row)
{
	if (list->count == list->room) {
		size_t room = list->room == 0 ? 1024 : 2 * list->room;
		struct row *rows = realloc(list->rows, room * sizeof *rows);
		if (rows == NULL)
			return FAIL(E_IO, "out of memory");
		list->rows = rows;
		list->room = room;
	}
	list->rows[list->count++] = *row;
	return OK;
}

/* The text up to the next space, which is cut off too. E_INPUT: nothing, or more than fits. */
static struct err next_word(const char **text, char *out, size_t size)
{
	size_t len = strcspn(*text, " ");
	if (len == 0 || len >= size)
		return FAIL(E_INPUT, "not \"kind bits hex\"");
	memcpy(out, *text, len);
	out[len] = '\0';
	*text += len + ((*text)[len] == ' ' ? 1 : 0);
	return OK;
}

static struct err parse_row(const char *text, struct row *out)
{
	char kind[8], bits_text[8], hex[2 * TAIL + 1];
	int64_t bits = 0;
	AUTO(buf_clear) struct buf tail = BUF(TAIL);
	TRY(next_word(&text, kind, sizeof kind));
	TRY(next_word(&text, bits_text, sizeof bits_text));
	TRY(next_word(&text, hex, sizeof hex));
	if (*text != '\0')
		return FAIL(E_INPUT, "not \"kind bits hex\"");
	TRY_IN(text_to_int(bits_text, 1, BITS_MAX, &bits), "bits");
	TRY_IN(hex_decode(hex, &tail), "fingerprint");
	if (tail.len != TAIL)
		return FAIL(E_INPUT, "fingerprint: not %d digits", 2 * TAIL);
	for (int i = 0; i < KIND_COUNT; i++)
		if (strcmp(kind, kind_names[i]) == 0)
			return row_make((enum kind)i, (size_t)bits, tail.data, out);
	return FAIL(E_INPUT, "kind: neither rsa nor ec");
}

static struct err parse_line(struct key_blocklist *list, const char *text)
{
	static const char version[] = "version ";
	struct row row;
	if (text[0] == '\0' || text[0] == '#')
		return OK;
	if (list->version[0] == '\0') {
		if (!text_starts(text, version) || text[sizeof version - 1] == '\0')
			return FAIL(E_INPUT, "the version does not come first");
		return text_copy(text + sizeof version - 1, list->version, VERSION_MAX);
	}
	TRY(parse_row(text, &row));
	return append(list, &row);
}

RESULT key_blocklist_parse(struct blob file, struct key_blocklist **out)
{
	AUTO(key_blocklist_free) struct key_blocklist *list = calloc(1, sizeof *list);
	size_t line = 0, at = 0;
	if (list == NULL)
		return FAIL(E_IO, "out of memory");
	while (at < file.len) {
		char text[VERSION_MAX + ROW_TEXT_MAX + 128];
		const uint8_t *start = file.data + at;
		const uint8_t *end = memchr(start, '\n', file.len - at);
		size_t len = end == NULL ? file.len - at : (size_t)(end - start);
		line++;
		TRY_IN(text_from_blob(blob_make(start, len), text, sizeof text),
			"line %zu", line);
		TRY_IN(parse_line(list, text), "line %zu", line);
		at += len + (end == NULL ? 0 : 1);
	}
	if (list->version[0] == '\0')
		return FAIL(E_INPUT, "no version");
	if (list->count > 0)
		qsort(list->rows, list->count, sizeof *list->rows, row_compare);
	*out = MOVE(list);
	return OK;
}

/* SHA-1 names a row of a published list here; nothing rests on it being hard to collide. */
static struct err rsa_tail(struct blob modulus, uint8_t tail[static TAIL])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	AUTO(buf_clear) struct buf text = BUF(2 * modulus.len + 32);
	AUTO(buf_clear) struct buf hex = BUF(2 * modulus.len + 1);
	TRY(hex_append(&hex, modulus));
	for (size_t i = 0; i < hex.len; i++)
		if (hex.data[i] >= 'a')
			hex.data[i] = (uint8_t)(hex.data[i] - 'a' + 'A');
	const char *digits = buf_text(&hex);
	TRY(buf_append_format(&text, "Modulus=%s\n", digits + strspn(digits, "0")));
	if (EVP_Digest(text.data, text.len, digest, &len, EVP_sha1(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "no SHA-1");
	memcpy(tail, digest + len - TAIL, TAIL);
	return OK;
}

/* point: uncompressed. */
static struct err ec_tail(struct blob point, uint8_t tail[static TAIL])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	struct blob x = blob_make(point.data + 1, (point.len - 1) / 2);
	while (x.len > 0 && x.data[0] == 0)
		x = blob_make(x.data + 1, x.len - 1);
	if (EVP_Digest(x.data, x.len, digest, &len, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "no SHA-256");
	memcpy(tail, digest + len - TAIL, TAIL);
	return OK;
}

RESULT key_blocklist_find(const struct key_blocklist *list, const struct key_parts *parts,
	bool *found)
{
	uint8_t tail[TAIL];
	struct row row;
	if (parts->is_rsa)
		TRY(rsa_tail(parts->modulus, tail));
	else
		TRY(ec_tail(parts->point, tail));
	TRY(row_make(parts->is_rsa ? KIND_RSA : KIND_EC, parts->bits, tail, &row));
	*found = list->count > 0 &&
		 bsearch(&row, list->rows, list->count, sizeof row, row_compare) != NULL;
	return OK;
}
