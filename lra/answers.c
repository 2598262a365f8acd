#include "lra/answers.h"

#include "common/base/quote.h"
#include "lra/application_store.h"
#include "lra/certificate_store.h"
#include "lra/decision_store.h"
#include "lra/enrol_store.h"

RESULT answer_person(struct json *people, const struct roster *roster, const char *id)
{
	AUTO(json_free) struct json *row = NULL;
	const struct roster_person *person = roster_person(roster, id);
	if (person == NULL || json_has(people, id))
		return OK;
	TRY(json_new_object(&row));
	TRY(json_set_text(row, "name", person->name));
	TRY(json_set_text(row, "nameJa",
		person->name_ja[0] == 0 ? person->name : person->name_ja));
	return json_set(people, id, MOVE(row));
}

RESULT answer_received(const struct lra_received *received, const struct lra_form *form,
	struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *repairs = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "receiptNumber", received->receipt));
	TRY(json_set_text(object, "state", application_state_name(received->state)));
	TRY(json_set_int(object, "version", received->version));
	TRY(json_set_text(object, "subjectText", received->subject));
	TRY(answer_repairs(form, &repairs));
	TRY(json_set(object, "normalised", MOVE(repairs)));
	return json_write_pretty(object, out);
}

RESULT answer_repairs(const struct lra_form *form, struct json **out)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < form->repair_count; i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "field", form->repair[i].field));
		TRY(json_set_text(row, "from", form->repair[i].from));
		TRY(json_set_text(row, "to", form->repair[i].to));
		TRY(json_append(array, MOVE(row)));
	}
	*out = MOVE(array);
	return OK;
}

RESULT answer_state(const char *receipt, enum application_state state, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "receiptNumber", receipt));
	TRY(json_set_text(object, "state", application_state_name(state)));
	return json_write_pretty(object, out);
}

RESULT answer_statement(struct blob statement, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_base64(object, "statement", statement));
	return json_write_pretty(object, out);
}

RESULT answer_credentials(const struct db_rows *rows, struct json **out)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; rows != NULL && i < db_count(rows); i++) {
		AUTO(enrol_passkey_row_clear)
		struct enrol_passkey_row passkey = ENROL_PASSKEY_ROW;
		AUTO(json_free) struct json *row = NULL;
		TRY(lra_store_read_passkey(rows, i, &passkey));
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "type", "public-key"));
		TRY(json_set_base64(row, "id", buf_view(&passkey.credential_id)));
		TRY(json_append(array, MOVE(row)));
	}
	*out = MOVE(array);
	return OK;
}

RESULT answer_revocation(const struct lra_revocation *revocation, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "state", revocation->revoked ? "revoked" : "asked"));
	if (revocation->revoked) {
		TRY(json_set_time(object, "revokedAt", revocation->revoked_at));
	} else {
		TRY(json_set_int(object, "id", revocation->id));
		TRY(json_set_time(object, "dueAt", revocation->due_at));
	}
	return json_write_pretty(object, out);
}

/* ---- applications */

RESULT answer_time(struct json *object, const char *name, const struct db_rows *rows,
	size_t row, size_t column)
{
	return db_is_null(rows, row, column)
		       ? OK
		       : json_set_time(object, name, db_int(rows, row, column));
}

static RESULT brief(const struct db_rows *rows, size_t row, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_int(object, "id", db_int(rows, row, VIEW_ID)));
	TRY(json_set_text(object, "receiptNumber", db_text(rows, row, VIEW_RECEIPT)));
	TRY(json_set_text(object, "lra", db_text(rows, row, VIEW_LRA)));
	TRY(json_set_text(object, "state", db_text(rows, row, VIEW_STATE)));
	TRY(json_set_int(object, "version", db_int(rows, row, VIEW_VERSION)));
	TRY(json_set_text(object, "profile", db_text(rows, row, VIEW_PROFILE)));
	TRY(json_set_text(object, "commonName", db_text(rows, row, VIEW_NAME)));
	TRY(json_set_text(object, "enteredBy", db_text(rows, row, VIEW_ENTERED_BY)));
	TRY(json_set_time(object, "receivedAt", db_int(rows, row, VIEW_RECEIVED_AT)));
	TRY(json_set_time(object, "changedAt", db_int(rows, row, VIEW_CHANGED_AT)));
	TRY(answer_time(object, "receiptDueAt", rows, row, VIEW_RECEIPT_DUE_AT));
	*out = MOVE(object);
	return OK;
}

