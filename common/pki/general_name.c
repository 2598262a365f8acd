#include "common/pki/general_name.h"

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/mailbox.h"
#include "common/pki/oid.h"

/* clang-format off */
static const struct kind {
	const char *word;
	uint8_t tag; /* of GeneralName, RFC 5280 section 4.2.1.6 */
} kinds[GENERAL_NAME_TYPE_COUNT] = {
	[GENERAL_NAME_RFC822]    = { "rfc822Name",                DER_CONTEXT(1) },
	[GENERAL_NAME_SMTP_UTF8] = { "SmtpUTF8Mailbox",           DER_CONTEXT_OPEN(0) },
	[GENERAL_NAME_DNS]       = { "dNSName",                   DER_CONTEXT(2) },
	[GENERAL_NAME_URI]       = { "uniformResourceIdentifier", DER_CONTEXT(6) },
	[GENERAL_NAME_DIRECTORY] = { "directoryName",             DER_CONTEXT_OPEN(4) },
};
/* RFC 9598 section 3: id-on-SmtpUTF8Mailbox */
static const struct oid smtp_utf8 = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, 0x09 } };

static const struct fault_rule mailbox = { "san.mailbox", "R-ISS-13",
	"This is no e-mail address with an ASCII local part and a lower-case domain in A-labels.",
	"メールアドレスの形式が正しくありません（ローカル部はASCII、ドメインは小文字のAラベル）。" };
static const struct fault_rule mailbox_kind_wrong = { "san.mailbox.kind", "R-ISS-13",
	"SmtpUTF8Mailbox is for local parts beyond ASCII, rfc822Name for all others. Enter the address again.",
	"SmtpUTF8Mailboxはローカル部が非ASCIIの場合だけ、それ以外はrfc822Nameです。入力し直してください。" };
static const struct fault_rule dns = { "san.dns", "PROFILES part 6",
	"This is no domain name of lower-case letters, digits and hyphens, without wildcard, underscore or final dot.",
	"ドメイン名の形式が正しくありません（小文字英数字とハイフン。ワイルドカード・下線・末尾のドットは不可）。" };
static const struct fault_rule uri = { "san.uri", "RFC 5280 section 4.2.1.6",
	"This is no absolute URI in ASCII with a scheme in lower case.",
	"絶対URI（ASCII、小文字のスキーム付き）ではありません。" };
static const struct fault_rule directory = { "san.directory", "RFC 5280 section 4.2.1.6",
	"The directoryName is empty, or it stands more than once.",
	"directoryNameが空か、複数あります。" };
static const struct fault_rule twice = { "san.repeated", "RFC 5280 section 4.2.1.6",
	"The same name stands twice. Remove one.",
	"同じ名前が二つあります。一つを削除してください。" };
static const struct fault_rule mail_not_repeated = { "san.directory.mail", "R-ISS-13",
	"The mailbox in the directoryName has to stand as rfc822Name too.",
	"directoryNameのメールアドレスはrfc822Nameにも必要です。" };
/* clang-format on */

const char *general_name_word(enum general_name_type type)
{
	return type < GENERAL_NAME_TYPE_COUNT ? kinds[type].word : NULL;
}

enum general_name_type general_name_by_word(const char *word)
{
	for (size_t i = GENERAL_NAME_NONE + 1; i < GENERAL_NAME_TYPE_COUNT; i++)
		if (strcmp(kinds[i].word, word) == 0)
			return (enum general_name_type)i;
	return GENERAL_NAME_NONE;
}

static size_t count_of(const struct general_names *names, enum general_name_type type)
{
	size_t count = 0;
	for (size_t i = 0; i < names->count; i++)
		count += names->item[i].type == type;
	return count;
}

RESULT general_names_add(struct general_names *names, enum general_name_type type,
	const char *value)
{
	if (type <= GENERAL_NAME_NONE || type >= GENERAL_NAME_TYPE_COUNT)
		return FAIL(E_INPUT, "no such kind of general name");
	if (names->count == LIMIT_SAN)
		return FAIL(E_INPUT, "more than %d general names", LIMIT_SAN);
	if (type == GENERAL_NAME_DIRECTORY && count_of(names, type) > 0)
		return FAIL(E_INPUT, "more than one directoryName");
	if (type == GENERAL_NAME_DIRECTORY && *value != 0)
		return FAIL(E_INPUT, "a directoryName has no value of its own");
	struct general_name *item = &names->item[names->count];
	TRY_IN(text_copy(value, item->value, sizeof item->value), "%s", kinds[type].word);
	item->type = type;
	names->count++;
	return OK;
}

