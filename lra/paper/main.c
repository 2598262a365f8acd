/* inkan-paper: draws the LRA's papers; inkan-lra starts it with the channel at descriptor 3 and the folder of the fonts. */
#include <fcntl.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/secret.h"
#include "common/proc/proc.h"
#include "lra/paper/desk.h"

enum { CHANNEL = 3 };

/*
 * The layout libraries give memory back with what stood in it, and a PIN stood there. The C library can overwrite what is
 * freed, but is told so by the environment only, before main.
 */
static RESULT overwrite_what_is_freed(char **argv)
{
	if (getenv("G_SLICE") != NULL)
		return OK;
	if (setenv("GLIBC_TUNABLES",
		    "glibc.malloc.perturb=90:glibc.malloc.tcache_count=0", 1) != 0 ||
		setenv("G_SLICE", "always-malloc", 1) != 0)
		return FAIL(E_IO, "environment");
	execv("/proc/self/exe", argv);
	return FAIL(E_IO, "could not start itself anew");
}

/* Restricted before the fonts are read: they are parsed behind the wall, and so is a thread that the library begins. */
static RESULT run(const char *folder, char **argv)
{
	const char *const folders[] = { folder, NULL };
	AUTO(paper_fonts_free) struct paper_fonts *fonts = NULL;
	TRY(overwrite_what_is_freed(argv));
	TRY(secret_harden());
	TRY(proc_signals());
	if (fcntl(CHANNEL, F_SETFD, FD_CLOEXEC) != 0)
		return FAIL(E_INPUT,
			"descriptor 3 is not open; inkan-lra starts this program");
	TRY(proc_restrict(POWER_FILE_READ | POWER_THREAD, folders, NULL));
	TRY(paper_fonts_load(folder, &fonts));
	return desk_serve(CHANNEL, fonts);
}

int main(int argc, char **argv)
{
	log_open("lra-paper", 6);
	if (argc != 2) {
		fputs("use: inkan-paper FONTS, with the channel at descriptor 3\n",
			stderr);
		return 2;
	}
	struct err err = run(argv[1], argv);
	if (err_is(err))
		log_err(NULL, "ended", err);
	return err_is(err) ? err_kind(err.code)->exit_code : 0;
}
