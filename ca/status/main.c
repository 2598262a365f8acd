/* inkan-status: what the public asks of the CA: is this certificate good, where is the CRL, which are your certificates. */
#include "ca/status/commands.h"
#include "common/base/secret.h"

int main(int argc, char **argv)
{
	struct err err = secret_harden();
	if (err_is(err)) {
		fprintf(stderr, "inkan-status: %s\n", err.text);
		return err_kind(err.code)->exit_code;
	}
	return command_main(&status_commands, argc, argv, NULL);
}
