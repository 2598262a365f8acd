/* intake: step 1. What came in is kept byte for byte; what will be issued is written beside it in its own words. */
#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/flow/identity_rules.h"
#include "lra/application_store.h"
#include "lra/decision_store.h"
#include "lra/duplicate.h"
#include "lra/person_key.h"

/* clang-format off */
static const struct fault_rule agreement_unknown = { "agreement.unknown", "R-AGR-01",
	"The accepted terms are not among those published.",
	"同意された規約が公開されたものと一致しません。" };
static const struct fault_rule another_request = { "idempotencyKey.used", "R-LRA-06",
	"Another application came with this key. Use a new key for a new application.",
	"このキーは別の申込で使用済みです。新しい申込には新しいキーを使ってください。" };
static const struct fault_rule stale_version = { "version.stale", "R-APP-04",
	"The application was changed meanwhile. Read it again.",
	"申込が更新されています。最新の内容を確認してください。" };
static const struct fault_rule not_open = { "evidence.closed", "R-IDV-24",
	"Evidence belongs to the check of identity and cannot be added after it. Send the application back first.",
	"本人確認後は証跡を追加できません。先に差し戻してください。" };
static const struct fault_rule evidence_kind = { "evidence.kind", "R-IDV-10",
	"The kind of paper or the way it was examined is not known.",
	"証跡の種類または確認方法が正しくありません。" };
static const struct fault_rule evidence_many = { "evidence.many", "R-IDV-10",
	"There is no place for more evidence.",
	"これ以上の証跡は登録できません。" };
static const struct fault_rule not_ended = { "copyOf.open", "R-APP-01",
	"Only a rejected or withdrawn application is copied. Correct this one, or apply anew.",
	"複写できるのは却下・取下げ済の申込だけです。この申込は訂正するか、新しく申し込んでください。" };
static const struct fault_rule copy_corrected = { "copyOf.correction", "R-APP-01",
	"A correction is no copy: leave copyOf out.",
	"訂正では copyOf を指定できません。copyOf を除いて送ってください。" };
/* clang-format on */

struct intake {
	struct lra_call *call;
	struct lra_form *form;
	struct blob document;
	const char *receipt; /* of a correction */
	struct content content;
	struct lra_received *out;
	struct faults
		read; /* what reading the form found; kept over repeats of a transaction */
};

/* All that is wrong goes to call->faults. */
static RESULT look_at(struct intake *intake, const uint8_t *accepted)
{
	struct lra_call *call = intake->call;
	const struct form_rules rules = { .profiles = call->lra->profiles,
		.lra = roster_lra(call->lra->roster, call->person->lra),
		.weak_keys = call->lra->weak_keys,
		.accepted = accepted };
	if (rules.lra == NULL)
		return FAIL(E_DENIED, "no contract with %s", call->person->lra);
	return lra_form_judge(&rules, intake->form, call->now, &intake->content,
		call->faults);
}

static RESULT judge(struct intake *intake, const uint8_t *accepted)
{
	TRY(look_at(intake, accepted));
	return faults_result(intake->call->faults, E_POLICY);
}

static RESULT digest_subject(const struct name *subject, uint8_t out[static 32])
{
	uint8_t room[LIMIT_NAME];
	struct der_writer w = DER_WRITER(room);
	struct blob der;
	name_write(subject, &w);
	TRY_IN(der_finish(&w, &der), "subject");
	SHA256(der.data, der.len, out);
	return OK;
}

/* R-PKQ-08, also before anything is sent. */
static RESULT look_at_key(struct intake *intake)
{
	uint8_t digest[32];
	if (intake->form->spki.len == 0)
		return OK;
	TRY(digest_subject(&intake->content.subject, digest));
	const struct duplicate_key key = { .spki = buf_view(&intake->form->spki),
		.subject_digest = BLOB(digest),
		.entity = intake->content.entity,
		.receipt = intake->receipt == NULL ? "" : intake->receipt };
	return duplicate_key_check(intake->call, &key);
}

