/* Folding ends on any text, says no only for length or what is not UTF-8, and changes nothing when it is done again. */
#include "common/japanese/fold.h"

#include <assert.h>

#include "common/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct err (*fold_fn)(const char *in, char *out, size_t size);

static void judge(const char *text, fold_fn fold, bool is_final)
{
	char once[2048], twice[2048];
	struct err err = fold(text, once, sizeof once);
	assert(err.code == E_NONE || err.code == E_INPUT);
	if (err_is(err))
		return;
	assert(text_is_utf8(blob_text(once)));
	err = fold(once, twice, sizeof twice);
	assert(!is_final || err_is(err) || strcmp(once, twice) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[1024];
	if (size >= sizeof text)
		return 0;
	memcpy(text, data, size);
	text[size] = 0;
	judge(text, japanese_fold, true);
	judge(text, japanese_fold_company, false);
	judge(text, japanese_fold_address, false);
	judge(text, japanese_fold_romaji, false);
	return 0;
}
