#include "lra/paper/sheet.h"

#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/base/text.h"

/* clang-format off */
static const char *const forms[SHEET_FORM_COUNT] = {
	[SHEET_PIN_LETTER]    = "pinLetter",
	[SHEET_DELIVERY_NOTE] = "deliveryNote",
	[SHEET_RECEIPT]       = "receipt",
	[SHEET_LEDGER]        = "ledger",
};

/* The members of each object, once for both ways. */
struct member { const char *name; size_t offset, size; }; /* size 0: int64_t */
#define TEXT(type, name, field) { name, offsetof(struct type, field), sizeof ((struct type *)0)->field }
#define TIME(type, name, field) { name, offsetof(struct type, field), 0 }

static const struct member heading_members[] = {
	TIME(sheet_heading, "madeAt",  made_at), TEXT(sheet_heading, "sender", sender),
	TEXT(sheet_heading, "contact", contact), TEXT(sheet_heading, "madeBy", made_by),
	TIME(sheet_heading, "from",    from),    TIME(sheet_heading, "until",  until),
};
static const struct member sheet_members[] = {
	TEXT(sheet, "receiptNumber", receipt),      TEXT(sheet, "commonName",  common_name),
	TEXT(sheet, "profile",       profile),      TEXT(sheet, "issuer",      issuer),
	TEXT(sheet, "form",          form),         TEXT(sheet, "serialNumber", serial_number),
	TEXT(sheet, "sha256",        sha256),       TIME(sheet, "notBefore",   not_before),
	TIME(sheet, "notAfter",      not_after),    TIME(sheet, "deliveredAt", delivered_at),
	TIME(sheet, "dueAt",         due_at),       TEXT(sheet, "fileChannel", file_channel),
	TEXT(sheet, "pinChannel",    pin_channel),  TEXT(sheet, "pickup",      pickup),
};
static const struct member row_members[] = { /* the columns of the ledger, in their order */
	TEXT(sheet_row, "receiptNumber", receipt),       TEXT(sheet_row, "commonName",  common_name),
	TEXT(sheet_row, "profile",       profile),       TEXT(sheet_row, "issuer",      issuer),
	TEXT(sheet_row, "serialNumber",  serial_number), TEXT(sheet_row, "state",       state),
	TIME(sheet_row, "issuedAt",      issued_at),     TIME(sheet_row, "deliveredAt", delivered_at),
	TEXT(sheet_row, "fileChannel",   file_channel),  TEXT(sheet_row, "pinChannel",  pin_channel),
	TIME(sheet_row, "pinShownAt",    pin_shown_at),  TIME(sheet_row, "acceptedAt",  accepted_at),
	TEXT(sheet_row, "receiptMethod", method),        TIME(sheet_row, "revokedAt",   revoked_at),
	TEXT(sheet_row, "reason",        reason),        TIME(sheet_row, "notAfter",    not_after),
};
/* clang-format on */

const char *sheet_form_name(enum sheet_form form)
{
	return forms[form];
}

static RESULT write_members(struct json *object, const struct member *members,
	size_t count, const void *from)
{
	const char *base = from;
	for (size_t i = 0; i < count; i++) {
		const void *at = base + members[i].offset;
		int64_t number;
		if (members[i].size > 0) {
			TRY(json_set_text(object, members[i].name, at));
			continue;
		}
		memcpy(&number, at, sizeof number);
		TRY(json_set_int(object, members[i].name, number));
	}
	return OK;
}

static RESULT read_members(const struct json *object, const struct member *members,
	size_t count, void *to)
{
	char *base = to;
	for (size_t i = 0; i < count; i++) {
		void *at = base + members[i].offset;
		const char *text;
		int64_t number;
		if (members[i].size > 0) {
			TRY(json_get_text(object, members[i].name, &text));
			TRY_IN(text_copy(text, at, members[i].size), "%s",
				members[i].name);
			continue;
		}
		TRY(json_get_int(object, members[i].name, &number));
		memcpy(at, &number, sizeof number);
	}
	return OK;
}

/* ---- heading */

RESULT sheet_heading_write(const struct sheet_heading *heading, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "form", forms[heading->form]));
	TRY(write_members(object, heading_members, COUNT(heading_members), heading));
	return json_write(object, out);
}

