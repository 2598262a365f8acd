/*
 * bench_paper: PIN letters into one document through the real inkan-paper, beside the bare layout library that puts the same
 * lines on as many pages; and a long ledger, whose memory must not grow with it.
 * bench_paper BIN FONTS PAGES ROWS
 */
#include <pango/pangocairo.h>

#include <cairo-pdf.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/proc/proc.h"
#include "lra/paper/job.h"
#include "tests/bench/bench.h"

enum { MADE_AT = 1795410000, ROWS_AT_ONCE = 200, LINES = 128 };

static const struct sheet_heading letters = { .form = SHEET_PIN_LETTER,
	.made_at = MADE_AT,
	.sender = "みらい銀行 本店",
	.contact = "〒100-0005 東京都千代田区丸の内一丁目1番1号" };

/* Other people have other names: kanji of which the fonts must embed ever more. */
static void name_of(size_t number, char *out, size_t size)
{
	static const char *const surnames[] = { "髙橋", "葛\U000E0100城", "\U00020BB7野",
		"佐藤", "鈴木", "渡邉", "齋藤", "小林" };
	uint32_t code = 0x4e00 + (uint32_t)(number * 37 % 6000);
	const char given[4] = { (char)(0xe0 | code >> 12),
		(char)(0x80 | (code >> 6 & 63)), (char)(0x80 | (code & 63)), 0 };
	snprintf(out, size, "%s %s子", surnames[number % 8], given);
}

static struct sheet sheet_of(size_t number)
{
	struct sheet sheet = { .common_name = "Hanako TAKAHASHI",
		.recipient = { .organization = "株式会社みらい銀行",
			.unit = "本店営業部",
			.postal_code = "100-0005",
			.address_count = 1,
			.address = { "東京都千代田区丸の内一丁目1番1号" } },
		.due_at = MADE_AT + 14 * DAY,
		.pin_channel = "hand" };
	snprintf(sheet.receipt, sizeof sheet.receipt, "A26-%06zu-X", number % 1000000);
	name_of(number, sheet.recipient.name, sizeof sheet.recipient.name);
	return sheet;
}

/* inkan-paper as inkan-lra starts it; our end of its channel. */
static int start(const char *bin, const char *fonts, struct proc_child *child)
{
	static char program[4096];
	int channel[2];
	snprintf(program, sizeof program, "%s/inkan-paper", bin);
	must(proc_socketpair(channel));
	*child = (struct proc_child){ .name = "paper",
		.argv = { program, fonts },
		.fds = { channel[1], -1, -1, -1, -1, -1 } };
	must(proc_start(child));
	close(channel[1]);
	return channel[0];
}

static void print_letters(int channel, size_t pages, struct buf *pdf)
{
	struct job job = JOB_NONE;
	struct secret *pin = NULL;
	must(secret_new(blob_text("4KqW-9mRt-ZpXc-7uHd-Gj3Y"), &pin));
	must(job_open(channel, &letters, &job, pdf));
	for (size_t i = 0; i < pages; i++) {
		const struct sheet sheet = sheet_of(i);
		must(job_sheet(&job, &sheet, pin, pdf));
	}
	must(job_end(&job, pdf));
	job_close(&job);
	secret_free(pin);
}

static void print_ledger(int channel, size_t rows)
{
	const struct sheet_heading heading = { .form = SHEET_LEDGER,
		.made_at = MADE_AT,
		.sender = "s",
		.made_by = "sato",
		.until = MADE_AT };
	struct sheet_row row = { .common_name = "Hanako TAKAHASHI",
		.profile = "P-PERSON-MP",
		.issuer = "person",
		.serial_number = "3fa210c477e09b013fa210c477e09b01",
		.state = "delivered",
		.file_channel = "社内メール",
		.pin_channel = "親展文書",
		.issued_at = MADE_AT,
		.not_after = MADE_AT };
	struct buf part = BUF(LIMIT_PAPER);
	struct job job = JOB_NONE;
	must(job_open(channel, &heading, &job, &part));
	for (size_t done = 0; done < rows; done += ROWS_AT_ONCE) {
		struct json *list = NULL, *object = NULL;
		must(json_new_array(&list));
		for (size_t i = 0; i < ROWS_AT_ONCE; i++) {
			snprintf(row.receipt, sizeof row.receipt, "A26-%06zu-X",
				(done + i) % 1000000);
			must(sheet_row_json(&row, &object));
			must(json_append(list, object));
		}
		must(job_rows(&job, list, &part));
		json_free(list);
		buf_clear(&part); /* as the desk sends it on */
	}
	must(job_end(&job, &part));
	buf_clear(&part);
	job_close(&job);
}

