/* own: the door that the subscriber opens with his certificate: receipt (R-LRA-09), pass phrase, revocation (R-REV-04). */
#include <openssl/crypto.h>

#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/base/table.h"
#include "common/flow/application.h"
#include "common/flow/revocation.h"
#include "common/pki/cert.h"
#include "common/pki/number.h"
#include "lra/subscriber/phrase.h"
#include "lra/subscriber/store.h"
#include "lra/subscriber/subscriber.h"

/* clang-format off */
static const struct words
	none = { NULL, NULL },
	receipt_title = { "受領確認", "Confirm receipt" },
	revoke_title = { "証明書による失効の申請", "Request revocation with the certificate" },
	refused_title = { "証明書を確認できません", "No certificate of yours" },
	missing = { "証明書が提示されていません。証明書をこのパソコンに取り込み、ブラウザーを開き直して、証明書を選んでください。",
	            "No certificate was shown. Put it onto this computer, open the browser anew and choose it." },
	another = { "提示された証明書は、この手続きの対象ではありません。配付された証明書を選んでください。",
	            "The certificate that was shown is another one. Choose the one that was handed over to you." },
	over = { "この証明書は失効しています。", "This certificate is revoked." },
	check = { "内容をご確認ください。誤りがあるときは、確認せずに窓口へお知らせください。",
	          "Look at what it says. If something is wrong, do not confirm: tell your desk." },
	number_label = { "受付番号", "Receipt number" },
	subject_label = { "証明書の名義", "Subject" },
	serial_label = { "シリアル番号", "Serial number" },
	until_label = { "有効期限", "Valid until" },
	confirmed_label = { "受領確認日時", "Receipt confirmed" },
	confirm = { "受け取りました。内容に誤りはありません", "I have received it, and it is right" },
	confirmed = { "受領を確認しました。ありがとうございました。", "Receipt is confirmed. Thank you." },
	phrase_title = { "失効用合言葉", "Pass phrase for revocation" },
	phrase_about = { "証明書を紛失したときに、合言葉だけで失効を申請できます。12文字以上で、他では使っていないものにしてください。",
	                 "With it you can have the certificate revoked when you no longer have it. 12 letters at least, used nowhere else." },
	phrase_there = { "合言葉は登録済みです。新しい合言葉を登録すると、前のものは使えなくなります。",
	                 "There is one already; another one takes its place." },
	phrase_label = { "合言葉", "Pass phrase" },
	phrase_again = { "合言葉(確認)", "The same again" },
	phrase_help = { "12文字以上、128バイト以内。マイナンバーは使えません。", "12 letters at least, 128 octets at most; never your Individual Number" },
	phrase_set = { "合言葉を登録する", "Keep this pass phrase" },
	phrase_kept = { "失効用合言葉を登録しました。忘れないところに控えてください。", "The pass phrase is kept. Note it where you will find it." },
	hours = { "紛失・盗難・漏えい・理由なしの申請は24時間以内に、そのほかは5日以内に失効します。失効は取り消せません。",
	          "Loss, theft, exposure and requests without a reason: revoked within 24 hours; others within 5 days. It cannot be undone." },
	revoke_ask = { "この証明書の失効を申請する", "Request revocation of this certificate" },
	no_event = { "失効の理由を選んでください。", "Choose why." },
	not_there = { "まだ配付の記録がありません。窓口へお問い合わせください。", "There is no record of its delivery yet. Ask your desk." };
/* clang-format on */

/* The certificate that TLS proved, and its case. */
struct own {
	struct subscriber_own known;
	struct cert cert;
	struct subscriber_case at;
};

static RESULT tell(const struct visit *visit, struct words why)
{
	struct page page = subscriber_page(visit, 403, refused_title);
	page_notice(&page, "bad", why);
	return page_end(&page);
}

/* *known false: the page that says why is written. */
static RESULT find_own(const struct visit *visit, struct own *out, bool *known)
{
	struct blob der = visit->request->client_certificate;
	*known = false;
	if (der.len == 0)
		return tell(visit, missing);
	TRY(cert_parse(der, &out->cert));
	struct err err = subscriber_store_own(visit->desk->db,
		serial_view(&out->cert.serial_number), der, &out->known);
	if (err.code == E_NOT_FOUND) {
		subscriber_audit_refusal(visit, "", "{\"by\":\"certificate\"}");
		return tell(visit, another);
	}
	TRY(err);
	TRY(subscriber_store_case(visit->desk->db, out->known.receipt, &out->at));
	if (out->at.revoked_at != 0)
		return tell(visit, over);
	*known = true;
	return OK;
}