RESULT answer_list(const struct db_rows *rows, size_t limit, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	size_t count = db_count(rows);
	TRY(json_new_array(&array));
	for (size_t i = 0; i < count; i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(brief(rows, i, &row));
		TRY(json_append(array, MOVE(row)));
	}
	TRY(json_new_object(&object));
	TRY(json_set(object, "applications", MOVE(array)));
	if (count > 0 && count == limit)
		TRY(json_set_int(object, "next", db_int(rows, count - 1, VIEW_ID)));
	return json_write_pretty(object, out);
}

static RESULT version_row(const struct db_rows *rows, size_t row, struct json *out)
{
	TRY(json_set_int(out, "version", db_int(rows, row, VERSION_NUMBER)));
	TRY(json_set_hex(out, "sha256", db_blob(rows, row, VERSION_SHA256)));
	TRY(json_set_text(out, "enteredBy", db_text(rows, row, VERSION_BY)));
	return json_set_time(out, "enteredAt", db_int(rows, row, VERSION_AT));
}

static RESULT decision_row(const struct db_rows *rows, size_t row, struct json *out)
{
	TRY(json_set_text(out, "decision", db_text(rows, row, DECIDED_KIND)));
	TRY(json_set_int(out, "version", db_int(rows, row, DECIDED_VERSION)));
	TRY(json_set_text(out, "person", db_text(rows, row, DECIDED_PERSON)));
	TRY(json_set_text(out, "form", db_text(rows, row, DECIDED_FORM)));
	TRY(json_set_hex(out, "statementDigest", db_blob(rows, row, DECIDED_SHA256)));
	return json_set_time(out, "at", db_int(rows, row, DECIDED_AT));
}

static RESULT evidence_row(const struct db_rows *rows, size_t row, struct json *out)
{
	TRY(json_set_text(out, "kind", db_text(rows, row, EXAMINED_KIND)));
	TRY(json_set_text(out, "method", db_text(rows, row, EXAMINED_METHOD)));
	TRY(json_set_hex(out, "sha256", db_blob(rows, row, EXAMINED_SHA256)));
	TRY(json_set_text(out, "issuedOn", db_text(rows, row, EXAMINED_ISSUED)));
	TRY(json_set_text(out, "validUntil", db_text(rows, row, EXAMINED_UNTIL)));
	TRY(json_set_text(out, "proves", db_text(rows, row, EXAMINED_PROVES)));
	TRY(json_set_text(out, "number", db_text(rows, row, EXAMINED_NUMBER)));
	TRY(json_set_text(out, "examinedBy", db_text(rows, row, EXAMINED_BY)));
	return json_set_time(out, "examinedAt", db_int(rows, row, EXAMINED_AT));
}

static RESULT certificate_row(const struct db_rows *rows, size_t row, struct json *out)
{
	TRY(json_set_text(out, "issuer", db_text(rows, row, ISSUED_ISSUER)));
	TRY(json_set_hex(out, "serialNumber", db_blob(rows, row, ISSUED_SERIAL)));
	TRY(json_set_time(out, "issuedAt", db_int(rows, row, ISSUED_AT)));
	TRY(json_set_time(out, "notAfter", db_int(rows, row, ISSUED_NOT_AFTER)));
	return json_set_text(out, "status",
		db_bool(rows, row, ISSUED_REVOKED) ? "revoked" : "good");
}

static RESULT agreement_row(const struct db_rows *rows, size_t row, struct json *out)
{
	TRY(json_set_hex(out, "sha256", db_blob(rows, row, AGREEMENT_SHA256)));
	TRY(json_set_text(out, "title", db_text(rows, row, AGREEMENT_TITLE)));
	TRY(json_set_text(out, "version", db_text(rows, row, AGREEMENT_VERSION)));
	return json_set_time(out, "publishedAt", db_int(rows, row, AGREEMENT_AT));
}

