/* inkan-ra: see `inkan ra --help`. */
#include "common/base/secret.h"
#include "ra/commands.h"

int main(int argc, char **argv)
{
	struct err err = secret_harden();
	if (err_is(err)) {
		fprintf(stderr, "inkan-ra: %s\n", err.text);
		return err_kind(err.code)->exit_code;
	}
	return command_main(&ra_commands, argc, argv, NULL);
}
