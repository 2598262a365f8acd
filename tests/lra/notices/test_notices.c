/* Texts of notices as data, letters out of them, webhooks that openssl verifies. */
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/table.h"
#include "lra/notices/conf.h"
#include "lra/notices/letter.h"
#include "lra/notices/webhook.h"
#include "tests/check.h"
#include "tests/support/outside.h"

static const struct notice_values values = { { "A26-000001-K", "髙橋 一郎", "窓口", "",
	"", "2026年11月23日", "", "", "7", "" } };

/* The shipped texts read, in both languages, and each says its receipt number. */
static void test_shipped(void)
{
	AUTO(templates_free) struct templates *templates = NULL;
	struct conf_faults faults = { .count = 0 };
	struct err err = templates_load("policies/notices", &templates, &faults);
	for (size_t i = 0; i < faults.count; i++)
		CHECK(false, "%s", faults.text[i]);
	if (!CHECK_OK(err, "read"))
		return;
	for (size_t i = 0; i < NOTICE_KINDS; i++)
		for (int language = 0; language < LANGUAGE_COUNT; language++) {
			AUTO(buf_clear) struct buf subject = BUF(1024);
			AUTO(buf_clear) struct buf body = BUF(8192);
			err = templates_fill(templates, notice_kinds[i].name,
				(enum notice_language)language, &values, &subject, &body);
			if (!notice_kinds[i].mailed) {
				CHECK_ERR(err, E_NOT_FOUND, "not for applicants");
				continue;
			}
			CHECK_OK(err, "%s", notice_kinds[i].name);
			CHECK(strstr(buf_text(&subject), "A26-000001-K") != NULL &&
					strchr(buf_text(&subject), '\n') == NULL,
				"%s", buf_text(&subject));
			CHECK(strstr(buf_text(&body), "髙橋 一郎") != NULL &&
					strchr(buf_text(&body), '{') == NULL &&
					strstr(buf_text(&body), "http") == NULL,
				"%s", buf_text(&body));
		}
}

static void test_faults(void)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "Subject: x\n\n{pin}\n", "issued.txt:3: no field" },
		{ "Subject: x\n\nname}\n", "issued.txt:3: a } without its {" },
		{ "Subject: x\n\n{name\n", "issued.txt:3: no field" },
		{ "Subject: {secret}\n\nx\n", "issued.txt:1: no field" },
		{ "Betreff: x\n\nx\n", "issued.txt:1: the first line" },
		{ "Subject: x\nx\n", "issued.txt:2: no empty line" },
		{ "Subject: x\n\n\001\n", "issued.txt:3: a control character" },
		{ "Subject: \xFF\n\nx\n", "issued.txt:1: not UTF-8" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(outside_clear) struct outside outside = outside_open();
		AUTO(buf_clear) struct buf said = BUF(4096);
		AUTO(templates_free) struct templates *templates = NULL;
		struct conf_faults faults = { .count = 0 };
		char here[512], folder[600];
		if (getcwd(here, sizeof here) == NULL)
			return;
		CHECK_INT(outside_run(&outside, &said,
				  "cp -r '%s/policies/notices' texts", here),
			0, "copied");
		outside_write(&outside, "texts/en/issued.txt", blob_text(rows[i].text));
		snprintf(folder, sizeof folder, "%s/texts", outside.folder);
		CHECK_ERR(templates_load(folder, &templates, &faults), E_INPUT, "row %zu",
			i);
		CHECK_INT(faults.count, 1, "one fault");
		CHECK(strstr(faults.text[0], rows[i].says) != NULL, "%s", faults.text[0]);
	}
}

/* A value is text and nothing else: it makes no field, no line of its own in the subject, no header. */
static void test_hostile_values(void)
{
	AUTO(templates_free) struct templates *templates = NULL;
	struct conf_faults faults = { .count = 0 };
	AUTO(buf_clear) struct buf mail = BUF(64 * 1024);
	if (!CHECK_OK(templates_load("policies/notices", &templates, &faults), "read"))
		return;
	const struct notice_office office = { .id = "",
		.name = "O\r\nBcc: x@y.example",
		.name_en = "",
		.contact = "",
		.contact_en = "",
		.page = "" };
	struct notice notice = { .kind = "sentBack",
		.receipt = "A26-000001-K",
		.language = "ja",
		.name = "{words}\r\n.\r\nQUIT",
		.words = "\r\n--=_notice-1.1--\r\n" };
	const struct notice_task task = { .id = 1,
		.round = 1,
		.queued_at = 1795401234,
		.recipient = "a@mirai.example" };
	const struct letter_sender sender = { .mailbox = "notices@ca.example",
		.templates = templates };
	CHECK_OK(letter_write(&sender, &office, &notice, &task, 0, &mail), "written");
	CHECK(strstr(buf_text(&mail), "\nBcc") == NULL &&
			strstr(buf_text(&mail), "QUIT") == NULL &&
			strstr(buf_text(&mail), "\n.") == NULL,
		"%s", buf_text(&mail));
	CHECK(strstr(buf_text(&mail), "Message-ID: <notice-1.1@ca.example>\r\n") != NULL,
		"%s", buf_text(&mail));
}

