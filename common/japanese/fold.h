/* fold: Japanese names made comparable: for finding what may be the same, never for showing or issuing. */
#ifndef COMMON_JAPANESE_FOLD_H
#define COMMON_JAPANESE_FOLD_H

#include "common/base/blob.h"

/*
 * Width, case, kana (to katakana), hyphens and long vowel marks, old and other forms of kanji (variant.c, Unicode's compatibility
 * characters, variation selectors) are one; spaces and punctuation go. out: holds size bytes. E_INPUT: not UTF-8, too long.
 */
RESULT japanese_fold(const char *in, char *out, size_t size);
/* The same for names of companies: ㈱, (株) and 株式会社 are one, and so are Co., Ltd. and Company Limited. */
RESULT japanese_fold_company(const char *in, char *out, size_t size);
/* The same for addresses: 丁目, 番地, 番, 号 and hyphens between numbers are one; numbers of any writing. */
RESULT japanese_fold_address(const char *in, char *out, size_t size);

/*
 * The same for a name in kana or romaji: タカハシ, Takahashi, TAKAHASI are one, and so are オオノ, Ōno, Ohno, Ono. Kanji stay.
 * More names become one than are (小野 and 大野 may): it finds cases for a person to look at.
 */
RESULT japanese_fold_romaji(const char *in, char *out, size_t size);

/*
 * One word in kana of any kind as a passport spells it (旅券法施行規則 別表第二): おおたに is OTANI, ホンマ HOMMA, はっちょう HATCHO, せのお
 * SENOO. A proposal: where a long vowel is two syllables by meaning (まつうら) only the commonest are known. out: capitals.
 * E_INPUT: something else than kana, or nothing.
 */
RESULT japanese_passport(const char *in, char *out, size_t size);

/* The form that stands for all forms of a kanji; any other character is its own. */
int32_t japanese_kanji(int32_t point);
/* Whether a letter of kana or kanji stands in it. */
bool japanese_is_written(const char *text);

#endif
