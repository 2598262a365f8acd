/* command: the verbs of a program as rows; options, help, errors and exit codes are the same everywhere (UX part 5). */
#ifndef COMMON_PROC_COMMAND_H
#define COMMON_PROC_COMMAND_H

#include "common/base/blob.h"
#include "common/base/secret.h"

#define COMMAND_VERSION "0.1.0"

/* What the shell gets. */
enum command_exit {
	COMMAND_OK,
	COMMAND_NO, /* ran fine, the answer is no */
	COMMAND_USAGE,
	COMMAND_CONFIG,
	COMMAND_NOTFOUND,
	COMMAND_CONFLICT,
	COMMAND_DENIED,
	COMMAND_PENDING, /* accepted, waits for a second person */
	COMMAND_STALE,   /* CRL, OCSP, clock or audit chain out of bounds */
	COMMAND_IO,
	COMMAND_EXIT_COUNT
};

enum command_type {
	OPTION_FLAG, /* --force */
	OPTION_TEXT, /* --profile NAME, --profile=NAME; UTF-8 */
	OPTION_INT,  /* between min and max */
	OPTION_TIME, /* 2026-11-23T02:08:43Z; read by command_int() as seconds UTC */
	OPTION_SECRET, /* where a secret comes from: fd:N, file:PATH, credential:NAME; never the secret itself */
};
struct command_option {
	const char *name; /* without the dashes; NULL ends a table */
	char letter;      /* 'c' for -c, or 0 */
	enum command_type type;
	const char *value; /* the value's word in the help: "FILE"; NULL for flags */
	const char *summary, *summary_ja; /* one line each */
	bool required;
	int64_t min, max;     /* OPTION_INT */
	const char *fallback; /* when absent; shown in the help; or NULL */
};

struct command_call;
struct command {
	const char *verb;      /* "issue", "order show"; "": when no verb is given */
	const char *arguments; /* for the help: "RECEIPT [FILE]"; "" for none */
	size_t min_arguments, max_arguments;
	const char *summary, *summary_ja;
	const struct command_option *options; /* ended by a row without a name; or NULL */
	const char *const *examples;          /* whole lines, NULL-ended; one at least */
	/*
	 * Does it, prints to stdout. An error is printed by the caller and gives the exit code of its err_code, unless
	 * the command has set call->exit; without an error call->exit is the exit code (COMMAND_NO, COMMAND_PENDING …).
	 */
	struct err (*run)(struct command_call *call);
	bool destructive; /* has --confirm WORD, see command_confirm() */
};
struct command_set {
	const char *program; /* as people type it: "inkan ca" */
	const char *summary, *summary_ja;
	const struct command *commands;
	size_t command_count;
	const struct command_option
		*options; /* of every command: --config …; ended as above; or NULL */
};

enum { COMMAND_OPTIONS = 32, COMMAND_ARGUMENTS = 256, COMMAND_REF = 17 };
struct command_call {
	const struct command_set *set;
	const struct command *command;
	void *context; /* as given to command_main */
	size_t argument_count;
	const char *argument[COMMAND_ARGUMENTS]; /* those that are no options; UTF-8 */
	bool json;     /* --json: print JSON for programs, nothing else, to stdout */
	bool japanese; /* LC_ALL, LC_MESSAGES, LANG */
	bool interactive; /* stdin and stderr are terminals: only then may anything be asked */
	bool color;       /* stdout is a terminal and NO_COLOR is not set */
	char ref[COMMAND_REF]; /* stands in the error and belongs into log lines and audit events */
	enum command_exit exit;
	char next[160];     /* set by command_next() */
	size_t value_count; /* private from here on */
	struct {
		const struct command_option *option;
		const char *text;
		int64_t number;
	} value[COMMAND_OPTIONS];
};

/*
 * The whole of a program's main() for people: chooses the command, reads the options, runs it, tells the error, and
 * returns the exit code. Knows by itself --help, -h, --version, --json, `help VERB`, --completion bash|zsh|fish.
 */
int command_main(const struct command_set *set, int argc, char **argv, void *context);

/* Options of the call, by name: NULL, 0 or false when absent and without fallback. */
const char *command_text(const struct command_call *call, const char *name);
int64_t command_int(const struct command_call *call,
	const char *name); /* OPTION_INT, OPTION_TIME */
bool command_has(const struct command_call *call,
	const char *name); /* given, or a flag that is set */

/* The words in the caller's language. */
const char *command_say(const struct command_call *call, const char *en, const char *ja);
/* An escape sequence or "": colour is never alone, the words say it too. */
enum command_color { COLOR_NONE, COLOR_GOOD, COLOR_WARN, COLOR_BAD, COLOR_DIM };
const char *command_color(const struct command_call *call, enum command_color color);
/* The command that usually follows; printed behind the result or the error, to stderr, for people only. */
void command_next(struct command_call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Before what cannot be undone: OK when the word (receipt number, CA name) was typed, or given by --confirm. E_INPUT:
 * another word, or nobody to ask and no --confirm. what_*: "revokes the certificate of …".
 */
RESULT command_confirm(struct command_call *call, const char *word, const char *what_en,
	const char *what_ja);
/*
 * The secret that the OPTION_SECRET names; without it, asked for on the terminal without echo, twice when `twice`.
 * E_INPUT: nobody to ask, or the two differ.
 */
RESULT command_secret(struct command_call *call, const char *option,
	const char *prompt_en, const char *prompt_ja, bool twice, struct secret **out);

/* True: Japanese is asked for by the environment. */
bool command_is_japanese(void);
/* The word of the NULL-ended list most like the given one, at most a third of it wrong; NULL: none is near. */
const char *command_nearest(const char *word, const char *const *words);
/*
 * A table's own faults, for tests of each program: a command without summary, Japanese, example or with an example of
 * another program, doubled verbs or options, a plain option named like a secret. E_BUG names the row.
 */
RESULT command_check(const struct command_set *set);
/* {"code","name","message_en","message_ja","detail","ref"}: what --json prints to stderr for an error. */
RESULT command_error_json(enum command_exit exit, struct err err, const char *ref,
	struct buf *out);

#endif
