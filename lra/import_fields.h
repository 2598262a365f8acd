/* import_fields: what columns of a file may mean, the headings by which they are known, and one row made an application. */
#ifndef LRA_IMPORT_FIELDS_H
#define LRA_IMPORT_FIELDS_H

#include "common/csv/csv.h"
#include "common/json/json.h"

/* What stands in a cell that held somebody's 個人番号: the number itself is not kept anywhere (R-IDV-13). */
#define IMPORT_WITHHELD "************"

struct import_field {
	const char *name;    /* path of the member in an application: "subject.surname" */
	const char *ja, *en; /* heading in templates */
	const char *also;    /* other headings, each between bars; compared folded */
};
extern const struct import_field import_fields[]; /* ended by a row without a name */
/* NULL: no such field. */
const struct import_field *import_field_find(const char *name);
/* The field that a heading names, by name, heading or one of the others; NULL: none. */
const struct import_field *import_field_by_heading(const char *heading);

/* Which column is what; NULL: not used. */
struct import_columns {
	size_t count;
	const struct import_field *field[CSV_COLUMNS];
};
/* Headings when at least half of the cells, and two of them, are known ones. A field is taken by its first column. */
bool import_columns_of(const struct csv_row *row, struct import_columns *out);
/* [name or null …] */
RESULT import_columns_write(const struct import_columns *columns, struct buf *out);
/* E_INPUT: no such field, a field twice, too many. */
RESULT import_columns_read(const struct json *array, struct import_columns *out);

/*
 * The application that a row stands for: what is common to all, the row's cells laid over it, and what follows from them when it
 * is not there: the name in kanji out of family and given name or the other way round, the commonName in letters, who accepted
 * the terms. cells: JSON array of texts. E_INPUT: common is not an object, or cells not texts.
 */
RESULT import_compose(const struct json *common, const struct import_columns *columns,
	const struct json *cells, const char *idempotency_key, struct json **out);

#endif
