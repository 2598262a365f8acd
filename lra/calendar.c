#include "lra/calendar.h"

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "lra/calendar_store.h"
#include "lra/expiring_store.h"

enum {
	JAPAN_S = 9 * HOUR,
	LINE = 75,           /* octets, RFC 5545 section 3.1 */
	AHEAD_S = 120 * DAY, /* twice as far as the first reminder */
	MOST = 2000,
	LONGEST = 512
};

/* clang-format off */
static const struct fault_rule ended = { "calendar.ended", "UX-32",
	"This address of a calendar does not work any more. Make a new one at the counter.",
	"このカレンダーの住所は無効です。受付の画面で新しい住所を作ってください。" };
/* clang-format on */

/* ---- the text */

/* One content line, folded: a line that begins with a space goes on with the one before; no character is cut in two. */
static RESULT put_line(struct buf *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static RESULT put_line(struct buf *out, const char *format, ...)
{
	char line[LONGEST];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof line)
		return FAIL(E_BUG, "a line of %d octets", len);
	size_t used = 0;
	for (const char *at = line; *at != 0;) {
		size_t part = 1;
		while (((unsigned char)at[part] & 0xC0) == 0x80)
			part++;
		if (used + part > LINE) {
			TRY(buf_append_text(out, "\r\n "));
			used = 1;
		}
		TRY(buf_append(out, blob_make(at, part)));
		used += part;
		at += part;
	}
	return buf_append_text(out, "\r\n");
}

RESULT calendar_begin(struct buf *out)
{
	TRY(put_line(out, "BEGIN:VCALENDAR"));
	TRY(put_line(out, "VERSION:2.0"));
	TRY(put_line(out, "PRODID:-//inkan//calendar//EN"));
	TRY(put_line(out, "CALSCALE:GREGORIAN"));
	TRY(put_line(out, "METHOD:PUBLISH"));
	TRY(put_line(out, "X-WR-CALNAME:証明書の有効期限 / Certificates that end"));
	/* RFC 7986 section 5.7: reminders have days, not hours. */
	return put_line(out, "REFRESH-INTERVAL;VALUE=DURATION:PT6H");
}

RESULT calendar_put(const struct calendar_entry *entry, const char *lra, const char *page,
	int64_t now, struct buf *out)
{
	struct clock_fields day = clock_split(entry->not_after + JAPAN_S),
			    stamp = clock_split(now);
	TRY(put_line(out, "BEGIN:VEVENT"));
	TRY(put_line(out, "UID:%s-%lld@%s", entry->receipt, (long long)entry->not_after,
		lra));
	TRY(put_line(out, "DTSTAMP:%04d%02d%02dT%02d%02d%02dZ", stamp.year, stamp.month,
		stamp.day, stamp.hour, stamp.minute, stamp.second));
	TRY(put_line(out, "DTSTART;VALUE=DATE:%04d%02d%02d", day.year, day.month,
		day.day));
	TRY(put_line(out, "SUMMARY:証明書の有効期限 / Certificate ends: %s",
		entry->receipt));
	if (page[0] != 0)
		TRY(put_line(out, "URL:%s/#/case/%s", page, entry->receipt));
	TRY(put_line(out, "TRANSP:TRANSPARENT")); /* nobody is busy because of it */
	return put_line(out, "END:VEVENT");
}

RESULT calendar_end(struct buf *out)
{
	return put_line(out, "END:VCALENDAR");
}

/* ---- the address */

struct opening {
	struct lra_call *call;
	const uint8_t *digest; /* 32; NULL: none afterwards */
};

static RESULT change(void *context, struct db_tx *tx)
{
	const struct opening *opening = context;
	struct lra_call *call = opening->call;
	const char *person = call->person->id;
	bool had;
	TRY(lra_store_end_calendar(tx, person, call->now, &had));
	if (had)
		TRY(lra_audit(call, tx, AUDIT_CALENDAR_CLOSED, NULL, ROLE_LRA_CLERK,
			person, "{}"));
	if (opening->digest == NULL)
		return OK;
	TRY(lra_store_add_calendar(tx, person, blob_make(opening->digest, 32),
		call->now));
	return lra_audit(call, tx, AUDIT_CALENDAR_OPENED, NULL, ROLE_LRA_CLERK, person,
		"{}");
}

RESULT lra_calendar_open(struct lra_call *call, char token[static WEB_TOKEN])
{
	uint8_t digest[32];
	struct opening opening = { call, digest };
	TRY(web_token_new(token));
	web_token_digest(token, digest);
	return db_run(call->lra->db, change, &opening);
}

RESULT lra_calendar_close(struct lra_call *call)
{
	struct opening opening = { call, NULL };
	return db_run(call->lra->db, change, &opening);
}

struct using
{
	uint8_t digest[32];
	int64_t now;
	char person[32];
};

static RESULT use(void *context, struct db_tx *tx)
{
	struct using *using = context;
	return lra_store_use_calendar(tx, BLOB(using->digest), using->now, using->person,
		sizeof using->person);
}

static RESULT write_all(struct lra_call *call, const char *lra, struct buf *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const char *page = call->lra->conf->passkey_origin[0] != 0
				   ? call->lra->conf->passkey_origin
				   : call->lra->conf->origin;
	const struct lra_expiring_filter filter = { .lra = lra,
		.from = call->now,
		.until = call->now + AHEAD_S,
		.most = MOST };
	TRY(lra_store_expiring_open(call->lra->db, &filter, &rows));
	TRY(calendar_begin(out));
	for (size_t i = 0; i < db_count(rows); i++) {
		const struct calendar_entry entry = { db_text(rows, i,
							      EXPIRING_OPEN_RECEIPT),
			db_int(rows, i, EXPIRING_OPEN_NOT_AFTER) };
		TRY(calendar_put(&entry, lra, page, call->now, out));
	}
	return calendar_end(out);
}

RESULT lra_calendar_fetch(struct lra_call *call, const char *token, struct buf *out)
{
	struct using using = { .now = call->now };
	const struct roster_person *person = NULL;
	web_token_digest(token, using.digest);
	struct err err = db_run(call->lra->db, use, &using);
	if (err.code != E_NOT_FOUND) {
		TRY(err);
		person = roster_person(call->lra->roster, using.person);
	}
	if (person == NULL ||
		err_is(roster_in_force(call->lra->roster, person, call->now)) ||
		(person->roles & (ROLE_LRA_CLERK | ROLE_LRA_APPROVER)) == 0)
		return lra_refuse(call, E_DENIED, &ended, "", "%s", "");
	return write_all(call, person->lra, out);
}