RESULT sheet_heading_read(struct blob text, struct sheet_heading *out)
{
	AUTO(json_free) struct json *object = NULL;
	const char *form;
	*out = (struct sheet_heading){ .form = SHEET_FORM_COUNT };
	TRY(json_parse(text, &object));
	TRY(json_get_text(object, "form", &form));
	for (size_t i = 0; i < COUNT(forms); i++)
		if (strcmp(forms[i], form) == 0)
			out->form = (enum sheet_form)i;
	if (out->form == SHEET_FORM_COUNT)
		return FAIL(E_INPUT, "form: \"%.30s\" is none", form);
	return read_members(object, heading_members, COUNT(heading_members), out);
}

/* ---- sheets */

RESULT sheet_write(const struct sheet *sheet, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *recipient = NULL;
	TRY(json_new_object(&object));
	TRY(write_members(object, sheet_members, COUNT(sheet_members), sheet));
	TRY(recipient_write(&sheet->recipient, &recipient));
	TRY(json_set(object, "recipient", MOVE(recipient)));
	return json_write(object, out);
}

RESULT sheet_read(struct blob text, struct sheet *out)
{
	AUTO(json_free) struct json *object = NULL;
	const struct json *recipient;
	*out = (struct sheet){ .due_at = 0 };
	TRY(json_parse(text, &object));
	TRY(read_members(object, sheet_members, COUNT(sheet_members), out));
	TRY(json_get_object(object, "recipient", &recipient));
	return recipient_read(recipient, &out->recipient);
}

/* ---- rows of the ledger */

static int64_t time_at(const struct sheet_row *row, const struct member *member)
{
	int64_t time;
	memcpy(&time, (const char *)row + member->offset, sizeof time);
	return time;
}

RESULT sheet_row_json(const struct sheet_row *row, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	for (size_t i = 0; i < COUNT(row_members); i++) {
		const struct member *member = &row_members[i];
		const char *text = (const char *)row + member->offset;
		if (member->size > 0)
			TRY(json_set_text(object, member->name, text));
		else if (time_at(row, member) == 0)
			TRY(json_set_text(object, member->name, NULL));
		else
			TRY(json_set_time(object, member->name, time_at(row, member)));
	}
	*out = MOVE(object);
	return OK;
}

RESULT sheet_row_read(const struct json *object, struct sheet_row *out)
{
	*out = (struct sheet_row){ .issued_at = 0 };
	for (size_t i = 0; i < COUNT(row_members); i++) {
		const struct member *member = &row_members[i];
		void *at = (char *)out + member->offset;
		const char *word;
		int64_t time = 0;
		TRY(json_get_text_or(object, member->name, "", &word));
		if (member->size > 0) {
			TRY_IN(text_copy(word, at, member->size), "%s", member->name);
			continue;
		}
		if (word[0] != 0)
			TRY_IN(clock_parse(word, &time), "%s", member->name);
		memcpy(at, &time, sizeof time);
	}
	return OK;
}

/* What makes a spreadsheet run a cell, also in full width and behind blanks. */
static bool is_formula(const char *text)
{
	static const char *const begins[] = { "=", "+", "-", "@", "\t", "\r", "\n", "＝",
		"＋", "－", "＠" };
	text += strspn(text, " ");
	for (size_t i = 0; i < COUNT(begins); i++)
		if (text_starts(text, begins[i]))
			return true;
	return false;
}

/* It becomes a text by an apostrophe, as spreadsheets write one themselves. */
static RESULT append_cell(struct buf *out, const char *text)
{
	bool formula = is_formula(text);
	if (!formula && strpbrk(text, ",\"\r\n") == NULL)
		return buf_append_text(out, text);
	TRY(buf_append_text(out, formula ? "\"'" : "\""));
	for (; *text != 0; text++)
		TRY(buf_append(out,
			*text == '"' ? blob_text("\"\"") : blob_make(text, 1)));
	return buf_append_text(out, "\"");
}

RESULT sheet_row_csv(const struct sheet_row *row, struct buf *out)
{
	for (size_t i = 0; i < COUNT(row_members); i++) {
		const struct member *member = &row_members[i];
		char time[CLOCK_TEXT] = "";
		const char *text = member->name;
		if (row != NULL && member->size > 0)
			text = (const char *)row + member->offset;
		if (row != NULL && member->size == 0) {
			if (time_at(row, member) != 0)
				clock_text(time_at(row, member), time);
			text = time;
		}
		if (i > 0)
			TRY(buf_append_text(out, ","));
		TRY(append_cell(out, text));
	}
	return buf_append_text(out, "\r\n");
}
