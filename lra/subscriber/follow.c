/* follow: the first page, where an application stands, and revocation by pass phrase: the door that is open to strangers. */
#include <openssl/crypto.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/flow/application.h"
#include "common/flow/revocation.h"
#include "lra/subscriber/phrase.h"
#include "lra/subscriber/store.h"
#include "lra/subscriber/subscriber.h"

/* clang-format off */
static const struct words
	none = { NULL, NULL },
	home_title = { "電子証明書の手続き", "Your certificate" },
	follow_title = { "申込状況の確認", "Follow an application" },
	follow_about = { "受付番号で、申込がどこまで進んでいるかを確認できます。", "See by receipt number how far an application has come." },
	receipt_title = { "受領確認", "Confirm receipt" },
	receipt_about = { "受け取った証明書を使って、受領を確認します。失効用合言葉もここで登録します。",
	                  "Confirm with the new certificate that you have it, and choose a pass phrase for revocation." },
	pickup_title = { "証明書ファイルの受取", "Fetch your certificate file" },
	pickup_about = { "窓口からお送りしたリンクと、PIN通知書の受取コードで、1回だけダウンロードできます。",
	                 "Once, with the link that your desk sent and the pick-up code on your PIN letter." },
	signed_title = { "署名ファイルで受領を確認", "Confirm receipt by a signed file" },
	signed_about = { "ブラウザーで選べない証明書(署名専用など)のとき。", "For certificates that no browser shows, like those for signing only." },
	revoke_title = { "失効の申請", "Request revocation" },
	revoke_about = { "紛失・盗難・退職など、証明書を使えないようにするとき。", "When it was lost, stolen or is no longer yours to use." },
	number_label = { "受付番号", "Receipt number" },
	number_help = { "受付票またはメールに記載の番号です。例: A26-000123-X", "It stands on your slip and in our mails, like A26-000123-X" },
	show = { "確認する", "Show" },
	unknown = { "この受付番号は見つかりません。番号をもう一度ご確認ください。", "There is no such receipt number. Look at it again." },
	state_label = { "状況", "State" },
	confirmed_label = { "受領確認日時", "Receipt confirmed" },
	asked_label = { "失効申請の受付", "Revocation asked for" },
	due_label = { "失効の期限", "Revoked at the latest" },
	revoked_label = { "失効日時", "Revoked" },
	privacy = { "この画面には、個人情報は表示されません。", "This page never shows personal data." },
	three = { "失効の申請には、次の三つの方法があります。", "There are three ways." },
	by_certificate = { "1. 証明書で申請する", "1. With the certificate itself" },
	by_certificate_about = { "証明書がこのパソコンで使えるときは、最も確実です。", "The surest way while it is usable on this computer." },
	by_phrase = { "2. 失効用合言葉で申請する", "2. With the pass phrase for revocation" },
	by_phone = { "3. 電話で申請する", "3. By telephone" },
	phone_about = { "合言葉がわからないときも、本人確認のうえ受け付けます。", "Also without the pass phrase: we make sure that it is you." },
	phrase_label = { "失効用合言葉", "Pass phrase for revocation" },
	hours = { "紛失・盗難・漏えい・理由なしの申請は24時間以内に、そのほかは5日以内に失効します。失効は取り消せません。",
	          "Loss, theft, exposure and requests without a reason: revoked within 24 hours; others within 5 days. It cannot be undone." },
	ask = { "失効を申請する", "Request revocation" },
	wrong = { "受付番号または合言葉が違います。1日に5回間違えると、この方法は翌日まで使えません。お急ぎの場合は、下記へお電話ください。",
	          "Receipt number or pass phrase is wrong. Behind five wrong ones this way is closed for a day. If it is urgent, call us." },
	locked = { "間違いが5回続いたため、合言葉での申請は24時間止めています。お急ぎの場合は、証明書による方法または下記へのお電話で申請してください。",
	           "After five wrong tries the pass phrase is not taken for 24 hours. Use the certificate, or call us." },
	paused = { "合言葉での受付を一時止めています。証明書による方法または下記へのお電話で申請してください。",
	           "Pass phrases are not taken for the moment. Use the certificate, or call us." },
	no_event = { "失効の理由を選んでください。", "Choose why." },
	not_there = { "まだ配付されていない証明書です。窓口へお問い合わせください。", "This certificate was not handed over yet. Ask your desk." };

