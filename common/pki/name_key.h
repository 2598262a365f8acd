/*
 * name_key: one writing for all writings of a name, to find people by and to notice the same one twice: width, case, hiragana and
 * katakana, the systems of romaji with their long vowels, and the variants of a kanji fall together. Never shown, never signed: what
 * somebody wrote stays as it is everywhere else.
 */
#ifndef COMMON_PKI_NAME_KEY_H
#define COMMON_PKI_NAME_KEY_H

#include "common/base/blob.h"

/*
 * Appends the words of the text, one space between each: of Latin letters and kana a to z only (タカハシ, たかはし and TAKAHASHI are all
 * takahasi; Ōno, Ohno, Oono and オオノ all ono), kanji in their everyday form (髙橋 is 高橋), digits. Marks and spaces of any kind
 * part words. E_INPUT: not UTF-8.
 */
RESULT name_key(const char *text, struct buf *out);

/* The everyday form of a kanji variant as names in Japan have them; any other character is itself. */
int32_t kanji_everyday(int32_t point);

#endif
