#include "lra/papers.h"

#include <openssl/sha.h>

#include "common/base/limits.h"
#include "common/base/text.h"
#include "common/pki/cert.h"
#include "common/proc/fault_point.h"
#include "lra/paper_store.h"
#include "lra/pin.h"

/* clang-format off */
static const struct fault_rule no_list = { "paper.list", "R-LRA-08",
	"Name between one and a thousand receipt numbers.",
	"受付番号を1件以上1,000件以内で指定してください。" };
static const struct fault_rule not_delivered = { "paper.notDelivered", "R-LRA-08",
	"Hand the certificate over first; then there is something to print.",
	"先に証明書の引き渡し(配付)を行ってください。" };
static const struct fault_rule no_glyph = { "paper.character", "R-LRA-08",
	"No font has this character, or it must not stand on paper. Correct the recipient in the application.",
	"印字できない文字があります。申込の宛先(recipient)を修正してください。" };
static const struct fault_rule too_long = { "paper.fit", "R-LRA-08",
	"This is too long for its place on the page. Shorten the recipient in the application.",
	"用紙に収まりません。申込の宛先(recipient)を短くしてください。" };
/* clang-format on */

struct printing {
	struct lra_call *call;
	const struct json *receipts;
	struct sheet_heading heading;
	struct buf *pdf;
};

/* What stands in a name of the certificate, when the application names no recipient of its own. */
static RESULT recipient_of(const struct lra_application *application,
	struct blob document, const char *display_name, struct recipient *out)
{
	AUTO(json_free) struct json *form = NULL;
	const struct json *named;
	const char *organization =
		name_get(&application->content.subject, NAME_ORGANIZATION);
	*out = (struct recipient){ .address_count = 0 };
	TRY(json_parse(document, &form));
	if (json_has(form, "recipient")) {
		TRY(json_get_object(form, "recipient", &named));
		return recipient_read(named, out);
	}
	TRY(text_copy(display_name, out->name, sizeof out->name));
	return organization == NULL || strlen(organization) >= sizeof out->organization
		       ? OK
		       : text_copy(organization, out->organization,
				 sizeof out->organization);
}

static RESULT fill_certificate(struct blob der, struct sheet *out)
{
	struct cert cert;
	struct name issuer;
	uint8_t digest[32];
	char serial[SERIAL_TEXT];
	TRY(cert_parse(der, &cert));
	SHA256(der.data, der.len, digest);
	hex_encode(BLOB(digest), out->sha256);
	serial_text(&cert.serial_number, serial);
	TRY(name_parse(cert.issuer, &issuer));
	if (name_get(&issuer, NAME_COMMON_NAME) != NULL)
		snprintf(out->issuer, sizeof out->issuer, "%s",
			name_get(&issuer, NAME_COMMON_NAME));
	text_mend(out->issuer);
	out->not_before = cert.not_before;
	out->not_after = cert.not_after;
	return text_copy(serial, out->serial_number, sizeof out->serial_number);
}

static RESULT fill(const struct lra *lra, const struct lra_application *application,
	const struct db_rows *rows, struct sheet *out)
{
	*out = (struct sheet){ .delivered_at = db_int(rows, 0, PAPER_DELIVERED_AT),
		.due_at = db_int(rows, 0, PAPER_DUE_AT) };
	TRY(text_copy(application->receipt, out->receipt, sizeof out->receipt));
	TRY(text_copy(db_text(rows, 0, PAPER_NAME), out->common_name,
		sizeof out->common_name));
	TRY(text_copy(db_text(rows, 0, PAPER_PROFILE), out->profile,
		sizeof out->profile));
	TRY(text_copy(db_text(rows, 0, PAPER_ISSUER), out->issuer, sizeof out->issuer));
	TRY(text_copy(db_text(rows, 0, PAPER_FORM), out->form, sizeof out->form));
	TRY(text_copy(db_text(rows, 0, PAPER_FILE_CHANNEL), out->file_channel,
		sizeof out->file_channel));
	TRY(text_copy(db_text(rows, 0, PAPER_PIN_CHANNEL), out->pin_channel,
		sizeof out->pin_channel));
	if (db_bool(rows, 0, PAPER_PICKUP))
		snprintf(out->pickup, sizeof out->pickup, "%.200s/pickup",
			lra->conf->subscriber_origin);
	TRY(fill_certificate(db_blob(rows, 0, PAPER_CERTIFICATE), out));
	return recipient_of(application, db_blob(rows, 0, PAPER_DOCUMENT),
		out->common_name, &out->recipient);
}

