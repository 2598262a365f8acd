#include "common/japanese/fold.h"

#include <utf8proc.h>

#include "common/base/table.h"
#include "common/base/text.h"

enum {
	HIRAGANA_FIRST = 0x3041,
	HIRAGANA_LAST = 0x3096,
	TO_KATAKANA = 0x60,
	LONG_VOWEL = 0x30fc,
	FOLDED_MOST = 4096
};

static void normal_free(char *text)
{
	free(text);
}
AUTO_DEFINE(char, normal_free)

/* Width, case, selectors and compatibility characters, all as Unicode defines them (NFKC_Casefold). */
static RESULT normalize(const char *in, char **out)
{
	utf8proc_uint8_t *made = NULL;
	if (strlen(in) > FOLDED_MOST) /* some characters become eighteen */
		return FAIL(E_INPUT, "longer than %d bytes", FOLDED_MOST);
	if (!text_is_utf8(blob_text(in)))
		return FAIL(E_INPUT, "not UTF-8");
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)in, 0, &made,
		UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
			UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
	if (len < 0)
		return FAIL(E_IO, "out of memory");
	*out = (char *)made;
	return OK;
}

static bool is_hyphen(int32_t point)
{
	return point == LONG_VOWEL || point == 0x2212 || point == 0x2500 ||
	       utf8proc_category(point) == UTF8PROC_CATEGORY_PD;
}

static bool is_left_out(int32_t point)
{
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_PO:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PC:
		return true;
	default:
		return false;
	}
}

static RESULT push(struct buf *out, int32_t point)
{
	uint8_t octets[4];
	utf8proc_ssize_t len = utf8proc_encode_char(point, octets);
	return buf_append(out, blob_make(octets, (size_t)len));
}

static RESULT fold(const char *normal, struct buf *out)
{
	struct blob bytes = blob_text(normal);
	int32_t point;
	for (size_t at = 0; (point = text_next(bytes, &at)) >= 0;) {
		if (is_hyphen(point))
			TRY(push(out, '-'));
		else if (point >= HIRAGANA_FIRST && point <= HIRAGANA_LAST)
			TRY(push(out, point + TO_KATAKANA));
		else if (!is_left_out(point))
			TRY(push(out, japanese_kanji(point)));
	}
	return OK;
}

/* ---- words that are written in several ways */

struct word {
	const char *from, *to;
	bool at_end; /* only as the last of the text */
};

static RESULT replace(const struct word *word, struct buf *text)
{
	AUTO(buf_clear) struct buf made = BUF(text->max);
	const char *at = buf_text(text), *found;
	if (word->at_end) {
		if (!text_ends(at, word->from))
			return OK;
		TRY(buf_append(&made, blob_make(at, text->len - strlen(word->from))));
		TRY(buf_append_text(&made, word->to));
		at += text->len;
	}
	while ((found = strstr(at, word->from)) != NULL) {
		TRY(buf_append(&made, blob_make(at, (size_t)(found - at))));
		TRY(buf_append_text(&made, word->to));
		at = found + strlen(word->from);
	}
	TRY(buf_append_text(&made, at));
	text->len = 0;
	return buf_append(text, buf_view(&made));
}

static RESULT replace_all(const struct word *words, size_t count, struct buf *text)
{
	for (size_t i = 0; i < count; i++)
		TRY(replace(&words[i], text));
	return OK;
}

/* Twice: what was left out may have stood between a letter and its mark. */
static RESULT fold_text(const char *in, struct buf *out)
{
	AUTO(normal_free) char *normal = NULL;
	AUTO(normal_free) char *again = NULL;
	AUTO(buf_clear) struct buf first = BUF(FOLDED_MOST);
	TRY(normalize(in, &normal));
	TRY(fold(normal, &first));
	TRY(normalize(buf_text(&first), &again));
	return fold(again, out);
}

RESULT japanese_fold(const char *in, char *out, size_t size)
{
	AUTO(buf_clear) struct buf text = BUF(FOLDED_MOST);
	TRY(fold_text(in, &text));
	return text_copy(buf_text(&text), out, size);
}

/* clang-format off */
static const struct word short_forms[] = { /* before punctuation goes: ㈱ has become (株) */
	{ "(株)", "株式会社", false }, { "(有)", "有限会社", false },     { "(同)", "合同会社", false },
	{ "(名)", "合名会社", false }, { "(資)", "合資会社", false },     { "(一社)", "一般社団法人", false },
	{ "(一財)", "一般財団法人", false }, { "(公社)", "公益社団法人", false }, { "(公財)", "公益財団法人", false },
	{ "(医)", "医療法人", false }, { "(学)", "学校法人", false },     { "(福)", "社会福祉法人", false },
	{ "(独)", "独立行政法人", false }, { "(特非)", "特定非営利活動法人", false },
};
static const struct word english_forms[] = { /* after it */
	{ "companylimited", "coltd", true }, { "limited", "ltd", true },     { "corporation", "corp", true },
	{ "incorporated", "inc", true },     { "company", "co", true },      { "kabushikikaisha", "kk", true },
};
static const struct word address_forms[] = {
	{ "丁目", "-", false }, { "番地ノ", "-", false }, { "番地", "-", false }, { "番", "-", false }, { "号", "", true },
	{ "--", "-", false },   { "-", "", true },
};
static const struct word kanji_digits[] = {
	{ "〇", "0", false }, { "一", "1", false }, { "二", "2", false }, { "三", "3", false }, { "四", "4", false },
	{ "五", "5", false }, { "六", "6", false }, { "七", "7", false }, { "八", "8", false }, { "九", "9", false },
};
/* clang-format on */

RESULT japanese_fold_company(const char *in, char *out, size_t size)
{
	AUTO(normal_free) char *normal = NULL;
	AUTO(buf_clear) struct buf words = BUF(FOLDED_MOST);
	AUTO(buf_clear) struct buf text = BUF(FOLDED_MOST);
	TRY(normalize(in, &normal));
	TRY(buf_append_text(&words, normal));
	TRY(replace_all(short_forms, COUNT(short_forms), &words));
	TRY(fold_text(buf_text(&words), &text));
	TRY(replace_all(english_forms, COUNT(english_forms), &text));
	return text_copy(buf_text(&text), out, size);
}

RESULT japanese_fold_address(const char *in, char *out, size_t size)
{
	AUTO(buf_clear) struct buf text = BUF(FOLDED_MOST);
	TRY(fold_text(in, &text));
	TRY(replace_all(kanji_digits, COUNT(kanji_digits), &text));
	TRY(replace_all(address_forms, COUNT(address_forms), &text));
	return text_copy(buf_text(&text), out, size);
}

bool japanese_is_written(const char *text)
{
	struct blob bytes = blob_text(text);
	int32_t point;
	for (size_t at = 0; (point = text_next(bytes, &at)) >= 0;)
		if (point >= 0x3041 && point < 0x10ffff &&
			(point <= 0x30ff || (point >= 0x3400 && point <= 0x9fff) ||
				(point >= 0xf900 && point <= 0xfaff) ||
				(point >= 0xff66 && point <= 0xff9d) || point >= 0x20000))
			return true;
	return false;
}
