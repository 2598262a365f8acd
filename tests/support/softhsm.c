#include "tests/support/softhsm.h"

#include <sys/stat.h>

void softhsm_open(const struct outside *outside)
{
	char path[160], text[512];
	snprintf(path, sizeof path, "%s/tokens", outside->folder);
	if (mkdir(path, 0700) != 0)
		abort();
	int len = snprintf(text, sizeof text,
		"directories.tokendir = %s\nobjectstore.backend = file\nlog.level = "
		"ERROR\n"
		"slots.removable = false\n",
		path);
	outside_write(outside, "softhsm2.conf", blob_make(text, (size_t)len));
	snprintf(path, sizeof path, "%s/softhsm2.conf", outside->folder);
	if (setenv("SOFTHSM2_CONF", path, 1) != 0)
		abort();
}

struct secret *softhsm_secret(const char *text)
{
	struct secret *secret = NULL;
	struct err err = secret_new(blob_text(text), &secret);
	if (err_is(err))
		abort();
	return secret;
}
