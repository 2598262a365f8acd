#include "ca/ceremony/room.h"

#include <stdarg.h>

#include "common/base/clock.h"
#include "common/base/table.h"

void room_clear(struct room *room)
{
	for (size_t i = 0; i < room->authority_count; i++) {
		struct authority *authority = &room->authority[i];
		buf_clear(&authority->der);
		EVP_PKEY_free(authority->public_key);
		token_key_free(authority->key);
	}
	for (size_t i = 0; i < room->token_count; i++)
		token_close(room->token[i].token);
	transcript_close(room->transcript);
	profile_set_free(room->profiles);
	*room = (struct room){ .plan = NULL };
}

RESULT room_path(const struct room *room, const char *part, const char *suffix,
	char out[static ROOM_PATH])
{
	int len = snprintf(out, ROOM_PATH, "%s/%s%s", room->site->output, part, suffix);
	return len > 0 && len < ROOM_PATH ? OK
					  : FAIL(E_INPUT, "output: the path is too long");
}

struct authority *room_authority(struct room *room, const char *word)
{
	for (size_t i = 0; i < room->authority_count; i++)
		if (strcmp(room->authority[i].row->word, word) == 0)
			return &room->authority[i];
	return NULL;
}

RESULT room_token(const struct room *room, const char *label, struct token **out)
{
	for (size_t i = 0; i < room->token_count; i++)
		if (strcmp(room->token[i].label, label) == 0) {
			*out = room->token[i].token;
			return OK;
		}
	return FAIL(E_BUG, "token %s was not opened", label);
}

RESULT room_profile(const struct room *room, const struct plan_row *row,
	const struct profile **out)
{
	const struct profile *profile = profile_set_find(room->profiles, row->profile, 0);
	const struct plan_row *above = plan_find(room->plan, row->issuer);
	if (profile == NULL)
		return FAIL(E_POLICY, "%s: no profile %s", row->word, row->profile);
	/* "*": a responder's certificate comes from the CA whose status it answers (PROFILES part 7). */
	bool any = strcmp(profile->issuer, "*") == 0 && above != NULL;
	if (!any && strcmp(profile->issuer, above == NULL ? "" : above->profile) != 0)
		return FAIL(E_POLICY, "%s: profile %s is not issued by %s", row->word,
			row->profile, above == NULL ? "itself" : above->profile);
	*out = profile;
	return OK;
}

/* clang-format off */
static const struct { const char *event, *ja; } words[] = {
	{ "begun",              "開始" },
	{ "resumed",            "再開" },
	{ "present",            "出席" },
	{ "confirmed",          "確認" },
	{ "tokenInitialised",   "トークン初期化" },
	{ "tokenOpened",        "トークン使用" },
	{ "keyGenerated",       "鍵生成" },
	{ "keyTakenUp",         "鍵継続使用" },
	{ "certificateSigned",  "証明書発行" },
	{ "certificateKept",    "証明書維持" },
	{ "crlSigned",          "失効リスト発行" },
	{ "crlKept",            "失効リスト維持" },
	{ "finished",           "終了" },
	{ "stopped",            "中止" },
};
/* clang-format on */

/* One line for people: the event in Japanese and English, and what it is about. */
static void tell(const struct room *room, const char *event, const char *about)
{
	const char *ja = "";
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].event, event) == 0)
			ja = words[i].ja;
	fprintf(room->plain, "%s%s / %s  %s\n", room->demo ? "[予行 DEMO] " : "", ja,
		event, about);
}

RESULT room_record(struct room *room, const char *event, ...)
{
	AUTO(json_free) struct json *fields = NULL;
	struct err err = OK;
	va_list args;
	const char *name, *about = NULL;
	TRY(json_new_object(&fields));
	va_start(args, event);
	while (!err_is(err) && (name = va_arg(args, const char *)) != NULL) {
		const char *value = va_arg(args, const char *);
		about = about == NULL ? value : about;
		err = json_set_text(fields, name, value);
	}
	va_end(args);
	TRY(err);
	if (room->demo)
		TRY(json_set_text(fields, "demo", "予行 / DEMO"));
	TRY(transcript_add(room->transcript, clock_now(), event, MOVE(fields)));
	if (room->plain != NULL)
		tell(room, event, about == NULL ? "" : about);
	return OK;
}
