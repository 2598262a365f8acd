#include "common/pki/mailbox.h"

#include <idn2.h>

#include "common/base/text.h"
#include "common/pki/character.h"

enum { LOCAL_MAX = 64, DOMAIN_MAX = 253, MAILBOX_MAX = 254, LABEL_MAX = 63 };

static void idn_text_free(char *text)
{
	idn2_free(text);
}
AUTO_DEFINE(char, idn_text_free)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool label_valid(const char *label, size_t len)
{
	if (len == 0 || len > LABEL_MAX || label[0] == '-' || label[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_lower(label[i]) && !is_digit(label[i]) && label[i] != '-')
			return false;
	/* RFC 5890 section 2.3.1: hyphens in the third and fourth place are for A-labels alone. */
	bool reserved = len >= 4 && label[2] == '-' && label[3] == '-';
	return !reserved || strncmp(label, "xn--", 4) == 0;
}

/* An A-label is one that comes back from Unicode as it was (RFC 5890 section 2.3.2.1). */
static bool alabels_valid(const char *domain)
{
	AUTO(idn_text_free) char *unicode = NULL;
	AUTO(idn_text_free) char *again = NULL;
	if (strstr(domain, "xn--") == NULL)
		return true;
	return idn2_to_unicode_8z8z(domain, &unicode, 0) == IDN2_OK &&
	       idn2_lookup_u8((const uint8_t *)unicode, (uint8_t **)&again,
		       IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK &&
	       strcmp(domain, again) == 0;
}

bool domain_valid(const char *domain, size_t least)
{
	size_t labels = 0;
	const char *label = domain, *end;
	if (strlen(domain) > DOMAIN_MAX)
		return false;
	for (;; label = end + 1) {
		end = label + strcspn(label, ".");
		if (!label_valid(label, (size_t)(end - label)))
			return false;
		labels++;
		if (*end == 0)
			break;
	}
	bool number = strspn(label, "0123456789") == (size_t)(end - label);
	return labels >= least && !number && alabels_valid(domain);
}

/* RFC 5321 section 4.1.2: Dot-string of atext; RFC 6531 section 3.3 adds what lies beyond ASCII. */
static enum mailbox_kind local_kind(struct blob local)
{
	static const char others[] = "!#$%&'*+-/=?^_`{|}~";
	enum mailbox_kind kind = MAILBOX_ASCII;
	size_t at = 0;
	int32_t before = '.';
	if (local.len == 0 || local.len > LOCAL_MAX)
		return MAILBOX_WRONG;
	while (at < local.len) {
		int32_t c = text_next(local, &at);
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (c < 0 || (c == '.' && before == '.'))
			return MAILBOX_WRONG;
		if (c >= 0x80) {
			if (character_judge(c, before) != CHARACTER_FINE ||
				character_is_space(c))
				return MAILBOX_WRONG;
			kind = MAILBOX_UTF8;
		} else if (c == 0 || (!letter && c != '.' && !(c >= '0' && c <= '9') &&
					     strchr(others, c) == NULL)) {
			return MAILBOX_WRONG;
		}
		before = c;
	}
	return before == '.' ? MAILBOX_WRONG : kind;
}

enum mailbox_kind mailbox_kind(const char *text)
{
	const char *sign = strrchr(text, '@');
	if (sign == NULL || strlen(text) > MAILBOX_MAX || !domain_valid(sign + 1, 2) ||
		!character_is_nfc(text))
		return MAILBOX_WRONG;
	return local_kind(blob_make(text, (size_t)(sign - text)));
}

RESULT mailbox_to_ascii(const char *text, char *out, size_t size)
{
	AUTO(idn_text_free) char *domain = NULL;
	const char *sign = strrchr(text, '@');
	if (sign == NULL)
		return FAIL(E_INPUT, "mailbox: no @");
	/* R-ISS-13. The mapping of UTS #46 lowers the case and knows the ideographic full stop. */
	int code = idn2_lookup_u8((const uint8_t *)sign + 1, (uint8_t **)&domain,
		IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (code != IDN2_OK)
		return FAIL(E_INPUT, "mailbox: the domain: %s", idn2_strerror(code));
	size_t local = (size_t)(sign + 1 - text), len = strlen(domain);
	if (local + len >= size)
		return FAIL(E_INPUT, "mailbox: longer than %zu octets", size - 1);
	char made[MAILBOX_MAX + 2];
	if (local + len >= sizeof made)
		return FAIL(E_INPUT, "mailbox: longer than %d octets", MAILBOX_MAX);
	memcpy(made, text, local);
	memcpy(made + local, domain, len + 1);
	if (mailbox_kind(made) == MAILBOX_WRONG)
		return FAIL(E_INPUT, "mailbox: \"%.100s\" is none", text);
	memcpy(out, made, local + len + 1);
	return OK;
}
