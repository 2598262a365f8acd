/* inkan-lra: see `inkan lra --help`. */
#include "common/base/secret.h"
#include "lra/commands.h"

int main(int argc, char **argv)
{
	struct err err = secret_harden();
	if (err_is(err)) {
		fprintf(stderr, "inkan-lra: %s\n", err.text);
		return err_kind(err.code)->exit_code;
	}
	return command_main(&lra_commands, argc, argv, NULL);
}
