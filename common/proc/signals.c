#include <signal.h>

#include "common/proc/proc.h"

volatile int proc_stop, proc_reload;

static void stop(int number)
{
	(void)number;
	proc_stop = 1;
}

static void reload(int number)
{
	(void)number;
	proc_reload = 1;
}

RESULT proc_signals(void)
{
	/* Without SA_RESTART: a loop that waits must come back and look at proc_stop. */
	static const struct {
		int number;
		void (*handler)(int);
	} rows[] = {
		{ SIGTERM, stop },
		{ SIGINT, stop },
		{ SIGHUP, reload },
		{ SIGPIPE, SIG_IGN },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sigaction action = { .sa_handler = rows[i].handler };
		sigemptyset(&action.sa_mask);
		if (sigaction(rows[i].number, &action, NULL) != 0)
			return FAIL(E_BUG, "sigaction for signal %d", rows[i].number);
	}
	return OK;
}