/* ---- the bare library */

static cairo_status_t drop(void *context, const unsigned char *data, unsigned len)
{
	(void)data;
	*(size_t *)context += len;
	return CAIRO_STATUS_SUCCESS;
}

/* The lines of one letter, as a reader finds them. */
static size_t read_lines(const struct buf *pdf, char line[][400])
{
	char path[] = "/tmp/inkan-bench-XXXXXX", command[64];
	size_t count = 0;
	close(mkstemp(path));
	must(file_write(path, buf_view(pdf), 0600));
	snprintf(command, sizeof command, "pdftotext %s -", path);
	FILE *text = popen(command, "r");
	while (text != NULL && count < LINES &&
		fgets(line[count], sizeof line[0], text) != NULL) {
		line[count][strcspn(line[count], "\n\f")] = 0;
		count += line[count][0] != 0;
	}
	if (text != NULL)
		pclose(text);
	unlink(path);
	return count;
}

static void draw_bare(size_t pages, char line[][400], size_t count)
{
	size_t bytes = 0;
	char name[64];
	cairo_surface_t *surface =
		cairo_pdf_surface_create_for_stream(drop, &bytes, 595, 842);
	cairo_t *cairo = cairo_create(surface);
	PangoLayout *layout = pango_cairo_create_layout(cairo);
	PangoFontDescription *font =
		pango_font_description_from_string("Noto Serif CJK JP 8");
	pango_layout_set_font_description(layout, font);
	pango_layout_set_width(layout, 470 * PANGO_SCALE);
	for (size_t i = 0; i < pages; i++) {
		for (size_t at = 0; at <= count; at++) {
			name_of(i, name, sizeof name);
			pango_layout_set_text(layout, at == count ? name : line[at], -1);
			cairo_move_to(cairo, 62, 40 + 12 * (double)at);
			pango_cairo_show_layout(cairo, layout);
		}
		cairo_show_page(cairo);
	}
	cairo_surface_finish(surface);
	say("paper_bare_bytes", (double)bytes);
}

/* In a process of its own, for its peak of memory. */
static void bare(size_t pages, char line[][400], size_t count)
{
	struct rusage used;
	fflush(stdout);
	double from = seconds();
	pid_t pid = fork();
	if (pid == 0) {
		draw_bare(pages, line, count);
		fflush(stdout);
		_exit(0);
	}
	wait4(pid, NULL, 0, &used);
	say("paper_bare_pages_per_s", (double)pages / (seconds() - from));
	say("paper_bare_peak_kib", (double)used.ru_maxrss);
}

int main(int argc, char **argv)
{
	static char line[LINES][400];
	struct buf one = BUF(LIMIT_PAPER), all = BUF(LIMIT_PAPER);
	struct proc_child child;
	if (argc != 5)
		return 2;
	size_t pages = strtoul(argv[3], NULL, 10), rows = strtoul(argv[4], NULL, 10);
	int channel = start(argv[1], argv[2], &child);
	double from = seconds();
	print_letters(channel, 1, &one); /* waits until it has read its fonts */
	say("paper_first_page_s", seconds() - from);
	from = seconds();
	print_letters(channel, pages, &all);
	say("paper_pages_per_s", (double)pages / (seconds() - from));
	say("paper_bytes", (double)all.len);
	say("paper_peak_kib", memory_kib(child.pid, "VmHWM"));
	from = seconds();
	print_ledger(channel, rows);
	say("ledger_rows_per_s", (double)rows / (seconds() - from));
	say("ledger_peak_kib", memory_kib(child.pid, "VmHWM"));
	kill((pid_t)child.pid, SIGTERM);
	waitpid((pid_t)child.pid, NULL, 0);
	bare(pages, line, read_lines(&one, line));
	buf_clear(&one);
	buf_clear(&all);
	return 0;
}
