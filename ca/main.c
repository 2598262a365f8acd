/* inkan-ca: see `inkan ca --help`. */
#include "ca/commands.h"
#include "common/base/secret.h"

int main(int argc, char **argv)
{
	struct err err = secret_harden();
	if (err_is(err)) {
		fprintf(stderr, "inkan-ca: %s\n", err.text);
		return err_kind(err.code)->exit_code;
	}
	return command_main(&ca_commands, argc, argv, NULL);
}
