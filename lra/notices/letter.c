#include "lra/notices/letter.h"

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/net/mime.h"
#include "common/pki/cms.h"

enum { JAPAN_S = 9 * HOUR, DAY_TEXT = 48, LETTER = 256 * 1024 };

/* A day in Japan, in the words of the language. */
static void day_text(int64_t time, enum notice_language language,
	char out[static DAY_TEXT])
{
	static const char *const months[] = { "January", "February", "March", "April",
		"May", "June", "July", "August", "September", "October", "November",
		"December" };
	struct clock_fields at = clock_split(time + JAPAN_S);
	if (time == 0)
		out[0] = 0;
	else if (language == LANGUAGE_JA)
		snprintf(out, DAY_TEXT, "%d年%d月%d日", at.year, at.month, at.day);
	else
		snprintf(out, DAY_TEXT, "%d %s %d", at.day, months[at.month - 1],
			at.year);
}

struct days {
	char at[DAY_TEXT], due[DAY_TEXT], not_after[DAY_TEXT], days[24];
};

static struct notice_values values_of(const struct notice_office *office,
	const struct notice *notice, enum notice_language language, struct days *days)
{
	bool ja = language == LANGUAGE_JA;
	day_text(notice->at, language, days->at);
	day_text(notice->due_at, language, days->due);
	day_text(notice->not_after, language, days->not_after);
	snprintf(days->days, sizeof days->days, "%lld", (long long)notice->days);
	return (struct notice_values){ { [FIELD_RECEIPT_NUMBER] = notice->receipt,
		[FIELD_NAME] = notice->name,
		[FIELD_LRA] =
			ja || office->name_en[0] == 0 ? office->name : office->name_en,
		[FIELD_CONTACT] = ja || office->contact_en[0] == 0 ? office->contact
								   : office->contact_en,
		[FIELD_PAGE] = office->page,
		[FIELD_AT] = days->at,
		[FIELD_DUE] = days->due,
		[FIELD_NOT_AFTER] = days->not_after,
		[FIELD_DAYS] = days->days,
		[FIELD_WORDS] = notice->words } };
}

static RESULT headers(const struct letter_sender *sender,
	const struct notice_values *values, const struct notice_task *task,
	const char *subject, struct buf *out)
{
	TRY(mime_mailbox(out, "From", values->text[FIELD_LRA], sender->mailbox));
	TRY(mime_mailbox(out, "To", "", task->recipient));
	TRY(mime_header(out, "Subject", subject));
	TRY(mime_date(out, task->queued_at));
	TRY(buf_append_format(out, "Message-ID: <notice-%lld.%lld%s>\r\n",
		(long long)task->id, (long long)task->round,
		strrchr(sender->mailbox, '@')));
	/* RFC 3834: nobody's holiday notice answers it. */
	return buf_append_text(out,
		"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
}

/* micalg of RFC 8551 section 3.5.3.2: the hash of the key's signature. */
static const char *micalg(enum signature_algorithm algorithm)
{
	switch (EVP_MD_get_type(signature_digest(algorithm))) {
	case NID_sha384:
		return "sha-384";
	case NID_sha512:
		return "sha-512";
	default:
		return "sha-256";
	}
}

static RESULT sign(const struct letter_sender *sender, struct blob part, int64_t now,
	const struct notice_task *task, struct buf *out)
{
	AUTO(buf_clear) struct buf room = BUF(LIMIT_CMS + 4 * LIMIT_CERT);
	struct blob cms = BLOB_NONE;
	char boundary[64];
	TRY(buf_reserve(&room, room.max));
	struct der_writer w = { .data = room.data, .max = room.max };
	TRY(cms_sign_chain(part, sender->certificate, sender->chain, sender->chain_count,
		now, &sender->key, &w));
	TRY(der_finish(&w, &cms));
	/* The parts are base64, in which no boundary can stand: "=_" never does. */
	snprintf(boundary, sizeof boundary, "=_notice-%lld.%lld", (long long)task->id,
		(long long)task->round);
	return mime_signed(out, part, cms, micalg(sender->key.algorithm), boundary);
}

RESULT letter_write(const struct letter_sender *sender,
	const struct notice_office *office, const struct notice *notice,
	const struct notice_task *task, int64_t now, struct buf *out)
{
	AUTO(buf_clear) struct buf subject = BUF(4 * KIB);
	AUTO(buf_clear) struct buf body = BUF(32 * KIB);
	AUTO(buf_clear) struct buf part = BUF(LETTER);
	struct days days;
	enum notice_language language = notice_language(notice->language);
	struct notice_values values = values_of(office, notice, language, &days);
	TRY(templates_fill(sender->templates, notice->kind, language, &values, &subject,
		&body));
	TRY(headers(sender, &values, task, buf_text(&subject), out));
	TRY(buf_append_format(out, "Content-Language: %s\r\n",
		notice_language_word(language)));
	TRY(mime_text(&part, buf_text(&body)));
	if (sender->certificate.len == 0)
		return buf_append(out, buf_view(&part));
	return sign(sender, buf_view(&part), now, task, out);
}