RESULT general_names_add_mailbox(struct general_names *names, const char *text)
{
	char made[sizeof names->item[0].value];
	TRY(mailbox_to_ascii(text, made, sizeof made));
	return general_names_add(names,
		mailbox_kind(made) == MAILBOX_ASCII ? GENERAL_NAME_RFC822
						    : GENERAL_NAME_SMTP_UTF8,
		made);
}

/* ---- judging */

/* RFC 3986: a scheme, a colon, and then only characters that may stand there, with whole escapes. */
static bool uri_valid(const char *text)
{
	static const char rest_chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU"
					 "VWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%";
	static const char hex[] = "0123456789abcdefABCDEF";
	size_t scheme = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+-.");
	const char *rest = text + scheme + 1;
	if (scheme == 0 || text[0] < 'a' || text[0] > 'z' || text[scheme] != ':')
		return false;
	for (const char *at = rest; (at = strchr(at, '%')) != NULL; at++)
		if (strspn(at + 1, hex) < 2)
			return false;
	return *rest != 0 && strspn(rest, rest_chars) == strlen(rest) &&
	       strcmp(rest, "//") != 0;
}

static void check_mailbox(const struct general_name *item, struct faults *faults)
{
	enum mailbox_kind found = mailbox_kind(item->value);
	enum mailbox_kind wanted =
		item->type == GENERAL_NAME_RFC822 ? MAILBOX_ASCII : MAILBOX_UTF8;
	if (found == MAILBOX_WRONG)
		faults_add(faults, &mailbox, kinds[item->type].word, "\"%.100s\"",
			item->value);
	else if (found != wanted)
		faults_add(faults, &mailbox_kind_wrong, kinds[item->type].word,
			"\"%.100s\"", item->value);
}

/* R-ISS-13: a mailbox in a directoryName is repeated where mail programs look for it. */
static void check_directory(const struct general_names *names, struct faults *faults)
{
	const char *mail = name_get(&names->directory, NAME_EMAIL);
	if (names->directory.count == 0)
		faults_add(faults, &directory, "directoryName", "empty");
	name_check(&names->directory, faults);
	if (mail == NULL)
		return;
	for (size_t i = 0; i < names->count; i++)
		if (names->item[i].type == GENERAL_NAME_RFC822 &&
			strcmp(names->item[i].value, mail) == 0)
			return;
	faults_add(faults, &mail_not_repeated, "emailAddress", "\"%.100s\"", mail);
}

static void check_item(const struct general_names *names, const struct general_name *item,
	struct faults *faults)
{
	switch (item->type) {
	case GENERAL_NAME_RFC822:
	case GENERAL_NAME_SMTP_UTF8:
		check_mailbox(item, faults);
		break;
	case GENERAL_NAME_DNS:
		if (!domain_valid(item->value, 1))
			faults_add(faults, &dns, "dNSName", "\"%.100s\"", item->value);
		break;
	case GENERAL_NAME_URI:
		if (!uri_valid(item->value))
			faults_add(faults, &uri, kinds[item->type].word, "\"%.100s\"",
				item->value);
		break;
	case GENERAL_NAME_DIRECTORY:
		check_directory(names, faults);
		break;
	case GENERAL_NAME_NONE:
	case GENERAL_NAME_TYPE_COUNT:
		break;
	}
}

static void check_repeats(const struct general_names *names, struct faults *faults)
{
	for (size_t i = 1; i < names->count; i++)
		for (size_t k = 0; k < i; k++)
			if (names->item[i].type == names->item[k].type &&
				strcmp(names->item[i].value, names->item[k].value) == 0) {
				faults_add(faults, &twice,
					kinds[names->item[i].type].word, "\"%.100s\"",
					names->item[i].value);
				break;
			}
}

void general_names_check(const struct general_names *names, struct faults *faults)
{
	for (size_t i = 0; i < names->count; i++)
		check_item(names, &names->item[i], faults);
	check_repeats(names, faults);
	if (names->directory.count > 0 && count_of(names, GENERAL_NAME_DIRECTORY) == 0)
		faults_add(faults, &directory, "directoryName",
			"not named among the items");
}

