#include "lra/notices/template.h"

#include "common/base/file.h"
#include "common/base/table.h"
#include "common/base/text.h"

enum { TEXT_MOST = 16 * 1024, NAME_MOST = 24 };

struct templates {
	struct buf text[NOTICE_KINDS]
		       [LANGUAGE_COUNT]; /* as in the file; empty: not mailed */
};

static const char *const fields[FIELD_COUNT] = {
	[FIELD_RECEIPT_NUMBER] = "receiptNumber",
	[FIELD_NAME] = "name",
	[FIELD_LRA] = "lra",
	[FIELD_CONTACT] = "contact",
	[FIELD_PAGE] = "page",
	[FIELD_AT] = "at",
	[FIELD_DUE] = "due",
	[FIELD_NOT_AFTER] = "notAfter",
	[FIELD_DAYS] = "days",
	[FIELD_WORDS] = "words",
};
static const char *const languages[LANGUAGE_COUNT] = { "ja", "en" };
static const char subject_word[] = "Subject: ";

enum notice_language notice_language(const char *word)
{
	return strcmp(word, "en") == 0 ? LANGUAGE_EN : LANGUAGE_JA;
}

const char *notice_language_word(enum notice_language language)
{
	return languages[language];
}

/* The field whose name begins at text and ends with a brace; len: of "name}". FIELD_COUNT: none. */
static enum notice_field field_at(const char *text, size_t *len)
{
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		size_t name = strlen(fields[i]);
		if (strncmp(text, fields[i], name) == 0 && text[name] == '}') {
			*len = name + 1;
			return (enum notice_field)i;
		}
	}
	return FIELD_COUNT;
}

/* ---- reading */

static void fault(struct conf_faults *faults, const char *path, size_t line,
	const char *what)
{
	if (faults->count < COUNT(faults->text))
		snprintf(faults->text[faults->count++], sizeof faults->text[0],
			"%.200s:%zu: %.110s", path, line, what);
}

static void check_line(const char *line, const char *path, size_t number,
	struct conf_faults *faults)
{
	size_t len = 0;
	for (const char *c = line; *c != 0 && *c != '\n'; c++) {
		if (*c == '}')
			fault(faults, path, number, "a } without its {");
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			fault(faults, path, number, "a control character");
		if (*c != '{')
			continue;
		if (field_at(c + 1, &len) == FIELD_COUNT) {
			fault(faults, path, number,
				"no field is called so: receiptNumber, name, lra, "
				"contact, page, at, due, notAfter, days, words");
			return;
		}
		c += len;
	}
}

static const char *behind_line(const char *text)
{
	const char *end = strchr(text, '\n');
	return end == NULL ? text + strlen(text) : end + 1;
}

static void check(const char *text, const char *path, struct conf_faults *faults)
{
	size_t number = 1;
	if (!text_is_utf8(blob_text(text)))
		fault(faults, path, 1, "not UTF-8");
	if (!text_starts(text, subject_word))
		fault(faults, path, 1, "the first line is not \"Subject: …\"");
	if (behind_line(text)[0] != '\n')
		fault(faults, path, 2, "no empty line behind the subject");
	for (const char *line = text; *line != 0; line = behind_line(line))
		check_line(line, path, number++, faults);
}

RESULT templates_load(const char *folder, struct templates **out,
	struct conf_faults *faults)
{
	AUTO(templates_free) struct templates *templates = calloc(1, sizeof *templates);
	char path[4096];
	if (templates == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t kind = 0; kind < NOTICE_KINDS; kind++)
		for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
			struct buf *text = &templates->text[kind][i];
			*text = BUF(TEXT_MOST);
			if (!notice_kinds[kind].mailed)
				continue;
			snprintf(path, sizeof path, "%.3000s/%s/%s.txt", folder,
				languages[i], notice_kinds[kind].name);
			struct err err = file_read(path, text);
			if (err_is(err))
				fault(faults, path, 1, err.text);
			else
				check(buf_text(text), path, faults);
		}
	TRY(conf_result(faults));
	*out = MOVE(templates);
	return OK;
}

void templates_free(struct templates *templates)
{
	if (templates == NULL)
		return;
	for (size_t kind = 0; kind < NOTICE_KINDS; kind++)
		for (size_t i = 0; i < LANGUAGE_COUNT; i++)
			buf_clear(&templates->text[kind][i]);
	free(templates);
}

/* ---- filling */

/* told: fields that stand in the line; empty: those of them that say nothing. */
static RESULT fill_line(const char *line, const struct notice_values *values,
	struct buf *out)
{
	size_t told = 0, empty = 0, len = 0, from = out->len;
	const char *end = behind_line(line);
	for (const char *c = line; c < end; c++) {
		enum notice_field field = *c == '{' ? field_at(c + 1, &len) : FIELD_COUNT;
		if (field == FIELD_COUNT) {
			TRY(buf_append(out, blob_make(c, 1)));
			continue;
		}
		told++;
		empty += values->text[field][0] == 0;
		TRY(buf_append_text(out, values->text[field]));
		c += len;
	}
	if (told > 0 && told == empty) {
		out->len = from;
		if (out->data != NULL)
			out->data[from] = 0;
	}
	return OK;
}

RESULT templates_fill(const struct templates *templates, const char *kind,
	enum notice_language language, const struct notice_values *values,
	struct buf *subject, struct buf *body)
{
	const struct notice_kind *row = notice_kind_find(kind);
	if (row == NULL || !row->mailed)
		return FAIL(E_NOT_FOUND, "no text for %.40s", kind);
	const char *text = buf_text(&templates->text[row - notice_kinds][language]);
	TRY(fill_line(text + strlen(subject_word), values, subject));
	while (subject->len > 0 && subject->data[subject->len - 1] == '\n')
		subject->data[--subject->len] = 0;
	for (const char *line = behind_line(behind_line(text)); *line != 0;
		line = behind_line(line))
		TRY(fill_line(line, values, body));
	return OK;
}