RESULT lra_preview(struct lra_call *call, struct lra_form *form, struct lra_preview *out)
{
	AUTO(buf_clear) struct buf text = BUF(sizeof out->subject - 1);
	struct intake intake = { .call = call, .form = form };
	TRY(look_at(&intake, NULL));
	TRY(look_at_key(&intake));
	TRY(name_text(&intake.content.subject, &text));
	out->content = intake.content;
	out->not_after = profile_not_after(call->now, intake.content.validity_s);
	return text_copy(buf_text(&text), out->subject, sizeof out->subject);
}

const char *lra_notice_mail(const struct lra_form *form,
	const struct general_names *names)
{
	if (form->notice_mail[0] != 0)
		return form->notice_mail;
	for (size_t i = 0; i < names->count; i++)
		if (names->item[i].type == GENERAL_NAME_RFC822 ||
			names->item[i].type == GENERAL_NAME_SMTP_UTF8)
			return names->item[i].value;
	return NULL;
}

static const char *display_name(const struct name *subject)
{
	const char *name = name_get(subject, NAME_COMMON_NAME);
	return name != NULL ? name : "";
}

/* The digits of "VATJP-1010405009403", which are what people know and search for; NULL: none. */
static const char *organization_number(const struct name *subject)
{
	enum { LONGEST = 20 };
	const char *identifier = name_get(subject, NAME_ORGANIZATION_IDENTIFIER),
		   *dash = identifier == NULL ? NULL : strrchr(identifier, '-');
	size_t digits = dash == NULL ? 0 : strspn(dash + 1, "0123456789");
	return digits > 0 && digits <= LONGEST && dash[1 + digits] == 0 ? dash + 1 : NULL;
}

/* The row out of the content; its room is the caller's. */
struct row_room {
	struct buf bytes;
	struct person_key key;
	uint8_t digest[32];
};
#define ROW_ROOM ((struct row_room){ .bytes = BUF(LIMIT_STATEMENT), .key = PERSON_KEY })
static void row_room_clear(struct row_room *room)
{
	buf_clear(&room->bytes);
	person_key_clear(&room->key);
}
AUTO_DEFINE_HELD(struct row_room, row_room_clear)

static RESULT fill_row(struct intake *intake, struct row_room *room,
	struct lra_application_row *row)
{
	TRY(digest_subject(&intake->content.subject, room->digest));
	TRY(content_write(&intake->content, &room->bytes));
	TRY(person_key_make(&intake->content.subject, &intake->content.subject_alt_name,
		intake->form->written, &room->key));
	*row = (struct lra_application_row){ .version = intake->content.version,
		.at = intake->call->now,
		.receipt = intake->content.receipt_number,
		.lra = intake->content.lra,
		.method = intake->form->method,
		.display_name = display_name(&intake->content.subject),
		.entered_by = intake->call->person->id,
		.notice_mail =
			lra_notice_mail(intake->form, &intake->content.subject_alt_name),
		.notice_language = intake->form->notice_language,
		.organization_number = organization_number(&intake->content.subject),
		.content = &intake->content,
		.content_bytes = buf_view(&room->bytes),
		.key = &room->key,
		.subject_digest = BLOB(room->digest),
		.spki = buf_view(&intake->form->spki),
		.document = intake->document,
		.state = APP_RECEIVED };
	return OK;
}

static RESULT fill_answer(const struct content *content, enum application_state state,
	bool again, struct lra_received *out)
{
	AUTO(buf_clear) struct buf text = BUF(sizeof out->subject - 1);
	*out = (struct lra_received){ .state = state,
		.version = content->version,
		.again = again };
	TRY(text_copy(content->receipt_number, out->receipt, sizeof out->receipt));
	TRY(name_text(&content->subject, &text));
	return text_copy(buf_text(&text), out->subject, sizeof out->subject);
}