/* ---- DER */

static bool is_ascii(struct blob text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] >= 0x80)
			return false;
	return true;
}

static void write_smtp_utf8(const char *value, struct der_writer *w)
{
	size_t other = der_open(w, DER_CONTEXT_OPEN(0));
	der_put_oid(w, &smtp_utf8);
	size_t explicit = der_open(w, DER_CONTEXT_OPEN(0));
	der_put_text(w, DER_UTF8_STRING, value);
	der_close(w, explicit);
	der_close(w, other);
}

static void write_item(const struct general_names *names, const struct general_name *item,
	struct der_writer *w)
{
	size_t mark;
	switch (item->type) {
	case GENERAL_NAME_SMTP_UTF8:
		write_smtp_utf8(item->value, w);
		break;
	case GENERAL_NAME_DIRECTORY:
		mark = der_open(w, DER_CONTEXT_OPEN(4)); /* explicit: Name is a CHOICE */
		name_write(&names->directory, w);
		der_close(w, mark);
		break;
	case GENERAL_NAME_RFC822:
	case GENERAL_NAME_DNS:
	case GENERAL_NAME_URI:
		if (!is_ascii(blob_text(item->value)))
			w->full = true; /* never an IA5String of the wrong octets */
		der_put_text(w, kinds[item->type].tag, item->value);
		break;
	case GENERAL_NAME_NONE:
	case GENERAL_NAME_TYPE_COUNT:
		break;
	}
}

void general_names_write(const struct general_names *names, struct der_writer *w)
{
	if (names->count == 0)
		return; /* GeneralNames has one at least; none is an absent extension */
	size_t mark = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < names->count; i++)
		write_item(names, &names->item[i], w);
	der_close(w, mark);
}

static RESULT parse_smtp_utf8(struct blob content, struct general_names *names)
{
	struct oid oid;
	struct blob wrapped, value;
	char text[sizeof names->item[0].value];
	TRY(der_get_oid(&content, &oid));
	if (!oid_equal(&oid, &smtp_utf8))
		return FAIL(E_INPUT, "an otherName other than SmtpUTF8Mailbox");
	TRY(der_get(&content, DER_CONTEXT_OPEN(0), &wrapped));
	TRY(der_end(content));
	TRY(der_get(&wrapped, DER_UTF8_STRING, &value));
	TRY(der_end(wrapped));
	TRY_IN(text_from_blob(value, text, sizeof text), "SmtpUTF8Mailbox");
	return general_names_add(names, GENERAL_NAME_SMTP_UTF8, text);
}

static RESULT parse_item(uint8_t tag, struct blob content, struct general_names *names)
{
	char text[sizeof names->item[0].value];
	size_t type = GENERAL_NAME_NONE + 1;
	while (type < GENERAL_NAME_TYPE_COUNT && kinds[type].tag != tag)
		type++;
	if (type == GENERAL_NAME_TYPE_COUNT)
		return FAIL(E_INPUT, "a kind of general name that is not in the table");
	if (type == GENERAL_NAME_SMTP_UTF8)
		return parse_smtp_utf8(content, names);
	if (type == GENERAL_NAME_DIRECTORY) {
		TRY(general_names_add(names, GENERAL_NAME_DIRECTORY, ""));
		return name_parse(content, &names->directory);
	}
	if (!is_ascii(content))
		return FAIL(E_INPUT, "%s: beyond ASCII", kinds[type].word);
	TRY_IN(text_from_blob(content, text, sizeof text), "%s", kinds[type].word);
	return general_names_add(names, (enum general_name_type)type, text);
}

RESULT general_names_parse(struct blob der, struct general_names *out)
{
	struct general_names names = { .count = 0 };
	struct blob list, content;
	uint8_t tag;
	TRY_IN(der_get(&der, DER_SEQUENCE, &list), "GeneralNames");
	TRY_IN(der_end(der), "GeneralNames");
	if (list.len == 0)
		return FAIL(E_INPUT, "GeneralNames: none there");
	while (list.len > 0) {
		TRY_IN(der_get_any(&list, &tag, &content), "GeneralNames");
		TRY_IN(parse_item(tag, content, &names), "GeneralNames");
	}
	*out = names;
	return OK;
}