static const struct { const char *state; struct words words; } states[] = {
	{ "received",   { "受付済み。窓口で確認しています。", "Received; the desk is looking at it." } },
	{ "identified", { "本人確認が済みました。承認を待っています。", "You were identified; it waits for approval." } },
	{ "submitted",  { "承認されました。登録局で審査しています。", "Approved; the registration authority is judging it." } },
	{ "verified",   { "審査が済みました。発行の準備をしています。", "Judged; it is being prepared." } },
	{ "ordered",    { "発行中です。", "It is being issued." } },
	{ "issued",     { "発行されました。窓口からの配付をお待ちください。", "Issued; the desk will hand it over." } },
	{ "delivered",  { "配付されました。受領確認をお願いします。", "Handed over; please confirm receipt." } },
	{ "accepted",   { "受領確認済みです。", "Receipt is confirmed." } },
	{ "refused",    { "確認が必要な点があります。窓口からご連絡します。", "Something needs another look; the desk will tell you." } },
	{ "rejected",   { "お受けできませんでした。窓口へお問い合わせください。", "It was not accepted. Ask your desk." } },
	{ "withdrawn",  { "取り下げられました。", "Withdrawn." } },
};
/* clang-format on */

/* ---- the first page */

static void door_to(struct page *page, const char *origin, const char *path,
	struct words title, struct words about)
{
	page_raw(page, "<li>");
	page_link(page, origin, path, title);
	page_element(page, "p", about);
	page_raw(page, "</li>\n");
}

static RESULT do_home(struct visit *visit)
{
	const struct subscriber_conf *conf = visit->desk->conf;
	struct page page = subscriber_page(visit, 200, home_title);
	page_raw(&page, "<ul class=\"doors\">\n");
	door_to(&page, conf->origin, "/follow", follow_title, follow_about);
	door_to(&page, conf->origin, "/pickup", pickup_title, pickup_about);
	door_to(&page, conf->certificate_origin, "/receipt", receipt_title,
		receipt_about);
	door_to(&page, conf->origin, "/receipt", signed_title, signed_about);
	door_to(&page, conf->origin, "/revoke", revoke_title, revoke_about);
	page_raw(&page, "</ul>\n");
	return page_end(&page);
}

/* ---- follow */

static void show_case(struct page *page, const char *receipt,
	const struct subscriber_case *found)
{
	page_raw(page, "<dl>\n");
	page_fact(page, number_label, receipt);
	for (size_t i = 0; i < COUNT(states); i++)
		if (strcmp(states[i].state, found->state) == 0)
			page_fact_words(page, state_label, states[i].words);
	page_fact_time(page, confirmed_label, found->confirmed_at);
	page_fact_time(page, asked_label, found->asked_at);
	if (found->revoked_at == 0)
		page_fact_time(page, due_label, found->due_at);
	page_fact_time(page, revoked_label, found->revoked_at);
	page_raw(page, "</dl>\n");
	if (strcmp(found->state, "delivered") != 0 || found->revoked_at != 0)
		return;
	page_raw(page, "<p>");
	page_link(page, page->conf->certificate_origin, "/receipt", receipt_title);
	page_raw(page, "</p>\n");
}

static RESULT do_follow(struct visit *visit)
{
	char receipt[24];
	struct subscriber_case found;
	TRY(subscriber_receipt(visit, receipt));
	struct err err = receipt[0] == 0 ? OK
			 : receipt_number_valid(receipt)
				 ? subscriber_store_case(visit->desk->db, receipt, &found)
				 : FAIL(E_NOT_FOUND, "no receipt number");
	if (err.code != E_NOT_FOUND)
		TRY(err);
	struct page page = subscriber_page(visit, err_is(err) ? 404 : 200, follow_title);
	if (err_is(err))
		page_notice(&page, "bad", unknown);
	else if (receipt[0] != 0)
		show_case(&page, receipt, &found);
	page_form(&page, "get", "/follow");
	page_field(&page, "number", "text", number_label, number_help, receipt);
	page_submit(&page, show, "");
	page_element(&page, "p", privacy);
	return page_end(&page);
}

/* ---- revocation by pass phrase */

static RESULT revoke_page(const struct visit *visit, int status, const struct words *why,
	const char *receipt)
{
	struct page page = subscriber_page(visit, status, revoke_title);
	if (why != NULL)
		page_notice(&page, "bad", *why);
	page_notice(&page, "note", hours);
	page_element(&page, "p", three);
	page_element(&page, "h2", by_certificate);
	page_element(&page, "p", by_certificate_about);
	page_raw(&page, "<p>");
	page_link(&page, visit->desk->conf->certificate_origin, "/revoke", ask);
	page_raw(&page, "</p>\n");
	page_element(&page, "h2", by_phrase);
	page_form(&page, "post", "/revoke");
	page_field(&page, "number", "text", number_label, number_help, receipt);
	subscriber_events(&page);
	page_field(&page, "phrase", "password", phrase_label, none, "");
	page_submit(&page, ask, "grave");
	page_element(&page, "h2", by_phone);
	page_element(&page, "p", phone_about);
	page_contact(&page);
	return page_end(&page);
}