/* R-LRA-06: the same request again gets the first answer; another one under the same key gets none. */
static RESULT answer_again(struct intake *intake, const struct db_rows *rows)
{
	uint8_t digest[32];
	struct content first;
	enum application_state state;
	SHA256(intake->document.data, intake->document.len, digest);
	if (!blob_equal(BLOB(digest), db_blob(rows, 0, REPEAT_SHA256)))
		return lra_refuse(intake->call, E_CONFLICT, &another_request,
			"idempotencyKey", "%s", db_text(rows, 0, REPEAT_RECEIPT));
	TRY(content_parse_bytes(db_blob(rows, 0, REPEAT_CONTENT), &first));
	TRY(application_state_by_name(db_text(rows, 0, REPEAT_STATE), &state));
	return fill_answer(&first, state, true, intake->out);
}

static RESULT draw_receipt_number(struct db_tx *tx, int64_t now, struct content *content)
{
	int64_t number;
	TRY(lra_store_next_receipt(tx, &number));
	return receipt_number_write(clock_split(now).year, number,
		content->receipt_number);
}

/* What has ended stays ended; its data may be taken up by a new case, and both histories tell so. */
static RESULT check_source(struct intake *intake, struct db_tx *tx)
{
	AUTO(lra_application_clear) struct lra_application source = LRA_APPLICATION;
	const char *receipt = intake->form->copy_of;
	if (receipt[0] == 0)
		return OK;
	TRY(lra_application_load(intake->call, tx, receipt, &source));
	if (source.state != APP_REJECTED && source.state != APP_WITHDRAWN)
		return lra_refuse(intake->call, E_STATE, &not_ended, "copyOf", "%s: %s",
			receipt, application_state_name(source.state));
	return OK;
}

static RESULT audit_received(struct intake *intake, struct db_tx *tx, enum role as,
	const char *receipt)
{
	const char *source = intake->form->copy_of;
	char detail[64] = "{}";
	if (source[0] != 0) {
		snprintf(detail, sizeof detail, "{\"copy\":\"%s\"}", receipt);
		TRY(lra_audit(intake->call, tx, AUDIT_APPLICATION_COPIED, NULL, as,
			source, detail));
		snprintf(detail, sizeof detail, "{\"copyOf\":\"%s\"}", source);
	}
	return lra_audit(intake->call, tx, AUDIT_APPLICATION_RECEIVED, NULL, as, receipt,
		detail);
}

static RESULT receive(void *context, struct db_tx *tx)
{
	struct intake *intake = context;
	struct lra_call *call = intake->call;
	AUTO(db_rows_free) struct db_rows *repeat = NULL;
	AUTO(row_room_clear) struct row_room room = ROW_ROOM;
	struct lra_application_row row;
	enum application_state state;
	enum role as;
	bool known;
	int64_t id;
	const char *key = intake->form->idempotency_key[0] != 0
				  ? intake->form->idempotency_key
				  : NULL;
	if (key != NULL) {
		struct err err =
			lra_store_find_repeat(tx, call->person->lra, key, &repeat);
		if (err.code != E_NOT_FOUND)
			return err_is(err) ? err : answer_again(intake, repeat);
	}
	TRY(lra_store_agreement_known(tx, BLOB(intake->content.agreement), &known));
	if (!known)
		return lra_refuse(call, E_POLICY, &agreement_unknown, "acceptance",
			"no such text");
	TRY(application_step(APP_NONE, EV_RECEIVE, call->roles, &state, &as));
	call->faults->count = 0; /* of the try before */
	TRY(check_source(intake, tx));
	TRY(look_at_key(intake));
	TRY(faults_result(call->faults, E_POLICY));
	TRY(draw_receipt_number(tx, call->now, &intake->content));
	intake->content.version = 1;
	TRY(fill_row(intake, &room, &row));
	row.state = state;
	row.idempotency_key = key;
	TRY(lra_store_accept_terms(tx, &intake->form->acceptance, call->now,
		&row.acceptance_id));
	TRY(lra_store_insert(tx, &row, &id));
	TRY(audit_received(intake, tx, as, row.receipt));
	return fill_answer(&intake->content, state, false, intake->out);
}

