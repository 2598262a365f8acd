/*
 * challenge: receipt by a signature of the new key (R-LRA-09), for certificates that no browser shows: the page gives a text, its
 * holder signs it in CMS, the page verifies. Nothing is kept between the two: the text is a statement that names certificate,
 * time and nonce, and only the certificate's own key makes it worth anything; the keeper verifies it once more.
 */
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/flow/application.h"
#include "common/flow/decision.h"
#include "common/pki/cms.h"
#include "common/pki/pem.h"
#include "lra/subscriber/store.h"
#include "lra/subscriber/subscriber.h"

enum {
	CERTIFICATE_MOST = 8 * 1024, /* octets of PEM, here and below */
	SIGNATURE_MOST = 16 * 1024,
	STATEMENT_MOST = 4 * 1024, /* in base64 */
	GOOD_FOR_S = DAY,
	SKEW_S = 300
};

/* clang-format off */
static const struct words
	title = { "署名ファイルで受領を確認", "Confirm receipt by a signed file" },
	about = { "ブラウザーで選べない証明書(署名専用など)の受領は、その鍵で作った署名で確認します。受付番号と証明書を入力すると、署名する文面をお渡しします。",
	          "A certificate that no browser shows is confirmed by a signature of its key. Type the receipt number and paste the certificate: you get the text to sign." },
	number_label = { "受付番号", "Receipt number" },
	number_help = { "受付票またはメールに記載の番号です。例: A26-000123-X", "It stands on your slip and in our mails, like A26-000123-X" },
	certificate_label = { "証明書 (PEM)", "Certificate (PEM)" },
	certificate_help = { "配付された証明書の「-----BEGIN CERTIFICATE-----」から「-----END CERTIFICATE-----」まで。秘密鍵は貼り付けないでください。",
	                     "From -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----. Never paste the private key" },
	next = { "署名する文面を受け取る", "Get the text to sign" },
	another = { "受付番号と証明書が一致しません。配付された証明書をご確認ください。",
	            "Receipt number and certificate do not belong together. Look for the certificate that was handed over to you." },
	private = { "秘密鍵が含まれています。保存はしていませんが、この鍵は使わず、すぐに下記へお電話ください。",
	            "There is a private key in it. It was not kept; but do not use that key any more, and call us at once." },
	over = { "この証明書は失効しています。", "This certificate is revoked." },
	not_there = { "まだ配付の記録がありません。窓口へお問い合わせください。", "There is no record of its delivery yet. Ask your desk." },
	step_save = { "1. 文面を保存する", "1. Save the text" },
	save = { "文面を保存", "Save the text" },
	step_sign = { "2. 新しい鍵で署名する", "2. Sign it with the new key" },
	sign_about = { "例 (OpenSSL)。mine.pem は証明書、mine.key は秘密鍵です。", "For example, by OpenSSL; mine.pem is the certificate, mine.key its private key." },
	step_send = { "3. 署名を貼り付けて送る", "3. Paste the signature" },
	signature_label = { "署名 (PEM)", "Signature (PEM)" },
	signature_help = { "receipt.p7s の「-----BEGIN CMS-----」から「-----END CMS-----」まで。文面は24時間有効です。",
	                   "From -----BEGIN CMS----- to -----END CMS----- of receipt.p7s. The text is good for 24 hours" },
	confirm = { "受け取りました。内容に誤りはありません", "I have received it, and it is right" },
	unsigned_words = { "署名を確認できません。この文面に、配付された証明書の鍵で署名したファイルを貼り付けてください。",
	                   "This is not a signature over this text by the key of the certificate that was handed over." },
	stale = { "文面の有効期間が過ぎているか、この受付番号のものではありません。文面を取り直してください。",
	          "The text is too old, or about something else. Get it once more." },
	confirmed = { "受領を確認しました。ありがとうございました。", "Receipt is confirmed. Thank you." },
	confirmed_label = { "受領確認日時", "Receipt confirmed" },
	serial_label = { "シリアル番号", "Serial number" };
/* clang-format on */

