/* Tables of any bytes: reading ends without harm, in whatever parts they come, and with the same rows. */
#include "common/csv/csv.h"

static void must(bool condition)
{
	if (!condition)
		abort();
}

static RESULT count(void *context, const struct csv_row *row)
{
	size_t *cells = context;
	must(row->count >= 1 && row->count <= CSV_COLUMNS && row->line >= 1);
	for (size_t i = 0; i < row->count; i++)
		*cells += strlen(row->cell[i]) + 1;
	return OK;
}

static bool read_in(struct blob file, size_t part, size_t *cells)
{
	AUTO(csv_free) struct csv *csv = NULL;
	const struct csv_settings settings = { .row = count, .context = cells };
	must(!err_is(csv_new(&settings, &csv)));
	struct err err = OK;
	while (file.len > 0 && !err_is(err)) {
		size_t len = file.len < part ? file.len : part;
		err = csv_put(csv, blob_make(file.data, len));
		file = blob_make(file.data + len, file.len - len);
	}
	if (!err_is(err))
		err = csv_end(csv);
	must(!err_is(err) || err.code == E_INPUT);
	return !err_is(err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t whole = 0, parts = 0;
	bool good = read_in(blob_make(data, size), size + 1, &whole);
	must(read_in(blob_make(data, size), 3, &parts) == good);
	must(!good || whole == parts);
	return 0;
}