RESULT lra_receive(struct lra_call *call, struct blob document, struct lra_form *form,
	struct lra_received *out)
{
	struct intake intake = { .call = call,
		.form = form,
		.document = document,
		.out = out };
	TRY(judge(&intake, NULL));
	return db_run(call->lra->db, receive, &intake);
}

static RESULT amend(void *context, struct db_tx *tx)
{
	struct intake *intake = context;
	struct lra_call *call = intake->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(row_room_clear) struct row_room room = ROW_ROOM;
	struct lra_application_row row;
	enum application_state state;
	enum role as;
	*call->faults = intake->read;
	if (intake->form->copy_of[0] != 0)
		return lra_refuse(call, E_POLICY, &copy_corrected, "copyOf", "%s",
			intake->form->copy_of);
	TRY(lra_application_load(call, tx, intake->receipt, &application));
	if (intake->form->version != application.version)
		return lra_refuse(call, E_CONFLICT, &stale_version, "version",
			"%lld, not %lld", (long long)application.version,
			(long long)intake->form->version);
	TRY(lra_step(call, &application, EV_AMEND, call->roles, &state, &as));
	TRY(look_at(intake, application.content.agreement));
	TRY(look_at_key(intake));
	TRY(faults_result(call->faults, E_POLICY));
	memcpy(intake->content.receipt_number, application.receipt,
		sizeof application.receipt);
	intake->content.version = application.version + 1;
	TRY(fill_row(intake, &room, &row));
	row.id = application.id;
	row.state = state;
	TRY(lra_store_amend(tx, &row));
	TRY(lra_audit(call, tx, AUDIT_APPLICATION_AMENDED, NULL, as, row.receipt, "{}"));
	return fill_answer(&intake->content, state, false, intake->out);
}

RESULT lra_amend(struct lra_call *call, const char *receipt, struct blob document,
	struct lra_form *form, struct lra_received *out)
{
	struct intake intake = { .call = call,
		.form = form,
		.document = document,
		.receipt = receipt,
		.out = out,
		.read = *call->faults };
	return db_run(call->lra->db, amend, &intake);
}

/* ---- evidence */

struct adding {
	struct lra_call *call;
	const char *receipt;
	const struct examined_list *list;
	size_t *total;
};

static bool is_kind(const char *word)
{
	for (const char *at = word; *at != 0; at++)
		if (!((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z')))
			return false;
	return word[0] != 0;
}

static RESULT add_evidence(void *context, struct db_tx *tx)
{
	struct adding *adding = context;
	struct lra_call *call = adding->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	struct evidence_list there = { .count = 0 };
	TRY(lra_application_load(call, tx, adding->receipt, &application));
	if (application.state != APP_RECEIVED)
		return lra_refuse(call, E_STATE, &not_open, "state", "%s",
			application_state_name(application.state));
	TRY(lra_store_evidence(tx, application.id, &there));
	if (there.count + adding->list->count > LIMIT_EVIDENCE)
		return lra_refuse(call, E_POLICY, &evidence_many, "evidence",
			"%d at most", LIMIT_EVIDENCE);
	for (size_t i = 0; i < adding->list->count; i++) {
		const struct examined *row = &adding->list->row[i];
		const struct evidence *item = &row->evidence;
		if (identity_method_by_name(item->method) == METHOD_COUNT ||
			!is_kind(item->kind))
			return lra_refuse(call, E_POLICY, &evidence_kind, "evidence",
				"%s, %s", item->kind, item->method);
		TRY(lra_store_add_evidence(tx, application.id, row, call->person->id,
			call->now));
	}
	TRY(lra_audit(call, tx, AUDIT_EVIDENCE_ADDED, NULL, ROLE_LRA_CLERK,
		application.receipt, "{}"));
	*adding->total = there.count + adding->list->count;
	return OK;
}

RESULT lra_add_evidence(struct lra_call *call, const char *receipt,
	const struct examined_list *list, size_t *total)
{
	struct adding adding = { .call = call,
		.receipt = receipt,
		.list = list,
		.total = total };
	return db_run(call->lra->db, add_evidence, &adding);
}
