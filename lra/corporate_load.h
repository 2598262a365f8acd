/* corporate_load: the published data of corporate numbers becomes the registry's copy: all of a file, or nothing of it. */
#ifndef LRA_CORPORATE_LOAD_H
#define LRA_CORPORATE_LOAD_H

#include "lra/lra.h"

struct corporate_loaded {
	bool full;
	uint8_t sha256[32];
	int64_t size, rows,
		total; /* rows: entries of the file; total: numbers that are there now */
	char newest[16]; /* date of the youngest update */
};
/*
 * Reads the file to its end, at constant memory. full: it takes the place of what was there; else what changed since.
 * told: called now and then with how many rows came; NULL: nobody.  E_INPUT with line and column: nothing was loaded.
 */
RESULT corporate_load(const struct lra_conf *conf, FILE *file, bool full, int64_t now,
	void (*told)(int64_t rows), struct corporate_loaded *out);

#endif
