/* The published data of corporate numbers, of any bytes: each row is taken whole or refused with words. */
/* with: lra/corporate_file.c */
#include "common/pki/name.h"
#include "lra/corporate_file.h"

static void must(bool condition)
{
	if (!condition)
		abort();
}

static RESULT take(void *context, const struct csv_row *row)
{
	struct corporate_row entry;
	size_t *taken = context;
	struct err err = corporate_row_read(row, &entry);
	if (err_is(err)) {
		must(err.code == E_INPUT && err.text[0] != 0);
		return OK;
	}
	must(strlen(entry.number) == CORPORATE_NUMBER - 1);
	must(strlen(entry.address) < sizeof entry.address);
	must(entry.name[0] != 0 && entry.updated_on[0] != 0);
	(*taken)++;
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t taken = 0;
	AUTO(csv_free) struct csv *csv = NULL;
	const struct csv_settings settings = { .separator = ',',
		.row = take,
		.context = &taken };
	char text[64], number[CORPORATE_NUMBER];
	size_t len = size < sizeof text - 1 ? size : sizeof text - 1;
	memcpy(text, data, len);
	text[len] = 0;
	if (corporate_number_of(text, number))
		must(corporate_number_valid(number));
	must(!err_is(csv_new(&settings, &csv)));
	struct err err = csv_put(csv, blob_make(data, size));
	if (!err_is(err))
		err = csv_end(csv);
	must(!err_is(err) || err.code == E_INPUT);
	return 0;
}
