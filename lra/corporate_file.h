/*
 * corporate_file: the published data of corporate numbers 法人番号 (the National Tax Agency's CSV: thirty columns, no heading;
 * Shift_JIS or UTF-8), read as it comes.
 */
#ifndef LRA_CORPORATE_FILE_H
#define LRA_CORPORATE_FILE_H

#include "common/csv/csv.h"

enum { CORPORATE_COLUMNS = 30, CORPORATE_NUMBER = 14 };

/* One entry; borrowed from the row, or from `address` and `en_address`. Dates as "2020-01-02", "" for none. */
struct corporate_row {
	const char *number, *name, *furigana, *en_name;
	char address[1024], en_address[1024];
	const char *updated_on, *closed_on, *close_cause, *successor;
	int64_t kind;
	bool latest;  /* false: how it was before; newer rows say how it is */
	bool removed; /* the number was given by mistake */
};
/* E_INPUT: with the column's name in the words of the data's description, never its value. */
RESULT corporate_row_read(const struct csv_row *row, struct corporate_row *out);

/* Out of "VATJP-1010405009403" or "NTRJP-010405009403", whose check digit is added; false: of another scheme. */
bool corporate_number_of(const char *organization_identifier,
	char out[static CORPORATE_NUMBER]);

#endif