/* The PIN that goes onto this sheet; marked as shown in the transaction that ends behind the last sheet. */
static RESULT take_pin(struct lra_call *call, struct db_tx *tx, const char *receipt,
	const struct db_rows *rows, struct secret **out)
{
	const struct pin_kept kept = { .delivery_id = db_int(rows, 0, PAPER_DELIVERY_ID),
		.shown = db_bool(rows, 0, PAPER_PIN_SHOWN),
		.sealed = db_is_null(rows, 0, PAPER_SEALED_PIN)
				  ? BLOB_NONE
				  : db_blob(rows, 0, PAPER_SEALED_PIN) };
	return pin_take(call, tx, receipt, &kept, "letter", out);
}

/* A page that could not be drawn is the clerk's to mend, not a fault of ours. */
static RESULT in_words(struct lra_call *call, const char *receipt, struct err err)
{
	if (err.code == E_INPUT)
		return lra_refuse(call, E_POLICY, &no_glyph, receipt, "%.100s", err.text);
	if (err.code == E_POLICY)
		return lra_refuse(call, E_POLICY, &too_long, receipt, "%.100s", err.text);
	return err;
}

static RESULT print_one(struct printing *printing, struct db_tx *tx, struct job *job,
	const char *receipt)
{
	struct lra_call *call = printing->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(secret_free) struct secret *pin = NULL;
	struct sheet sheet;
	TRY(lra_application_load(call, tx, receipt, &application));
	struct err err = lra_store_paper(tx, application.id, &rows);
	if (err.code == E_NOT_FOUND)
		return lra_refuse(call, E_STATE, &not_delivered, receipt, "%s",
			application_state_name(application.state));
	TRY(err);
	TRY(fill(call->lra, &application, rows, &sheet));
	if (printing->heading.form == SHEET_PIN_LETTER)
		TRY(take_pin(call, tx, receipt, rows, &pin));
	return in_words(call, receipt, job_sheet(job, &sheet, pin, printing->pdf));
}

/* Read committed: each row is locked when it is read, and a thousand letters are not drawn again for another's commit. */
static RESULT print_all(struct printing *printing)
{
	struct lra_call *call = printing->call;
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(job_close) struct job job = JOB_NONE;
	TRY(db_begin_read_committed(call->lra->db, &tx));
	TRY(job_open(call->lra->paper_fd, &printing->heading, &job, printing->pdf));
	for (size_t i = 0; i < json_count(printing->receipts); i++) {
		const char *receipt = json_as_text(json_at(printing->receipts, i));
		if (receipt == NULL || strlen(receipt) > 23)
			return FAIL(E_INPUT, "receiptNumbers: not a receipt number");
		TRY_IN(print_one(printing, tx, &job, receipt), "%s", receipt);
	}
	TRY(job_end(&job, printing->pdf));
	fault_point("lra.drawn");
	return db_commit(&tx);
}

RESULT lra_papers(struct lra_call *call, enum sheet_form form,
	const struct json *receipts, struct buf *pdf)
{
	struct printing printing = { .call = call,
		.receipts = receipts,
		.heading = { .form = form, .made_at = call->now },
		.pdf = pdf };
	const struct roster_lra *lra = roster_lra(call->lra->roster, call->person->lra);
	size_t count = json_count(receipts);
	if (count == 0 || count > PAPERS_MOST)
		return lra_refuse(call, E_POLICY, &no_list, "receiptNumbers", "%zu",
			count);
	if (lra == NULL)
		return FAIL(E_DENIED, "person: of no LRA");
	TRY(text_copy(lra->name, printing.heading.sender,
		sizeof printing.heading.sender));
	TRY_IN(text_copy(call->lra->conf->contact, printing.heading.contact,
		       sizeof printing.heading.contact),
		"paper.contact");
	struct err err = print_all(&printing);
	if (err_is(err))
		buf_clear(pdf); /* wiped */
	return err;
}
