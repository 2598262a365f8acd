#include "lra/subscriber/page.h"

#include "common/base/clock.h"
#include "common/base/table.h"

enum { JAPAN_S = 9 * 3600 };

static void keep(struct page *page, struct err err)
{
	if (err_is(err) && !err_is(page->err))
		page->err = err;
}

void page_raw(struct page *page, const char *html)
{
	keep(page, buf_append_text(page->out, html));
}

void page_text(struct page *page, const char *text)
{
	static const struct {
		char letter;
		const char *entity;
	} entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
		{ '"', "&quot;" }, { '\'', "&#39;" } };
	for (; *text != 0; text++) {
		char letter[2] = { *text, 0 };
		const char *out = letter;
		for (size_t i = 0; i < COUNT(entities); i++)
			if (entities[i].letter == *text)
				out = entities[i].entity;
		page_raw(page, out);
	}
}

void page_say(struct page *page, struct words words)
{
	page_text(page, page->english ? words.en : words.ja);
}

void page_element(struct page *page, const char *tag, struct words words)
{
	page_raw(page, "<");
	page_raw(page, tag);
	page_raw(page, ">");
	page_say(page, words);
	page_raw(page, "</");
	page_raw(page, tag);
	page_raw(page, ">\n");
}

void page_notice(struct page *page, const char *kind, struct words words)
{
	page_raw(page, "<p class=\"notice ");
	page_raw(page, kind);
	page_raw(page, strcmp(kind, "bad") == 0 ? "\" role=\"alert\">" : "\">");
	page_say(page, words);
	page_raw(page, "</p>\n");
}

void page_fact(struct page *page, struct words name, const char *text)
{
	page_element(page, "dt", name);
	page_raw(page, "<dd>");
	page_text(page, text);
	page_raw(page, "</dd>\n");
}

void page_fact_words(struct page *page, struct words name, struct words value)
{
	page_fact(page, name, page->english ? value.en : value.ja);
}

/* Japan's time, for people; its name stands beside it. */
void page_fact_time(struct page *page, struct words name, int64_t time)
{
	char text[64];
	struct clock_fields at = clock_split(time + JAPAN_S);
	if (time == 0)
		return;
	snprintf(text, sizeof text,
		page->english ? "%04d-%02d-%02d %02d:%02d (Japan time)"
			      : "%d年%d月%d日 %02d:%02d",
		at.year, at.month, at.day, at.hour, at.minute);
	page_fact(page, name, text);
}

void page_link(struct page *page, const char *origin, const char *path,
	struct words words)
{
	page_raw(page, "<a href=\"");
	page_text(page, origin);
	page_text(page, path);
	page_raw(page, page->english ? "?lang=en\">" : "?lang=ja\">");
	page_say(page, words);
	page_raw(page, "</a>");
}

void page_hidden(struct page *page, const char *name, const char *value)
{
	page_raw(page, "<input type=\"hidden\" name=\"");
	page_raw(page, name);
	page_raw(page, "\" value=\"");
	page_text(page, value);
	page_raw(page, "\">\n");
}

void page_form(struct page *page, const char *method, const char *action)
{
	page_raw(page, "<form method=\"");
	page_raw(page, method);
	page_raw(page, "\" action=\"");
	page_raw(page, action);
	page_raw(page, "\" autocomplete=\"off\">\n");
	page_hidden(page, "lang", page->english ? "en" : "ja");
}

void page_submit(struct page *page, struct words words, const char *kind)
{
	page_raw(page, "<p><button type=\"submit\" class=\"");
	page_raw(page, kind);
	page_raw(page, "\">");
	page_say(page, words);
	page_raw(page, "</button></p>\n</form>\n");
}

void page_field(struct page *page, const char *name, const char *type, struct words label,
	struct words help, const char *value)
{
	page_raw(page, "<p class=\"field\"><label for=\"");
	page_raw(page, name);
	page_raw(page, "\">");
	page_say(page, label);
	page_raw(page, "</label>\n<input required maxlength=\"128\" id=\"");
	page_raw(page, name);
	page_raw(page, "\" name=\"");
	page_raw(page, name);
	page_raw(page, "\" type=\"");
	page_raw(page, type);
	page_raw(page, "\" value=\"");
	page_text(page, value);
	if (help.ja == NULL) {
		page_raw(page, "\"></p>\n");
		return;
	}
	page_raw(page, "\" aria-describedby=\"");
	page_raw(page, name);
	page_raw(page, "-help\"><small id=\"");
	page_raw(page, name);
	page_raw(page, "-help\">");
	page_say(page, help);
	page_raw(page, "</small></p>\n");
}