#define COMMAND                                                                          \
	"openssl cms -sign -binary -cades -nosmimecap -md sha256 -in %s-receipt.json"    \
	" -signer mine.pem -inkey mine.key -outform PEM -out receipt.p7s"

/* A certificate that was pasted or signed with, and its case. */
struct found {
	struct subscriber_own own;
	struct subscriber_case at;
	struct cert cert;
};

static RESULT ask_page(const struct visit *visit, int status, const struct words *why,
	const char *receipt)
{
	struct page page = subscriber_page(visit, status, title);
	if (why != NULL)
		page_notice(&page, "bad", *why);
	page_element(&page, "p", about);
	page_form(&page, "post", "/receipt/text");
	page_field(&page, "number", "text", number_label, number_help, receipt);
	page_area(&page, "certificate", certificate_label, certificate_help,
		CERTIFICATE_MOST);
	page_submit(&page, next, "");
	return page_end(&page);
}

static RESULT do_show(struct visit *visit)
{
	char receipt[24];
	TRY(subscriber_receipt(visit, receipt));
	return ask_page(visit, 200, NULL, receipt);
}

/* E_NOT_FOUND: not the certificate of this receipt number, whatever the reason. */
static RESULT find(const struct visit *visit, const char *receipt, struct blob der,
	struct found *out)
{
	struct err err = cert_parse(der, &out->cert);
	if (err_is(err))
		return FAIL(E_NOT_FOUND, "certificate: %s", err.text);
	TRY(subscriber_store_own(visit->desk->db, serial_view(&out->cert.serial_number),
		der, &out->own));
	if (strcmp(out->own.receipt, receipt) != 0)
		return FAIL(E_NOT_FOUND, "of another receipt number");
	return subscriber_store_case(visit->desk->db, receipt, &out->at);
}

/* ---- the text */

static RESULT write_statement(const struct visit *visit, const struct found *found,
	struct buf *out)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	char text[96];
	statement.kind = DECISION_CONFIRM;
	statement.at = visit->request->now;
	TRY(text_copy("subscriber", statement.person, sizeof statement.person));
	TRY(statement_certificate_content(found->own.receipt, found->own.issuer,
		serial_view(&found->cert.serial_number), &statement.content));
	snprintf(text, sizeof text, "受領確認 / Received: %s", found->own.receipt);
	return statement_write(&statement, text, out);
}

static RESULT text_page(const struct visit *visit, int status, const struct words *why,
	const char *receipt, struct blob statement)
{
	AUTO(buf_clear) struct buf coded = BUF(STATEMENT_MOST);
	struct page page = subscriber_page(visit, status, title);
	char command[240];
	TRY(base64_append(&coded, statement));
	snprintf(command, sizeof command, COMMAND, receipt);
	if (why != NULL)
		page_notice(&page, "bad", *why);
	page_element(&page, "h2", step_save);
	page_form(&page, "post", "/receipt/file");
	page_hidden(&page, "number", receipt);
	page_hidden(&page, "statement", buf_text(&coded));
	page_submit(&page, save, "");
	page_element(&page, "h2", step_sign);
	page_element(&page, "p", sign_about);
	page_raw(&page, "<pre>");
	page_text(&page, command);
	page_raw(&page, "</pre>\n");
	page_element(&page, "h2", step_send);
	page_form(&page, "post", "/receipt");
	page_hidden(&page, "number", receipt);
	page_hidden(&page, "statement", buf_text(&coded));
	page_area(&page, "signature", signature_label, signature_help, SIGNATURE_MOST);
	page_submit(&page, confirm, "");
	return page_end(&page);
}

static RESULT done_page(const struct visit *visit, const struct found *found)
{
	struct page page = subscriber_page(visit, 200, title);
	char serial[SERIAL_TEXT];
	serial_text(&found->cert.serial_number, serial);
	page_notice(&page, "good", confirmed);
	page_raw(&page, "<dl>\n");
	page_fact(&page, number_label, found->own.receipt);
	page_fact(&page, serial_label, serial);
	page_fact_time(&page, confirmed_label,
		found->at.confirmed_at == 0 ? visit->request->now
					    : found->at.confirmed_at);
	page_raw(&page, "</dl>\n");
	return page_end(&page);
}

