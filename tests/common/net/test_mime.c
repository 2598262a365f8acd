/* Mail as bytes: nothing that is put into a header ends it; other programs read what we wrote. */
#include "common/base/table.h"
#include "common/net/mime.h"
#include "tests/check.h"
#include "tests/support/outside.h"

static void test_headers(void)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{ "plain", "Your certificate", "Subject: Your certificate\r\n" },
		{ "Japanese", "失効", "Subject: =?UTF-8?B?5aSx5Yq5?=\r\n" },
		{ "empty", "", "Subject: \r\n" },
		{ "another header", "x\r\nBcc: a@b.example",
			"Subject: =?UTF-8?B?eCAgQmNjOiBhQGIuZXhhbXBsZQ==?=\r\n" },
		{ "an end of headers", "x\n\nbody",
			"Subject: =?UTF-8?B?eCAgYm9keQ==?=\r\n" },
		{ "a NUL's neighbour", "a\001b", "Subject: =?UTF-8?B?YSBi?=\r\n" },
		{ "an encoded word of theirs", "=?UTF-8?B?eA==?=",
			"Subject: =?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=\r\n" },
		{ "a character in two words", "あああああああああああああああい",
			"Subject: "
			"=?UTF-8?B?"
			"44GC44GC44GC44GC44GC44GC44GC44GC44GC44GC44GC44GC44GC44GC44GC?="
			"\r\n"
			" =?UTF-8?B?44GE?=\r\n" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf out = BUF(4096);
		CHECK_OK(mime_header(&out, "Subject", rows[i].text), "%s", rows[i].name);
		CHECK_TEXT(buf_text(&out), rows[i].want, "%s", rows[i].name);
	}
}

static void test_date(void)
{
	AUTO(buf_clear) struct buf out = BUF(100);
	CHECK_OK(mime_date(&out, 1795401234), "date");
	CHECK_TEXT(buf_text(&out), "Date: Mon, 23 Nov 2026 02:33:54 +0000\r\n",
		"as it is");
}

/* Python's reader takes apart what we put together. */
static void test_outside(void)
{
	static const char text[] = "髙橋 様\n\n.\nFrom here\n葛\xF3\xA0\x84\x80\n";
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf mail = BUF(8192);
	AUTO(buf_clear) struct buf said = BUF(8192);
	CHECK_OK(mime_mailbox(&mail, "From", "\"Desk\" <x@y>, みらい\r\nBcc: z",
			 "desk@mirai.example"),
		"from");
	CHECK_OK(mime_mailbox(&mail, "To", "", "a@mirai.example"), "to");
	CHECK_OK(mime_header(&mail, "Subject",
			 "証明書を発行しました (A26-000001-K) 証明書を発行しました"),
		"subject");
	CHECK_OK(buf_append_text(&mail, "MIME-Version: 1.0\r\n"), "version");
	CHECK_OK(mime_text(&mail, text), "text");
	outside_write(&outside, "mail", buf_view(&mail));
	outside_write(&outside, "read.py",
		blob_text("import email, email.policy\n"
			  "m = email.message_from_binary_file(open('mail', 'rb'), "
			  "policy=email.policy.default)\n"
			  "print('|'.join([str(len(m.keys())), "
			  "m['from'].addresses[0].addr_spec, "
			  "str(len(m['from'].addresses)), m['to'], "
			  "m['subject'], str(len(m.defects))]))\n"
			  "print(m.get_content().replace('\\r\\n', '/').replace('\\n', "
			  "'/'))\n"));
	CHECK_INT(outside_run(&outside, &said,
			  "PYTHONIOENCODING=utf-8 /usr/bin/python3 read.py"),
		0, "%s", buf_text(&said));
	CHECK_TEXT(buf_text(&said),
		"6|desk@mirai.example|1|a@mirai.example|証明書を発行しました "
		"(A26-000001-K) 証明書を発行しました|0\n"
		"髙橋 様//./From here/葛\xF3\xA0\x84\x80/\n",
		"as another reads it");
}

static const CU_TestInfo tests[] = {
	{ "headers", test_headers },
	{ "date", test_date },
	{ "another reader", test_outside },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_mime = { "common/net/mime", tests, NULL, NULL };
