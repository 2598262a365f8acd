#include <errno.h>
#include <termios.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/base/ossl.h"
#include "common/base/text.h"
#include "common/proc/command_parts.h"

enum { INTERRUPT = 3 };

/* One line from standard input, without its end. E_INPUT: none, or longer. */
static RESULT read_line(char *out, size_t size)
{
	size_t len = 0;
	for (;;) {
		char one;
		ssize_t got = read(STDIN_FILENO, &one, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || one == INTERRUPT)
			return FAIL(E_INPUT, "no answer; nothing was done");
		if (one == '\n')
			break;
		if (len + 1 >= size)
			return FAIL(E_INPUT, "answer: longer than %zu bytes", size - 1);
		out[len++] = one;
	}
	out[len] = 0;
	return OK;
}

RESULT command_confirm(struct command_call *call, const char *word, const char *what_en,
	const char *what_ja)
{
	char typed[256];
	const char *given = command_text(call, "confirm");
	if (given != NULL)
		return strcmp(given, word) == 0
			       ? OK
			       : FAIL(E_INPUT, "--confirm: not \"%s\"; nothing was done",
					 word);
	if (!call->interactive)
		return FAIL(E_INPUT, "needs --confirm %s, for there is nobody to ask",
			word);
	fprintf(stderr, "%s\n%s \"%s\": ", command_say(call, what_en, what_ja),
		command_say(call, "This cannot be undone. To go on, type",
			"この操作は取り消せません。続けるには次を入力してください"),
		word);
	TRY(read_line(typed, sizeof typed));
	if (strcmp(typed, word) != 0)
		return FAIL(E_INPUT, "typed something else than \"%s\"; nothing was done",
			word);
	return OK;
}

static RESULT read_unseen(struct command_call *call, const char *prompt, char *out,
	size_t size)
{
	struct termios before, quiet;
	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return FAIL(E_IO, "terminal: %s", strerror(errno));
	quiet = before;
	/* Ctrl-C comes as a byte that ends the line: as a signal it would leave the terminal without its echo. */
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	quiet.c_cc[VEOL] = INTERRUPT;
	/* Quiet before the prompt: what is typed at once would else be seen, or thrown away. */
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
		return FAIL(E_IO, "terminal: %s", strerror(errno));
	fprintf(stderr, "%s: ", prompt);
	struct err err = read_line(out, size);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	if (!err_is(err) && out[0] == 0)
		err = FAIL(E_INPUT, "%s",
			command_say(call, "nothing was typed", "入力がありません"));
	return err;
}

RESULT command_secret(struct command_call *call, const char *option,
	const char *prompt_en, const char *prompt_ja, bool twice, struct secret **out)
{
	char first[LIMIT_PIN + 1] = "", second[LIMIT_PIN + 1] = "";
	const char *source = command_text(call, option);
	if (source != NULL)
		return secret_from_source(source, out);
	if (!call->interactive)
		return FAIL(E_INPUT,
			"needs --%s fd:N or file:PATH, for there is nobody to ask",
			option);
	struct err err = read_unseen(call, command_say(call, prompt_en, prompt_ja), first,
		sizeof first);
	if (!err_is(err) && twice) {
		err = read_unseen(call, command_say(call, "Once more", "もう一度"),
			second, sizeof second);
		if (!err_is(err) && strcmp(first, second) != 0)
			err = FAIL(E_INPUT, "the two entries differ");
	}
	if (!err_is(err))
		err = secret_new(blob_text(first), out);
	OPENSSL_cleanse(first, sizeof first);
	OPENSSL_cleanse(second, sizeof second);
	return err;
}