/* With a form: its receipt number must be the certificate's, so that a page of another day confirms nothing else. */
static RESULT find_same(const struct visit *visit, struct own *out, bool *known)
{
	char receipt[24];
	TRY(find_own(visit, out, known));
	if (!*known)
		return OK;
	TRY(subscriber_receipt(visit, receipt));
	if (strcmp(receipt, out->known.receipt) == 0)
		return OK;
	*known = false;
	subscriber_audit_refusal(visit,
		receipt_number_valid(receipt) ? receipt : out->known.receipt,
		"{\"by\":\"certificate\"}");
	return tell(visit, another);
}

static RESULT show_certificate(struct page *page, const struct own *own)
{
	AUTO(buf_clear) struct buf subject = BUF(4 * KIB);
	struct name name;
	char serial[SERIAL_TEXT];
	TRY(name_parse(own->cert.subject, &name));
	TRY(name_text(&name, &subject));
	serial_text(&own->cert.serial_number, serial);
	page_raw(page, "<dl>\n");
	page_fact(page, number_label, own->known.receipt);
	page_fact(page, subject_label, buf_text(&subject));
	page_fact(page, serial_label, serial);
	page_fact_time(page, until_label, own->cert.not_after);
	page_fact_time(page, confirmed_label, own->at.confirmed_at);
	page_raw(page, "</dl>\n");
	return OK;
}

static void phrase_form(struct page *page, const struct own *own)
{
	page_element(page, "h2", phrase_title);
	page_element(page, "p", own->known.phrase ? phrase_there : phrase_about);
	page_form(page, "post", "/phrase");
	page_hidden(page, "number", own->known.receipt);
	page_field(page, "phrase", "password", phrase_label, phrase_help, "");
	page_field(page, "again", "password", phrase_again, none, "");
	page_submit(page, phrase_set, "");
}

/* kind: NULL without a word above. */
static RESULT receipt_page(const struct visit *visit, const struct own *own, int status,
	const char *kind, struct words said)
{
	struct page page = subscriber_page(visit, status, receipt_title);
	bool open = strcmp(own->at.state, "delivered") == 0;
	if (kind != NULL)
		page_notice(&page, kind, said);
	else if (open)
		page_element(&page, "p", check);
	TRY(show_certificate(&page, own));
	if (open) {
		page_form(&page, "post", "/receipt");
		page_hidden(&page, "number", own->known.receipt);
		page_submit(&page, confirm, "");
	} else {
		phrase_form(&page, own);
	}
	return page_end(&page);
}

static RESULT do_show_receipt(struct visit *visit)
{
	struct own own;
	bool known;
	TRY(find_own(visit, &own, &known));
	if (!known)
		return OK;
	return receipt_page(visit, &own, 200, NULL, none);
}

/* ---- deeds */

struct letter {
	const struct visit *visit;
	const struct own *own;
	const char *kind, *event;
};
static RESULT write_letter(void *context, struct db_tx *tx)
{
	const struct letter *letter = context;
	const struct http_request *request = letter->visit->request;
	return subscriber_store_write(tx, letter->own->known.receipt, letter->kind,
		letter->event, request->client_certificate, request->now);
}

static RESULT do_receipt(struct visit *visit)
{
	struct own own;
	bool known;
	TRY(find_same(visit, &own, &known));
	if (!known)
		return OK;
	struct letter letter = { visit, &own, "receipt", NULL };
	struct err err = strcmp(own.at.state, "accepted") == 0
				 ? OK /* the same once more */
				 : db_run(visit->desk->db, write_letter, &letter);
	if (err.code == E_STATE)
		return receipt_page(visit, &own, 409, "bad", not_there);
	TRY(err);
	if (own.at.confirmed_at == 0)
		own.at.confirmed_at = visit->request->now;
	snprintf(own.at.state, sizeof own.at.state, "accepted");
	return receipt_page(visit, &own, 200, "good", confirmed);
}

enum { PHRASE_FIELD = 512 }; /* so that one which is too long is told so */

static const struct words phrase_faults[] = { [PHRASE_GOOD] = { NULL, NULL },
	[PHRASE_SHORT] = { "合言葉は12文字以上で入力してください。",
		"The pass phrase is too short: 12 letters at least." },
	[PHRASE_LONG] = { "合言葉が長すぎます。128バイトまでです。",
		"The pass phrase is too long: 128 octets at most." },
	[PHRASE_DIFFERS] = { "二つの合言葉が一致しません。",
		"The two pass phrases differ." },
	[PHRASE_NUMBER] = {
		"個人番号(マイナンバー)と思われる数字は、合言葉に使えません。",
		"What looks like an Individual Number is not taken." } };

