/* pickup: a PKCS #12 file, once, to who has the link and the word of the PIN letter (lra/pickup_code.h; feature 15). */
#include <openssl/crypto.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/flow/application.h"
#include "common/pki/name.h"
#include "lra/pickup_code.h"
#include "lra/subscriber/phrase.h"
#include "lra/subscriber/store.h"
#include "lra/subscriber/subscriber.h"
#include "lra/web_token.h"

/* clang-format off */
static const struct words
	title = { "証明書ファイルの受取", "Fetch your certificate file" },
	once = { "ダウンロードできるのは1回だけです。証明書を使うパソコンで行ってください。",
	         "It can be downloaded once only: do it on the computer where you will use it." },
	number_label = { "受付番号", "Receipt number" },
	number_help = { "受付票またはメールに記載の番号です。例: A26-000123-X", "It stands on your slip and in our mails, like A26-000123-X" },
	code_label = { "リンクのコード", "Code of the link" },
	code_help = { "お送りしたリンクの末尾の64文字です。リンクを開くと自動で入ります。", "The last 64 characters of the link; opening the link fills them in" },
	word_label = { "受取コード", "Pick-up code" },
	word_help = { "PIN通知書に記載、または窓口でお渡しした10桁の数字です。PINは入力しないでください。",
	              "The ten digits on your PIN letter, or told at the desk. Never type the PIN here" },
	fetch = { "ダウンロードする", "Download" },
	then = { "ファイルを開くときに、PIN通知書のPINを入力します。取り込んだら、受領を確認してください。",
	         "The file asks for the PIN of your PIN letter. When it is imported, confirm its receipt." },
	wrong = { "受付番号・リンク・受取コードのいずれかが違います。受取コードを5回間違えると、このリンクは使えなくなります。",
	          "Receipt number, link or pick-up code is wrong. Behind five wrong codes the link ends." },
	fetched = { "このファイルは受取済みです。お心当たりがないとき、ファイルを失くしたときは、すぐに下記へお電話ください。証明書を失効し、新しく発行します。",
	            "This file was fetched already. If that was not you, or if you lost the file, call us at once: the certificate is revoked and a new one issued." },
	fetched_label = { "受取日時", "Fetched" },
	over = { "このリンクは終了しました。ファイルは廃棄され、もう受け取れません。下記へご連絡ください。新しいリンクをお渡しします。",
	         "This link has ended. Its file is destroyed and cannot be fetched any more. Call us: you get another link." },
	locked = { "受取コードの間違いが5回続いたため、このリンクは終了しました。下記へご連絡ください。本人確認のうえ、新しいリンクをお渡しします。",
	           "Behind five wrong pick-up codes this link has ended. Call us: when we know that it is you, you get another one." },
	number_word = { "受付番号", "Receipt number" };
/* clang-format on */

/* What is typed: as long as its field may be, so that too long is wrong and not a fault. */
struct typed {
	char receipt[24], code[PICKUP_CODE], word[PICKUP_WORD];
};

static RESULT form(const struct visit *visit, int status, const struct words *why,
	const struct typed *typed)
{
	struct page page = subscriber_page(visit, status, title);
	if (why != NULL)
		page_notice(&page, "bad", *why);
	page_notice(&page, "note", once);
	page_form(&page, "post", "/pickup");
	page_field(&page, "number", "text", number_label, number_help, typed->receipt);
	if (typed->code[0] != 0)
		page_hidden(&page, "code", typed->code);
	else
		page_field(&page, "code", "text", code_label, code_help, "");
	page_field(&page, "word", "text", word_label, word_help, "");
	page_submit(&page, fetch, "");
	page_element(&page, "p", then);
	return page_end(&page);
}

/* Nothing is there any more, whatever is typed. */
static RESULT ended(const struct visit *visit, int status, struct words why,
	const char *receipt, int64_t fetched_at)
{
	struct page page = subscriber_page(visit, status, title);
	page_notice(&page, "bad", why);
	page_raw(&page, "<dl>\n");
	page_fact(&page, number_word, receipt);
	page_fact_time(&page, fetched_label, fetched_at);
	page_raw(&page, "</dl>\n");
	page_contact(&page);
	return page_end(&page);
}

static RESULT do_show_pickup(struct visit *visit)
{
	struct typed typed = { .code = "" };
	TRY(subscriber_receipt(visit, typed.receipt));
	if (err_is(http_query(visit->request, "code", typed.code, sizeof typed.code)) ||
		!pickup_code_valid(typed.code))
		typed.code[0] = 0;
	return form(visit, 200, NULL,
		&typed); /* a mail scanner that follows the link uses nothing up */
}

/* ---- fetching */

static RESULT read_typed(const struct visit *visit, struct typed *out, bool *good)
{
	char word[PHRASE_MOST + 1] = "", half[PHRASE_MOST + 1] = "";
	bool changed;
	*good = false;
	TRY(subscriber_receipt(visit, out->receipt));
	if (err_is(http_form(visit->request, "code", out->code, sizeof out->code)) ||
		!pickup_code_valid(out->code))
		out->code[0] = 0;
	if (err_is(http_form(visit->request, "word", word, sizeof word)) ||
		err_is(name_normalize(word, half, sizeof half, &changed)))
		return OK;
	*good = pickup_word_read(half, out->word) && out->code[0] != 0 &&
		receipt_number_valid(out->receipt);
	return OK;
}