/* proves what webhook.h promises to receivers: openssl computes the same */
static void test_webhook(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(4096);
	AUTO(buf_clear) struct buf body = BUF(4096);
	AUTO(buf_clear) struct buf signature = BUF(256);
	AUTO(secret_free) struct secret *secret = NULL;
	const struct notice notice = { .id = 7,
		.at = 1795401234,
		.kind = "issued",
		.receipt = "A26-000001-K",
		.lra = "LRA-0001",
		.name = "NOT THIS",
		.mail = "nor@this.example" };
	CHECK_OK(secret_new(blob_text("0123456789abcdef0123456789abcdef"), &secret),
		"secret");
	CHECK_OK(webhook_body(&notice, &body), "body");
	CHECK_TEXT(buf_text(&body),
		"{\"at\":\"2026-11-23T02:33:54Z\",\"id\":7,\"kind\":\"issued\",\"lra\":"
		"\"LRA-0001\",\"receiptNumber\":\"A26-000001-K\"}",
		"nobody's name");
	CHECK_OK(webhook_sign(secret, "notice-7", 1795401300, buf_view(&body),
			 &signature),
		"signed");
	outside_write(&outside, "body", buf_view(&body));
	CHECK_INT(outside_run(&outside, &said,
			  "{ printf notice-7.1795401300.; cat body; } | openssl dgst "
			  "-sha256 -hmac "
			  "0123456789abcdef0123456789abcdef -binary | base64"),
		0, "%s", buf_text(&said));
	CHECK(strncmp(buf_text(&signature), "v1,", 3) == 0 &&
			strncmp(buf_text(&signature) + 3, buf_text(&said), 44) == 0,
		"%s and %s", buf_text(&signature), buf_text(&said));
}

/* Only to this machine without TLS; all faults with their place. */
static void test_settings(void)
{
	static const struct {
		const char *text, *says; /* NULL: good */
	} rows[] = {
		{ "lras = ( { id = \"L\"; name = \"N\"; } );", NULL },
		{ "lras = ( { id = \"L\"; name = \"N\"; webhooks = ( { name = \"w\"; url "
		  "= \"http://127.0.0.1:1/x\"; secret = \"file:x\"; } ); } );",
			NULL },
		{ "lras = ( { id = \"L\"; name = \"N\"; webhooks = ( { name = \"w\"; url "
		  "= \"http://example.jp/x\"; secret = \"file:x\"; } ); } );",
			"https:// with a ca" },
		{ "lras = ( { id = \"L\"; name = \"N\"; webhooks = ( { name = \"w\"; url "
		  "= \"http://x\"; ca = \"c\"; secret = \"s\"; } ); } );",
			"https:// with a ca" },
		{ "lras = ( { id = \"L\"; name = \"N\"; nmae = \"x\"; } );",
			"no such setting" },
		{ "lras = ( { id = \"L\"; } );", "name: a text is needed" },
		{ "mail = { server = \"smtp://127.0.0.1:25\"; };", "mail.from" },
		{ "mail = { certificate = \"x\"; };", "go together" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(outside_clear) struct outside outside = outside_open();
		AUTO(notices_conf_free) struct notices_conf *conf = NULL;
		AUTO(buf_clear) struct buf text = BUF(4096);
		struct conf_faults faults = { .count = 0 };
		char path[600];
		CHECK_OK(buf_append_format(&text,
				 "database = \"x\"; templates = \"x\"; holidays = "
				 "\"policies/notices/holidays.cfg\";\n%s\n",
				 rows[i].text),
			"text");
		outside_write(&outside, "notices.cfg", buf_view(&text));
		snprintf(path, sizeof path, "%s/notices.cfg", outside.folder);
		struct err err = notices_conf_load(path, &conf, &faults);
		if (rows[i].says == NULL) {
			CHECK_OK(err, "row %zu: %s", i, faults.text[0]);
			CHECK(conf != NULL && notices_office(conf, "L") != NULL &&
					notices_office(conf, "M") == NULL &&
					conf->holiday_count > 10,
				"the office");
			continue;
		}
		CHECK_ERR(err, E_INPUT, "row %zu", i);
		CHECK(strstr(faults.text[0], rows[i].says) != NULL, "row %zu: %s", i,
			faults.text[0]);
	}
}

static const CU_TestInfo tests[] = {
	{ "shipped texts", test_shipped },
	{ "faults", test_faults },
	{ "hostile values", test_hostile_values },
	{ "webhook", test_webhook },
	{ "settings", test_settings },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_notices = { "lra/notices", tests, NULL, NULL };
