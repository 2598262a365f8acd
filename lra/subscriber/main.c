/* inkan-subscriber: the pages for subscribers: follow, confirm receipt, revoke; inkan-lra starts one for each of its doors. */
#include "common/base/log.h"
#include "common/base/secret.h"
#include "common/proc/proc.h"
#include "lra/subscriber/subscriber.h"

static void print_faults(const struct conf_faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		fprintf(stderr, "%s\n", faults->text[i]);
}

static RESULT run(const char *path, enum subscriber_door door, bool only_check)
{
	AUTO(subscriber_conf_clear)
	struct subscriber_conf conf = { .database = NULL };
	struct conf_faults faults = { .count = 0 };
	TRY(secret_harden());
	TRY(proc_signals());
	struct err err = subscriber_conf_load(path, &conf, &faults);
	print_faults(&faults);
	TRY(err);
	return subscriber_run(&conf, door, only_check);
}

static RESULT describe(void)
{
	AUTO(buf_clear) struct buf text = BUF(64 * 1024);
	TRY(subscriber_conf_describe(&text));
	fputs(buf_text(&text), stdout);
	return OK;
}

int main(int argc, char **argv)
{
	bool check = argc == 3 && strcmp(argv[1], "-t") == 0;
	bool open = argc == 3 && strcmp(argv[1], "open") == 0;
	bool certificate = argc == 3 && strcmp(argv[1], "certificate") == 0;
	bool manual = argc == 2 && strcmp(argv[1], "-D") == 0;
	log_open("lra-subscriber", 6);
	if (!check && !open && !certificate && !manual) {
		fputs("use: inkan-subscriber open|certificate SETTINGS, -t SETTINGS "
		      "(reads them only), or -D (their manual); inkan-lra starts it\n",
			stderr);
		return 2;
	}
	struct err err =
		manual ? describe()
		       : run(argv[2],
				 certificate ? SUBSCRIBER_CERTIFICATE : SUBSCRIBER_OPEN,
				 check);
	if (err_is(err))
		log_err(NULL, "ended", err);
	return err_is(err) ? err_kind(err.code)->exit_code : 0;
}
