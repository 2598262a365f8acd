/* page: what every page of a subscriber's has around it, and the few parts it is made of. Plain HTML; nothing needs a script. */
#ifndef LRA_SUBSCRIBER_PAGE_H
#define LRA_SUBSCRIBER_PAGE_H

#include "common/net/http.h"
#include "lra/subscriber/conf.h"

/* Every sentence in both languages: a row without one of them is seen where it is written. */
struct words {
	const char *ja, *en;
};

struct page {
	const struct subscriber_conf *conf;
	struct buf *out;
	const char *path;  /* of the request, for the link to the other language */
	char carried[160]; /* what was named in it, for the same: "&amp;number=…" */
	bool english;
	struct err err; /* the first one; page_end() returns it */
};

/* Media type, policy and head. status: of the answer. Language: ?lang=, a form's "lang", else the browser's. */
struct page page_begin(const struct subscriber_conf *conf,
	const struct http_request *request, struct http_response *response, int status,
	struct words title);
RESULT page_end(struct page *page);

void page_raw(struct page *page,
	const char *html); /* of our own: never anything from outside */
void page_text(struct page *page, const char *text); /* escaped */
void page_say(struct page *page, struct words words);
void page_element(struct page *page, const char *tag, struct words words);
/* kind: "good", "bad" or "note". */
void page_notice(struct page *page, const char *kind, struct words words);
/* One row of a <dl>. */
void page_fact(struct page *page, struct words name, const char *text);
void page_fact_words(struct page *page, struct words name, struct words value);
void page_fact_time(struct page *page, struct words name, int64_t time); /* 0: no row */
void page_link(struct page *page, const char *origin, const char *path,
	struct words words);
void page_form(struct page *page, const char *method, const char *action);
void page_submit(struct page *page, struct words words, const char *kind);
/* type: "text", "password". value: escaped. help: { NULL, NULL } for none. */
void page_field(struct page *page, const char *name, const char *type, struct words label,
	struct words help, const char *value);
/* Lines of text; most: octets of them. */
void page_area(struct page *page, const char *name, struct words label, struct words help,
	size_t most);
/* A hidden field. */
void page_hidden(struct page *page, const char *name, const char *value);
/* The LRA's telephone and hours. */
void page_contact(struct page *page);

#endif
