/* inkan-notices: tells applicants and their organisations what becomes of applications; inkan-lra starts it with its settings. */
#include "common/base/log.h"
#include "common/base/secret.h"
#include "common/proc/proc.h"
#include "lra/notices/sender.h"

static void print_faults(const struct conf_faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		fprintf(stderr, "%s\n", faults->text[i]);
}

/* only_check: reads all that the settings name, and sends nothing. */
static RESULT run(const char *path, bool only_check)
{
	AUTO(notices_conf_free) struct notices_conf *conf = NULL;
	AUTO(sender_close) struct sender *sender = NULL;
	struct conf_faults faults = { .count = 0 };
	TRY(secret_harden());
	TRY(proc_signals());
	struct err err = notices_conf_load(path, &conf, &faults);
	if (!err_is(err))
		err = sender_open(conf, &sender, &faults);
	print_faults(&faults);
	if (err_is(err) || only_check)
		return err;
	log_notice(NULL, "sending");
	return sender_run(sender);
}

static RESULT describe(void)
{
	AUTO(buf_clear) struct buf text = BUF(64 * 1024);
	TRY(notices_conf_describe(&text));
	fputs(buf_text(&text), stdout);
	return OK;
}

int main(int argc, char **argv)
{
	bool check = argc == 3 && strcmp(argv[1], "-t") == 0;
	log_open("lra-notices", 6);
	if (argc != 2 && !check) {
		fputs("use: inkan-notices SETTINGS, -t SETTINGS (reads them only), or -D "
		      "(their manual); inkan-lra starts it\n",
			stderr);
		return 2;
	}
	struct err err = argc == 2 && strcmp(argv[1], "-D") == 0
				 ? describe()
				 : run(argv[check ? 2 : 1], check);
	if (err_is(err))
		log_err(NULL, "ended", err);
	return err_is(err) ? err_kind(err.code)->exit_code : 0;
}