/* An array of one object a row under a name. */
static RESULT set_rows(struct json *object, const char *name, const struct db_rows *rows,
	struct err (*fill)(const struct db_rows *rows, size_t row, struct json *out))
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(fill(rows, i, row));
		TRY(json_append(array, MOVE(row)));
	}
	return json_set(object, name, MOVE(array));
}

static RESULT set_parsed(struct json *object, const char *name, struct blob text)
{
	AUTO(json_free) struct json *value = NULL;
	TRY(json_parse(text, &value));
	return json_set(object, name, MOVE(value));
}

static RESULT set_person(struct json *object, const char *name,
	const struct db_rows *rows, size_t column)
{
	return db_is_null(rows, 0, column)
		       ? OK
		       : json_set_text(object, name, db_text(rows, 0, column));
}

static RESULT set_hold(struct json *object, const struct db_rows *rows)
{
	AUTO(json_free) struct json *hold = NULL;
	if (db_is_null(rows, 0, VIEW_HELD_AT))
		return OK;
	TRY(json_new_object(&hold));
	TRY(json_set_time(hold, "since", db_int(rows, 0, VIEW_HELD_AT)));
	TRY(json_set_text(hold, "heldBy", db_text(rows, 0, VIEW_HELD_BY)));
	TRY(json_set_text(hold, "reason", db_text(rows, 0, VIEW_HOLD_REASON)));
	TRY(json_set_text(hold, "note", db_text(rows, 0, VIEW_HOLD_NOTE)));
	TRY(json_set_text(hold, "resumer", db_text(rows, 0, VIEW_RESUMER)));
	TRY(set_person(hold, "resumeOn", rows, VIEW_RESUME_ON));
	return json_set(object, "hold", MOVE(hold));
}

RESULT answer_application(struct db *db, const struct db_rows *rows, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(db_rows_free) struct db_rows *versions = NULL;
	AUTO(db_rows_free) struct db_rows *evidence = NULL;
	AUTO(db_rows_free) struct db_rows *decisions = NULL;
	AUTO(db_rows_free) struct db_rows *certificates = NULL;
	int64_t id = db_int(rows, 0, VIEW_ID);
	TRY(brief(rows, 0, &object));
	TRY(json_set_text(object, "method", db_text(rows, 0, VIEW_METHOD)));
	TRY(set_person(object, "identifiedBy", rows, VIEW_IDENTIFIED_BY));
	TRY(set_person(object, "approvedBy", rows, VIEW_APPROVED_BY));
	TRY(set_hold(object, rows));
	TRY(set_parsed(object, "content", db_blob(rows, 0, VIEW_CONTENT)));
	if (!db_is_null(rows, 0, VIEW_REFUSAL))
		TRY(set_parsed(object, "faults",
			blob_text(db_text(rows, 0, VIEW_REFUSAL))));
	TRY(lra_store_versions(db, id, &versions));
	TRY(set_rows(object, "versions", versions, version_row));
	TRY(lra_store_evidence_view(db, id, &evidence));
	TRY(set_rows(object, "evidence", evidence, evidence_row));
	TRY(lra_store_decisions_view(db, id, &decisions));
	TRY(set_rows(object, "decisions", decisions, decision_row));
	TRY(lra_store_certificates(db, id, &certificates));
	TRY(set_rows(object, "certificates", certificates, certificate_row));
	return json_write_pretty(object, out);
}

RESULT answer_agreements(const struct db_rows *rows, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(set_rows(object, "agreements", rows, agreement_row));
	return json_write_pretty(object, out);
}

/* Without a tree of its own, so that the PIN lies in no memory but the answer's, which is wiped. */
RESULT answer_pin(const struct secret *pin, const char *word, struct buf *out)
{
	TRY(buf_append_text(out, "{\"pin\":"));
	TRY(quote_json(out, (const char *)secret_view(pin).data));
	if (word[0] != 0)
		TRY(buf_append_format(out, ",\"pickupCode\":\"%s\"", word));
	return buf_append_text(out, "}\n");
}