/* What can be said before anything is signed. *go: a text may be given, or was signed. */
static RESULT judge_case(const struct visit *visit, const struct found *found, bool *go)
{
	*go = false;
	if (found->at.revoked_at != 0)
		return ask_page(visit, 403, &over, found->own.receipt);
	if (strcmp(found->at.state, "accepted") == 0)
		return done_page(visit, found);
	if (strcmp(found->at.state, "delivered") != 0)
		return ask_page(visit, 409, &not_there, found->own.receipt);
	*go = true;
	return OK;
}

static RESULT refuse(const struct visit *visit, const char *receipt)
{
	subscriber_audit_refusal(visit, receipt_number_valid(receipt) ? receipt : "",
		"{\"by\":\"signature\"}");
	return ask_page(visit, 403, &another, receipt);
}

static RESULT do_text(struct visit *visit)
{
	AUTO(buf_clear) struct buf pem = BUF(CERTIFICATE_MOST);
	AUTO(buf_clear) struct buf der = BUF(LIMIT_CERT);
	AUTO(buf_clear) struct buf statement = BUF(STATEMENT_MOST / 4 * 3);
	struct found found;
	char receipt[24];
	bool go;
	TRY(buf_reserve(&pem, CERTIFICATE_MOST));
	TRY(subscriber_receipt(visit, receipt));
	struct err err = http_form_lines(visit->request, "certificate", (char *)pem.data,
		CERTIFICATE_MOST);
	const char *pasted = err_is(err) ? "" : (const char *)pem.data;
	if (strstr(pasted, "PRIVATE KEY") != NULL)
		return ask_page(visit, 400, &private, receipt);
	err = cert_from_file(blob_text(pasted), &der);
	if (!err_is(err))
		err = find(visit, receipt, buf_view(&der), &found);
	if (err.code == E_INPUT || err.code == E_NOT_FOUND)
		return refuse(visit, receipt);
	TRY(err);
	TRY(judge_case(visit, &found, &go));
	if (!go)
		return OK;
	TRY(write_statement(visit, &found, &statement));
	return text_page(visit, 200, NULL, receipt, buf_view(&statement));
}

/* ---- the text comes back */

/* Only what these pages wrote is given out again or looked at: a statement of this kind, of now, about this receipt number. */
static RESULT read_statement(const struct visit *visit, const char *receipt,
	struct buf *bytes, struct statement *out)
{
	char coded[STATEMENT_MOST];
	AUTO(json_free) struct json *content = NULL;
	const char *named;
	int64_t now = visit->request->now;
	TRY(http_form(visit->request, "statement", coded, sizeof coded));
	TRY(base64_decode(blob_text(coded), bytes));
	TRY(statement_parse(buf_view(bytes), out));
	TRY(json_parse(buf_view(&out->content), &content));
	TRY(json_get_text(content, "application", &named));
	return out->kind == DECISION_CONFIRM && strcmp(out->person, "subscriber") == 0 &&
			       strcmp(named, receipt) == 0 &&
			       out->at >= now - GOOD_FOR_S && out->at <= now + SKEW_S
		       ? OK
		       : FAIL(E_INPUT, "statement: another one");
}

static RESULT do_file(struct visit *visit)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	AUTO(buf_clear) struct buf bytes = BUF(STATEMENT_MOST);
	char receipt[24];
	TRY(subscriber_receipt(visit, receipt));
	if (!receipt_number_valid(receipt) ||
		err_is(read_statement(visit, receipt, &bytes, &statement)))
		return ask_page(visit, 400, &stale, receipt);
	visit->response->media_type = "application/json";
	TRY(http_header(visit->response, "Content-Disposition",
		"attachment; filename=\"%s-receipt.json\"", receipt));
	return buf_append(&visit->response->body, buf_view(&bytes));
}