void page_area(struct page *page, const char *name, struct words label, struct words help,
	size_t most)
{
	char size[32];
	snprintf(size, sizeof size, "%zu", most);
	page_raw(page, "<p class=\"field\"><label for=\"");
	page_raw(page, name);
	page_raw(page, "\">");
	page_say(page, label);
	page_raw(page, "</label>\n<textarea required rows=\"8\" spellcheck=\"false\" "
		       "maxlength=\"");
	page_raw(page, size);
	page_raw(page, "\" id=\"");
	page_raw(page, name);
	page_raw(page, "\" name=\"");
	page_raw(page, name);
	page_raw(page, "\" aria-describedby=\"");
	page_raw(page, name);
	page_raw(page, "-help\"></textarea><small id=\"");
	page_raw(page, name);
	page_raw(page, "-help\">");
	page_say(page, help);
	page_raw(page, "</small></p>\n");
}

void page_contact(struct page *page)
{
	page_raw(page, "<p class=\"contact\">");
	page_text(page, page->english ? page->conf->contact_en : page->conf->contact_ja);
	page_raw(page, "</p>\n");
}

/* ---- around it */

static RESULT set_headers(struct http_response *response)
{
	response->media_type = "text/html; charset=utf-8";
	TRY(http_header(response, "Content-Security-Policy",
		"default-src 'none'; style-src 'self'; form-action 'self'; base-uri "
		"'none'; frame-ancestors 'none'"));
	/* With no referrer at all a browser names no origin with its own form either. */
	return http_header(response, "Referrer-Policy", "same-origin");
}

static bool is_english(const struct http_request *request)
{
	char word[8] = "";
	struct err err = http_query(request, "lang", word, sizeof word);
	if (err_is(err) && request->body.len > 0)
		err = http_form(request, "lang", word, sizeof word);
	IGNORE(err); /* absent, or no language: the browser's */
	return strcmp(word, "en") == 0 ||
	       (strcmp(word, "ja") != 0 && strcmp(request->language, "en") == 0);
}

/* Which case it is about stays when the language changes: words of letters, digits and hyphens only, so that none needs an escape. */
static void carry(const struct http_request *request, struct page *page)
{
	static const char *const names[] = { "number", "code" };
	static const char plain[] =
		"0123456789-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	for (size_t i = 0; i < COUNT(names); i++) {
		char value[68] = "";
		size_t len = strlen(page->carried);
		struct err err =
			request->body.len > 0
				? http_form(request, names[i], value, sizeof value)
				: http_query(request, names[i], value, sizeof value);
		if (err_is(err) || value[0] == 0 || value[strspn(value, plain)] != 0)
			continue;
		snprintf(page->carried + len, sizeof page->carried - len, "&amp;%s=%s",
			names[i], value);
	}
}

struct page page_begin(const struct subscriber_conf *conf,
	const struct http_request *request, struct http_response *response, int status,
	struct words title)
{
	struct page page = { .conf = conf,
		.out = &response->body,
		.path = request->route->path,
		.english = is_english(request) };
	const char *office = page.english ? conf->name_en : conf->name_ja;
	carry(request, &page);
	buf_clear(&response->body);
	response->status = status;
	page.err = set_headers(response);
	page_raw(&page, "<!DOCTYPE html>\n<html lang=\"");
	page_raw(&page, page.english ? "en" : "ja");
	page_raw(&page, "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
			"content=\"width=device-width, initial-scale=1\">\n"
			"<link rel=\"stylesheet\" href=\"/subscriber.css\">\n<title>");
	page_say(&page, title);
	page_raw(&page, " – ");
	page_text(&page, office);
	page_raw(&page,
		"</title>\n</head>\n<body>\n<header>\n<p class=\"office\"><a href=\"");
	page_text(&page, conf->origin);
	page_raw(&page, page.english ? "/?lang=en\">" : "/?lang=ja\">");
	page_text(&page, office);
	page_raw(&page, "</a></p>\n<p class=\"language\"><a href=\"");
	page_raw(&page, page.path);
	page_raw(&page, page.english ? "?lang=ja" : "?lang=en");
	page_raw(&page, page.carried);
	page_raw(&page,
		page.english ? "\" lang=\"ja\">日本語" : "\" lang=\"en\">English");
	page_raw(&page, "</a></p>\n</header>\n<main>\n<h1>");
	page_say(&page, title);
	page_raw(&page, "</h1>\n");
	return page;
}

RESULT page_end(struct page *page)
{
	page_raw(page, "</main>\n<footer>\n");
	page_contact(page);
	page_raw(page, "</footer>\n</body>\n</html>\n");
	return page->err;
}
