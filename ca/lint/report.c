#include "ca/lint/report.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/limits.h"

enum { JSON_MOST = 16 * 1024 * 1024 };

/* ---- files */

static RESULT map_file(int fd, const char *path, struct report_file *out)
{
	struct stat about;
	if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size <= 0)
		return FAIL(E_INPUT, "%s: not a file with something in it", path);
	void *map = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return FAIL(E_IO, "%s: %s", path, strerror(errno));
	out->map = map;
	out->map_len = (size_t)about.st_size;
	out->der = (struct span){ map, out->map_len };
	return OK;
}

/* The lines between the label's two, without their ends, as Base64. */
static RESULT decode_pem(const char *path, const char *from, const char *to,
	struct report_file *out)
{
	size_t most = (size_t)(to - from) + 1;
	AUTO(buf_clear) struct buf lines = BUF(most);
	while (from < to) {
		const char *end = from;
		while (end < to && *end != '\n' && *end != '\r')
			end++;
		TRY(buf_append(&lines, blob_make(from, (size_t)(end - from))));
		from = end < to ? end + 1 : to;
	}
	out->decoded = BUF(most);
	TRY_IN(base64_decode(buf_view(&lines), &out->decoded), "%s", path);
	out->der = (struct span){ out->decoded.data, out->decoded.len };
	return OK;
}

static RESULT find_pem(const char *path, const char *label, struct report_file *out)
{
	char begin[64], end[64];
	snprintf(begin, sizeof begin, "-----BEGIN %s-----", label);
	snprintf(end, sizeof end, "-----END %s-----", label);
	const char *from = memmem(out->map, out->map_len, begin, strlen(begin));
	if (from == NULL)
		return OK; /* DER */
	from += strlen(begin);
	const char *to = memmem(from,
		out->map_len - (size_t)(from - (const char *)out->map), end, strlen(end));
	if (to == NULL)
		return FAIL(E_INPUT, "%s: no %s", path, end);
	return decode_pem(path, from, to, out);
}

RESULT report_open(const char *path, const char *label, struct report_file *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return FAIL(E_NOT_FOUND, "%s: %s", path, strerror(errno));
	struct err err = map_file(fd, path, out);
	close(fd);
	TRY(err);
	return find_pem(path, label, out);
}

void report_file_clear(struct report_file *file)
{
	if (file->map != NULL)
		munmap(file->map, file->map_len);
	buf_clear(&file->decoded);
	file->map = NULL;
}

/* ---- findings */

void report_clear(struct report *report)
{
	json_free(report->rows);
}

static RESULT keep(struct json *rows, const char *path, const struct lint_rule *rule,
	const char *detail)
{
	AUTO(json_free) struct json *row = NULL;
	TRY(json_new_object(&row));
	if (path != NULL)
		TRY(json_set_text(row, "file", path));
	TRY(json_set_text(row, "rule", rule->id));
	TRY(json_set_text(row, "clause", rule->clause));
	TRY(json_set_text(row, "words", rule->words));
	if (detail != NULL)
		TRY(json_set_text(row, "detail", detail));
	return json_append(rows, MOVE(row));
}

RESULT report_add(struct report *report, const char *path,
	const struct lint_findings *findings)
{
	if (report->call->json && report->rows == NULL)
		TRY(json_new_array(&report->rows));
	for (size_t i = 0; i < findings->count; i++) {
		const struct lint_rule *rule = findings->row[i].rule;
		if (report->call->json)
			TRY(keep(report->rows, path, rule, findings->row[i].detail));
		else
			printf("%s: %s: %s: %s (%s)\n", path, rule->id, rule->words,
				findings->row[i].detail, rule->clause);
	}
	report->files++;
	report->findings += findings->count;
	return OK;
}

static RESULT print_json(const struct json *rows)
{
	AUTO(buf_clear) struct buf text = BUF(JSON_MOST);
	TRY(json_write_pretty(rows, &text));
	puts(buf_text(&text));
	return OK;
}

RESULT report_end(struct report *report)
{
	struct command_call *call = report->call;
	call->exit = report->findings == 0 ? COMMAND_OK : COMMAND_NO;
	if (call->json)
		return print_json(report->rows);
	if (report->findings == 0)
		puts(command_say(call, "Nothing found.", "指摘はありません。"));
	return OK;
}

RESULT report_rules(struct command_call *call)
{
	AUTO(json_free) struct json *rows = NULL;
	size_t count;
	const struct lint_rule *const *rules = lint_rules(&count);
	TRY(json_new_array(&rows));
	for (size_t i = 0; i < count; i++)
		if (call->json)
			TRY(keep(rows, NULL, rules[i], NULL));
		else
			printf("%-16s %-27s %s\n", rules[i]->id, rules[i]->clause,
				rules[i]->words);
	return call->json ? print_json(rows) : OK;
}