struct keeping {
	const struct visit *visit;
	const struct own *own;
	uint8_t salt[PHRASE_SALT], hash[PHRASE_HASH];
};
static RESULT keep_phrase(void *context, struct db_tx *tx)
{
	const struct keeping *keeping = context;
	TRY(subscriber_store_set_phrase(tx, keeping->own->known.receipt,
		BLOB(keeping->salt), BLOB(keeping->hash), keeping->visit->request->now));
	return subscriber_audit(keeping->visit, tx, AUDIT_PHRASE_SET,
		keeping->own->known.receipt, "{}");
}

static enum phrase_fault judge_phrase(const struct visit *visit,
	char phrase[static PHRASE_FIELD], char again[static PHRASE_FIELD])
{
	struct err err = http_form(visit->request, "phrase", phrase, PHRASE_FIELD);
	if (!err_is(err))
		err = http_form(visit->request, "again", again, PHRASE_FIELD);
	if (err_is(err))
		return err.code == E_NOT_FOUND ? PHRASE_SHORT : PHRASE_LONG;
	return phrase_judge(phrase, again);
}

static RESULT do_phrase(struct visit *visit)
{
	struct own own;
	char phrase[PHRASE_FIELD] = "", again[PHRASE_FIELD] = "";
	bool known;
	TRY(find_same(visit, &own, &known));
	if (!known)
		return OK;
	struct keeping keeping = { .visit = visit, .own = &own };
	enum phrase_fault fault = judge_phrase(visit, phrase, again);
	struct err err = random_bytes(keeping.salt, sizeof keeping.salt);
	if (fault == PHRASE_GOOD && !err_is(err))
		err = phrase_hash(phrase, keeping.salt, keeping.hash);
	OPENSSL_cleanse(phrase, sizeof phrase);
	OPENSSL_cleanse(again, sizeof again);
	TRY(err);
	if (fault != PHRASE_GOOD)
		return receipt_page(visit, &own, 400, "bad", phrase_faults[fault]);
	err = db_run(visit->desk->db, keep_phrase, &keeping);
	if (err.code == E_STATE)
		return receipt_page(visit, &own, 409, "bad", not_there);
	TRY(err);
	own.known.phrase = true;
	return receipt_page(visit, &own, 200, "good", phrase_kept);
}

static RESULT revoke_page(const struct visit *visit, const struct own *own, int status,
	const struct words *why)
{
	struct page page = subscriber_page(visit, status, revoke_title);
	if (why != NULL)
		page_notice(&page, "bad", *why);
	page_notice(&page, "note", hours);
	TRY(show_certificate(&page, own));
	page_form(&page, "post", "/revoke");
	page_hidden(&page, "number", own->known.receipt);
	subscriber_events(&page);
	page_submit(&page, revoke_ask, "grave");
	return page_end(&page);
}

static RESULT do_show_revoke(struct visit *visit)
{
	struct own own;
	bool known;
	TRY(find_own(visit, &own, &known));
	if (!known)
		return OK;
	return revoke_page(visit, &own, 200, NULL);
}

static RESULT do_revoke(struct visit *visit)
{
	struct own own;
	bool known;
	TRY(find_same(visit, &own, &known));
	if (!known)
		return OK;
	const struct revocation_event *event = subscriber_event(visit);
	if (event == NULL)
		return revoke_page(visit, &own, 400, &no_event);
	struct letter letter = { visit, &own, "revocation", event->word };
	struct err err = db_run(visit->desk->db, write_letter, &letter);
	if (err.code == E_STATE)
		return revoke_page(visit, &own, 409, &not_there);
	TRY(err);
	return subscriber_revocation_taken(visit, own.known.receipt, event);
}

SUBSCRIBER_HANDLER(show_receipt)
SUBSCRIBER_HANDLER(receipt)
SUBSCRIBER_HANDLER(phrase)
SUBSCRIBER_HANDLER(show_revoke)
SUBSCRIBER_HANDLER(revoke)

/* clang-format off */
static const struct http_route routes[] = {
	{ "GET",  "/receipt", 0, MEDIA_NONE, 0,       show_receipt, "The certificate that was handed over" },
	{ "POST", "/receipt", 0, MEDIA_FORM, 4 * KIB, receipt,      "Confirms receipt" },
	{ "GET",  "/phrase",  0, MEDIA_NONE, 0,       show_receipt, "The same page, under the address of its form" },
	{ "POST", "/phrase",  0, MEDIA_FORM, 4 * KIB, phrase,       "Keeps a pass phrase for revocation" },
	{ "GET",  "/revoke",  0, MEDIA_NONE, 0,       show_revoke,  "The certificate that is to be revoked" },
	{ "POST", "/revoke",  0, MEDIA_FORM, 4 * KIB, revoke,       "Revocation with the certificate itself" },
};
/* clang-format on */
const struct subscriber_routes subscriber_certificate_routes = { routes, COUNT(routes) };
