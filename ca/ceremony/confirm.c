#include "ca/ceremony/confirm.h"

enum { ANSWER = 80, TRIES = 3 };

static RESULT read_answer(FILE *terminal, char out[static ANSWER])
{
	if (fgets(out, ANSWER, terminal) == NULL)
		return FAIL(E_DENIED, "nobody answered");
	out[strcspn(out, "\r\n")] = 0;
	return OK;
}

static RESULT ask_person(const struct room *room, FILE *terminal,
	const struct plan_person *other, const struct plan_person **out)
{
	char answer[ANSWER];
	for (int i = 0; i < TRIES; i++) {
		fprintf(terminal, "%s  id: ",
			other == NULL ? "確認者1 / first" : "確認者2 / second");
		fflush(terminal);
		TRY(read_answer(terminal, answer));
		const struct plan_person *person = plan_person(room->plan, answer);
		if (person != NULL && person != other) {
			*out = person;
			return OK;
		}
		fprintf(terminal,
			person == NULL ? "出席者にありません / not among those present\n"
				       : "同じ人です / the same person\n");
	}
	return FAIL(E_DENIED, "not two people of those present");
}

static RESULT ask(const struct room *room, FILE *terminal,
	const struct plan_person *people[static 2])
{
	char answer[ANSWER];
	people[1] = NULL;
	TRY(ask_person(room, terminal, NULL, &people[0]));
	TRY(ask_person(room, terminal, people[0], &people[1]));
	fprintf(terminal, "%s %s  yes: ", people[0]->name, people[1]->name);
	fflush(terminal);
	TRY(read_answer(terminal, answer));
	return strcmp(answer, "yes") == 0 ? OK
					  : FAIL(E_DENIED, "stopped at the confirmation");
}

static RESULT ask_at_terminal(struct room *room, const char *ja, const char *en)
{
	const struct plan_person *people[2];
	/* The terminal itself: input that was piped in is not a person. */
	FILE *terminal = fopen("/dev/tty", "r+e");
	if (terminal == NULL)
		return FAIL(E_STATE,
			"no terminal to confirm at; a rehearsal takes --yes-demo");
	fprintf(terminal, "\n%s\n%s\n", ja, en);
	struct err err = ask(room, terminal, people);
	fclose(terminal);
	if (err_is(err)) {
		IGNORE(room_record(room, "confirmationRefused", "step", en,
			NULL)); /* the refusal itself is told */
		return err;
	}
	return room_record(room, "confirmed", "step", en, "first", people[0]->id,
		"firstRole", people[0]->role, "second", people[1]->id, "secondRole",
		people[1]->role, NULL);
}

RESULT confirm_two(struct room *room, const char *ja, const char *en)
{
	if (room->demo)
		return room_record(room, "confirmed", "step", en, "first", NULL, "second",
			NULL, NULL);
	return ask_at_terminal(room, ja, en);
}