struct fetching {
	const struct visit *visit;
	const struct typed *typed;
	uint8_t code[32];
	enum subscriber_pickup verdict;
	int64_t fetched_at;
	struct buf *file;
};

/* A case that there is not costs the same time as a wrong word, and gets the same answer. */
static RESULT judge(struct fetching *fetching, bool *good)
{
	const struct visit *visit = fetching->visit;
	AUTO(db_rollback) struct db_tx *tx = NULL;
	uint8_t salt[PHRASE_SALT] = { 0 }, want[PHRASE_HASH] = { 0 }, is[PHRASE_HASH];
	TRY(db_begin_read_committed(visit->desk->db, &tx));
	TRY(subscriber_store_pickup_try(tx, fetching->typed->receipt,
		BLOB(fetching->code), visit->request->now, &fetching->verdict, salt, want,
		&fetching->fetched_at));
	TRY(db_commit(&tx));
	TRY(phrase_hash(fetching->typed->word, salt, is));
	bool same = phrase_equal(want, is);
	*good = same && fetching->verdict == PICKUP_TRY;
	return OK;
}

static RESULT take(void *context, struct db_tx *tx)
{
	struct fetching *fetching = context;
	const struct visit *visit = fetching->visit;
	AUTO(buf_clear) struct buf sealed = BUF(LIMIT_PKCS12 + 64);
	uint8_t key[32];
	char hex[65], detail[96];
	buf_clear(fetching->file); /* of a try that had to be repeated */
	TRY(subscriber_store_pickup_take(tx, fetching->typed->receipt,
		BLOB(fetching->code), visit->request->now, &sealed, key));
	TRY(pickup_open(fetching->typed->code, fetching->typed->receipt,
		buf_view(&sealed), fetching->file));
	hex_encode(BLOB(key), hex);
	snprintf(detail, sizeof detail, "{\"keyDigest\":\"%s\"}", hex);
	return subscriber_audit(visit, tx, AUDIT_FILE_FETCHED, fetching->typed->receipt,
		detail);
}

static RESULT refuse(const struct fetching *fetching)
{
	const struct visit *visit = fetching->visit;
	const struct typed *typed = fetching->typed;
	switch (fetching->verdict) {
	case PICKUP_FETCHED:
		return ended(visit, 410, fetched, typed->receipt, fetching->fetched_at);
	case PICKUP_OVER:
		return ended(visit, 410, over, typed->receipt, 0);
	case PICKUP_LOCKED:
		subscriber_audit_refusal(visit, typed->receipt,
			"{\"by\":\"pickup\",\"locked\":true}");
		return ended(visit, 403, locked, typed->receipt, 0);
	case PICKUP_NONE:
	case PICKUP_TRY:
		break;
	}
	subscriber_audit_refusal(visit, typed->receipt, "{\"by\":\"pickup\"}");
	return form(visit, 403, &wrong, typed);
}

static RESULT give(const struct visit *visit, const char *receipt, struct blob file)
{
	visit->response->media_type = "application/x-pkcs12";
	TRY(http_header(visit->response, "Content-Disposition",
		"attachment; filename=\"%s.p12\"", receipt));
	return buf_append(&visit->response->body, file);
}

static RESULT do_pickup(struct visit *visit)
{
	struct typed typed = { .code = "" };
	AUTO(buf_clear) struct buf file = BUF(LIMIT_PKCS12);
	struct fetching fetching = { .visit = visit, .typed = &typed, .file = &file };
	bool good;
	TRY(read_typed(visit, &typed, &good));
	if (!good)
		return form(visit, 403, &wrong, &typed);
	web_token_digest(typed.code, fetching.code);
	struct err err = judge(&fetching, &good);
	OPENSSL_cleanse(typed.word, sizeof typed.word);
	TRY(err);
	if (!good)
		return refuse(&fetching);
	err = db_run(visit->desk->db, take, &fetching);
	if (err.code == E_NOT_FOUND) { /* by another at the same moment */
		fetching.verdict = PICKUP_FETCHED;
		fetching.fetched_at = visit->request->now;
		return refuse(&fetching);
	}
	TRY(err);
	return give(visit, typed.receipt, buf_view(&file));
}

SUBSCRIBER_HANDLER(show_pickup)
SUBSCRIBER_HANDLER(pickup)

/* clang-format off */
static const struct http_route routes[] = {
	{ "GET",  "/pickup", 0, MEDIA_NONE, 0,       show_pickup, "Asks for what a file is given out against" },
	{ "POST", "/pickup", 0, MEDIA_FORM, 4 * KIB, pickup,      "The file, once" },
};
/* clang-format on */
const struct subscriber_routes subscriber_pickup_routes = { routes, COUNT(routes) };