static RESULT read_signature(const struct visit *visit, struct buf *der)
{
	AUTO(buf_clear) struct buf pem = BUF(SIGNATURE_MOST);
	TRY(buf_reserve(&pem, SIGNATURE_MOST));
	TRY(http_form_lines(visit->request, "signature", (char *)pem.data,
		SIGNATURE_MOST));
	struct blob pasted = blob_text((const char *)pem.data);
	struct err err = pem_read(pasted, "CMS", der);
	return err.code == E_NOT_FOUND ? pem_read(pasted, "PKCS7", der) : err;
}

struct signing {
	const struct visit *visit;
	const char *receipt;
	struct blob statement, signature;
};
static RESULT write_letter(void *context, struct db_tx *tx)
{
	const struct signing *signing = context;
	return subscriber_store_sign(tx, signing->receipt, signing->statement,
		signing->signature, signing->visit->request->now);
}

/* That this certificate's key signed this text, and that the text is about this certificate. E_NOT_FOUND: not so. */
static RESULT verify(const struct signing *signing, const struct statement *statement,
	struct found *out)
{
	AUTO(buf_clear) struct buf want = BUF(LIMIT_STATEMENT);
	struct cms cms;
	struct err err = cms_verify(signing->signature, signing->statement, &cms);
	if (err_is(err))
		return FAIL(E_NOT_FOUND, "signature: %s", err.text);
	TRY(find(signing->visit, signing->receipt, cms.certificate.der, out));
	TRY(statement_certificate_content(out->own.receipt, out->own.issuer,
		serial_view(&out->cert.serial_number), &want));
	return blob_equal(buf_view(&want), buf_view(&statement->content))
		       ? OK
		       : FAIL(E_NOT_FOUND, "statement: about another certificate");
}

static RESULT do_receipt(struct visit *visit)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	AUTO(buf_clear) struct buf bytes = BUF(STATEMENT_MOST);
	AUTO(buf_clear) struct buf signature = BUF(LIMIT_CMS);
	struct found found;
	char receipt[24];
	bool go;
	TRY(subscriber_receipt(visit, receipt));
	if (!receipt_number_valid(receipt) ||
		err_is(read_statement(visit, receipt, &bytes, &statement)))
		return ask_page(visit, 400, &stale, receipt);
	struct err err = read_signature(visit, &signature);
	struct signing signing = { visit, receipt, buf_view(&bytes),
		buf_view(&signature) };
	if (!err_is(err))
		err = verify(&signing, &statement, &found);
	if (err.code == E_INPUT || err.code == E_NOT_FOUND) {
		subscriber_audit_refusal(visit, receipt, "{\"by\":\"signature\"}");
		return text_page(visit, 403, &unsigned_words, receipt, buf_view(&bytes));
	}
	TRY(err);
	TRY(judge_case(visit, &found, &go));
	if (!go)
		return OK;
	err = db_run(visit->desk->db, write_letter, &signing);
	if (err.code == E_STATE)
		return ask_page(visit, 409, &not_there, receipt);
	TRY(err);
	return done_page(visit, &found);
}

SUBSCRIBER_HANDLER(show)
SUBSCRIBER_HANDLER(text)
SUBSCRIBER_HANDLER(file)
SUBSCRIBER_HANDLER(receipt)

/* clang-format off */
static const struct http_route routes[] = {
	{ "GET",  "/receipt",      0, MEDIA_NONE, 0,        show,    "Asks for the certificate that was handed over" },
	{ "POST", "/receipt/text", 0, MEDIA_FORM, 16 * KIB, text,    "The text that its key signs" },
	{ "GET",  "/receipt/text", 0, MEDIA_NONE, 0,        show,    "The first page, under the address of its form" },
	{ "POST", "/receipt/file", 0, MEDIA_FORM, 8 * KIB,  file,    "The same text as a file" },
	{ "POST", "/receipt",      0, MEDIA_FORM, 32 * KIB, receipt, "Confirms receipt by the signature" },
};
/* clang-format on */
const struct subscriber_routes subscriber_challenge_routes = { routes, COUNT(routes) };
