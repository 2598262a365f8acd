/* revocation: what both doors say about it: the life events a holder may choose, and what happens within which hours. */
#include "common/flow/revocation.h"

#include "lra/subscriber/store.h"
#include "lra/subscriber/subscriber.h"

/* clang-format off */
static const struct words
	event_label = { "失効の理由", "Why" },
	taken = { "失効の申請を受け付けました", "The request for revocation was taken" },
	final = { "失効は取り消せません。新しい証明書が必要なときは、あらためて申請してください。",
	          "A revocation cannot be undone. If you need another certificate, apply anew." },
	number_word = { "受付番号", "Receipt number" },
	at_word = { "受付日時", "Received" },
	until_word = { "失効の期限", "Revoked at the latest" },
	visible = { "失効したことは、失効後ただちにOCSPで、24時間以内に失効リスト(CRL)で、どなたからも確認できます。",
	            "Everybody sees it at once by OCSP, and within 24 hours in the list of revoked certificates (CRL)." },
	follow = { "状況を確認する", "Follow it" };
/* clang-format on */

void subscriber_events(struct page *page)
{
	size_t count;
	const struct revocation_event *events = revocation_events(&count);
	page_raw(page, "<p class=\"field\"><label for=\"event\">");
	page_say(page, event_label);
	page_raw(page, "</label>\n<select id=\"event\" name=\"event\">\n");
	/* R-REV-07: "no reason" is what stands there first. */
	for (int first = 1; first >= 0; first--)
		for (size_t i = 0; i < count; i++) {
			bool plain = strcmp(events[i].word, "wish") == 0;
			if ((events[i].roles & ROLE_SUBSCRIBER) == 0 ||
				plain != (first == 1))
				continue;
			page_raw(page, "<option value=\"");
			page_text(page, events[i].word);
			page_raw(page, "\">");
			page_say(page, (struct words){ events[i].ja, events[i].en });
			page_raw(page, "</option>\n");
		}
	page_raw(page, "</select></p>\n");
}

const struct revocation_event *subscriber_event(const struct visit *visit)
{
	char word[64];
	if (err_is(http_form(visit->request, "event", word, sizeof word)))
		return NULL;
	const struct revocation_event *event = revocation_event_find(word);
	return event != NULL && (event->roles & ROLE_SUBSCRIBER) != 0 ? event : NULL;
}

RESULT subscriber_revocation_taken(const struct visit *visit, const char *receipt,
	const struct revocation_event *event)
{
	struct page page = subscriber_page(visit, 202, taken);
	page_notice(&page, "good", taken);
	page_raw(&page, "<dl>\n");
	page_fact(&page, number_word, receipt);
	page_fact_time(&page, at_word, visit->request->now);
	page_fact_time(&page, until_word, visit->request->now + event->due_s);
	page_raw(&page, "</dl>\n");
	page_element(&page, "p", visible);
	page_element(&page, "p", final);
	page_raw(&page, "<p>");
	page_link(&page, visit->desk->conf->origin, "/follow", follow);
	page_raw(&page, "</p>\n");
	return page_end(&page);
}
