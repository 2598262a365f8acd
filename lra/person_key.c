#include "lra/person_key.h"

#include <stdlib.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/name_key.h"

enum { WORDS_MOST = 16 };

void person_key_clear(struct person_key *key)
{
	buf_clear(&key->words);
	buf_clear(&key->romaji);
	buf_clear(&key->kanji);
}

static RESULT add_words(const struct name *name, struct buf *out)
{
	static const enum name_type types[] = { NAME_SURNAME, NAME_GIVEN_NAME,
		NAME_PSEUDONYM, NAME_COMMON_NAME };
	for (size_t i = 0; i < COUNT(types); i++) {
		const char *value = name_get(name, types[i]);
		if (value != NULL)
			TRY(name_key(value, out));
	}
	return OK;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In the order of the alphabet: 山田 is written before and behind 太郎. One word alone is nobody's whole name. */
static RESULT sort_words(char *text, struct buf *out)
{
	char *word[WORDS_MOST], *rest = NULL;
	size_t count = 0;
	for (char *at = strtok_r(text, " ", &rest); at != NULL && count < WORDS_MOST;
		at = strtok_r(NULL, " ", &rest))
		word[count++] = at;
	if (count < 2)
		return OK;
	qsort(word, count, sizeof *word, by_text);
	for (size_t i = 0; i < count; i++)
		TRY(buf_append_format(out, "%s%s", i == 0 ? "" : " ", word[i]));
	return OK;
}

static bool is_ascii(const struct buf *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] > 0x7f)
			return false;
	return true;
}

static RESULT make_romaji(const struct name *subject, struct buf *out)
{
	AUTO(buf_clear) struct buf key = BUF(LIMIT_PERSON_KEY);
	const char *surname = name_get(subject, NAME_SURNAME),
		   *given = name_get(subject, NAME_GIVEN_NAME),
		   *common = name_get(subject, NAME_COMMON_NAME);
	if (surname != NULL && given != NULL) {
		TRY(name_key(surname, &key));
		TRY(name_key(given, &key));
	} else if (common != NULL) {
		TRY(name_key(common, &key));
	}
	return key.len == 0 || !is_ascii(&key) ? OK : sort_words((char *)key.data, out);
}

/* The first of them that is in kanji or kana. */
static RESULT make_kanji(const char *name, struct buf *out)
{
	AUTO(buf_clear) struct buf key = BUF(LIMIT_PERSON_KEY);
	if (name == NULL || out->len > 0)
		return OK;
	TRY(name_key(name, &key));
	if (is_ascii(&key))
		return OK;
	for (size_t i = 0; i < key.len; i++)
		if (key.data[i] != ' ')
			TRY(buf_append(out, blob_make(key.data + i, 1)));
	return OK;
}

RESULT person_key_make(const struct name *subject, const struct general_names *names,
	const char *written, struct person_key *out)
{
	TRY(add_words(subject, &out->words));
	TRY(add_words(&names->directory, &out->words));
	TRY(name_key(written, &out->words));
	TRY(make_romaji(subject, &out->romaji));
	TRY(make_kanji(name_get(&names->directory, NAME_COMMON_NAME), &out->kanji));
	TRY(make_kanji(name_get(subject, NAME_COMMON_NAME), &out->kanji));
	return make_kanji(written, &out->kanji);
}