static RESULT do_show_revoke(struct visit *visit)
{
	return revoke_page(visit, 200, NULL, "");
}

static RESULT count_try(const struct visit *visit, const char *receipt,
	enum subscriber_verdict *verdict, uint8_t salt[static PHRASE_SALT],
	uint8_t hash[static PHRASE_HASH])
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin_read_committed(visit->desk->db, &tx));
	TRY(subscriber_store_try(tx, receipt, visit->request->now, verdict, salt, hash));
	return db_commit(&tx);
}

/* A number that there is not costs the same time as a wrong phrase, and gets the same answer. */
static RESULT judge(const struct visit *visit, const char *receipt, const char *phrase,
	enum subscriber_verdict *verdict, bool *good)
{
	uint8_t salt[PHRASE_SALT] = { 0 }, want[PHRASE_HASH] = { 0 }, is[PHRASE_HASH];
	*verdict = PHRASE_NONE;
	TRY(count_try(visit, receipt, verdict, salt, want));
	if (*verdict == PHRASE_LOCKED || *verdict == PHRASE_PAUSED)
		return OK;
	TRY(phrase_hash(phrase, salt, is));
	bool same = phrase_equal(want, is);
	*good = same && *verdict == PHRASE_TRY;
	return OK;
}

struct asking {
	const struct visit *visit;
	const char *receipt;
	const struct revocation_event *event;
};
static RESULT ask_by_phrase(void *context, struct db_tx *tx)
{
	const struct asking *asking = context;
	TRY(subscriber_store_right(tx, asking->receipt));
	return subscriber_store_write(tx, asking->receipt, "revocation",
		asking->event->word, blob_make(NULL, 0), asking->visit->request->now);
}

static RESULT refuse_phrase(const struct visit *visit, const char *receipt,
	enum subscriber_verdict verdict)
{
	if (verdict == PHRASE_PAUSED)
		return revoke_page(visit, 403, &paused, receipt);
	subscriber_audit_refusal(visit, receipt,
		verdict == PHRASE_LOCKED ? "{\"by\":\"passPhrase\",\"locked\":true}"
					 : "{\"by\":\"passPhrase\"}");
	return revoke_page(visit, 403, verdict == PHRASE_LOCKED ? &locked : &wrong,
		receipt);
}

static RESULT do_revoke(struct visit *visit)
{
	char receipt[24], phrase[PHRASE_MOST + 1] = "";
	enum subscriber_verdict verdict;
	bool good = false;
	const struct revocation_event *event = subscriber_event(visit);
	TRY(subscriber_receipt(visit, receipt));
	if (event == NULL)
		return revoke_page(visit, 400, &no_event, receipt);
	struct err err = http_form(visit->request, "phrase", phrase, sizeof phrase);
	if (!receipt_number_valid(receipt) || err_is(err))
		return revoke_page(visit, 403, &wrong, receipt);
	err = judge(visit, receipt, phrase, &verdict, &good);
	OPENSSL_cleanse(phrase, sizeof phrase);
	TRY(err);
	if (!good)
		return refuse_phrase(visit, receipt, verdict);
	struct asking asking = { visit, receipt, event };
	err = db_run(visit->desk->db, ask_by_phrase, &asking);
	if (err.code == E_STATE)
		return revoke_page(visit, 409, &not_there, receipt);
	TRY(err);
	return subscriber_revocation_taken(visit, receipt, event);
}

static RESULT alive(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context, (void)request;
	return buf_append_text(&response->body, "{\"status\":\"ok\"}\n");
}

SUBSCRIBER_HANDLER(home)
SUBSCRIBER_HANDLER(follow)
SUBSCRIBER_HANDLER(show_revoke)
SUBSCRIBER_HANDLER(revoke)

/* clang-format off */
static const struct http_route routes[] = {
	{ "GET",  "/",        0, MEDIA_NONE, 0,       home,        "The first page" },
	{ "GET",  "/follow",  0, MEDIA_NONE, 0,       follow,      "Where an application stands" },
	{ "GET",  "/revoke",  0, MEDIA_NONE, 0,       show_revoke, "Three ways of revocation" },
	{ "POST", "/revoke",  0, MEDIA_FORM, 4 * KIB, revoke,      "Revocation by pass phrase" },
	{ "GET",  "/healthz", 0, MEDIA_NONE, 0,       alive,       "The process is alive" },
};
/* clang-format on */
const struct subscriber_routes subscriber_follow_routes = { routes, COUNT(routes) };
