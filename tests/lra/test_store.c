/* The stores as role inkan_lra on a real database: only the steps of the table, whoever writes the SQL. */
#include "lra/application_store.h"
#include "lra/certificate_store.h"
#include "lra/decision_store.h"
#include "lra/delivery_store.h"
#include "lra/person_key.h"

#include "common/base/table.h"
#include "common/flow/audit_store.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

static struct db *open_store(void)
{
	const struct db_stmt_list lists[] = { lra_application_stmts, lra_decision_stmts,
		lra_delivery_stmts, lra_certificate_stmts, audit_store_writing };
	struct db *db = NULL;
	CHECK_OK(db_open(postgres_conninfo("inkan_lra"), lists, COUNT(lists), &db),
		"every statement fits the schema");
	return db;
}

static bool insert(struct db *db, int number, const char *idempotency_key)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	struct form_acceptance acceptance = { .means = "paper",
		.accepted_by = "x",
		.record_keeping = true,
		.correctness = true,
		.key_obligations = true };
	struct content content = { .version = 1,
		.lra = "LRA-0001",
		.profile = "P-PERSON-MP",
		.entity = "LRA-0001:1",
		.key_origin = KEY_ORIGIN_HANDOVER };
	AUTO(buf_clear) struct buf bytes = BUF(LIMIT_STATEMENT);
	static const uint8_t digest[32];
	int64_t id;
	CHECK_OK(receipt_number_write(2026, number, content.receipt_number),
		"receipt number");
	AUTO(buf_clear)
	struct buf agreement =
		check_unhex(postgres_sql("SELECT encode(sha256('t'), 'hex')"));
	memcpy(acceptance.agreement, agreement.data, 32);
	CHECK_OK(content_write(&content, &bytes), "content");
	struct lra_application_row row = { .version = 1,
		.at = 1800000000,
		.receipt = content.receipt_number,
		.lra = content.lra,
		.method = "counter",
		.display_name = "n",
		.entered_by = "sato",
		.idempotency_key = idempotency_key,
		.content = &content,
		.content_bytes = buf_view(&bytes),
		.key = &(struct person_key){ .words = BUF(0) },
		.subject_digest = BLOB(digest),
		.document = blob_text("{}"),
		.state = APP_RECEIVED };
	if (!CHECK_OK(db_begin(db, &tx), "begin") ||
		!CHECK_OK(lra_store_accept_terms(tx, &acceptance, 1800000000,
				  &row.acceptance_id),
			"terms"))
		return false;
	struct err err = lra_store_insert(tx, &row, &id);
	return !err_is(err) && CHECK_OK(db_commit(&tx), "commit");
}

static struct db *prepare(void)
{
	postgres_fresh();
	postgres_sql("INSERT INTO agreement VALUES (sha256('t'), 't', '1', 't', now())");
	return open_store();
}

/* proves R-LRA-06: a key of idempotency is taken once, by each LRA */
static void test_once(void)
{
	AUTO(db_close) struct db *db = prepare();
	if (db == NULL)
		return;
	CHECK(insert(db, 1, "k"), "the first");
	CHECK(!insert(db, 2, "k"), "not the second");
	CHECK(insert(db, 3, NULL) && insert(db, 4, NULL),
		"without a key, as many as come");
}

static bool is_of_table(enum application_state from, enum application_event event,
	enum role role, enum application_state to)
{
	size_t count;
	const struct application_row *rows = application_rows(&count);
	for (size_t i = 0; i < count; i++)
		if (rows[i].from == from && rows[i].event == event &&
			rows[i].role == role && rows[i].to == to &&
			strcmp(rows[i].database_role, "inkan_lra") == 0)
			return true;
	return false;
}

static struct err try_step(struct db *db, const char *receipt,
	enum application_event event, enum role role, enum application_state to,
	enum application_state *from, bool *held)
{
	static const struct lra_hold hold = { "papers", "", "", "" };
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	TRY(db_begin(db, &tx));
	TRY(lra_store_find(tx, receipt, &application));
	*from = application.state;
	*held = application.resumer[0] != 0;
	if (event == EV_HOLD && to == application.state) {
		const struct lra_hold_row row = { .id = application.id,
			.at = 1800000000,
			.as = role,
			.held_by = "sato",
			.resumer = "sato",
			.hold = &hold };
		TRY(lra_store_hold(tx, &row));
		return db_commit(&tx);
	}
	if (application.state == APP_RECEIVED && to == APP_IDENTIFIED)
		snprintf(application.identified_by, sizeof application.identified_by,
			"sato");
	TRY(lra_store_step(tx, &application, event, role, to, 1800000000));
	return db_commit(&tx);
}

/* On hold, a case is ended or resumed; this walk corrects none, for its corrections would also end the hold. */
static bool is_open_to(enum application_event event, bool held)
{
	bool ends = event == EV_REJECT || event == EV_WITHDRAW || event == EV_RESUME;
	return held ? ends : event != EV_RESUME;
}

/* proves R-APP-01: a random walk: the database lets through what the table has for this process, and nothing else */
static void test_random_walk(void)
{
	static const enum role roles[] = { ROLE_LRA_CLERK, ROLE_LRA_APPROVER, ROLE_RA,
		ROLE_LRA_GATEWAY, ROLE_SUBSCRIBER };
	AUTO(db_close) struct db *db = prepare();
	char receipt[24];
	uint64_t seed = 20260123;
	size_t made = 0, refused = 0;
	if (db == NULL || !insert(db, 1, NULL))
		return;
	CHECK_OK(receipt_number_write(2026, 1, receipt), "receipt number");
	for (int i = 0; i < 600; i++) {
		enum application_state from = APP_NONE;
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		enum application_event event =
			(enum application_event)((seed >> 33) % EV_COUNT);
		enum role role = roles[(seed >> 40) % COUNT(roles)];
		enum application_state to = (enum application_state)(
			1 + (seed >> 50) % (APP_STATE_COUNT - 1));
		/* Withdrawn and rejected end the walk: leave them to the refusals. */
		if (to == APP_WITHDRAWN || to == APP_REJECTED)
			role = ROLE_RA;
		bool held = false;
		struct err err = try_step(db, receipt, event, role, to, &from, &held);
		if (is_of_table(from, event, role, to) && is_open_to(event, held)) {
			CHECK_OK(err, "%s from %s", application_event_name(event),
				application_state_name(from));
			made++;
		} else {
			CHECK_ERR(err, E_STATE, "%s by %s from %s to %s",
				application_event_name(event), role_name(role),
				application_state_name(from), application_state_name(to));
			refused++;
		}
	}
	CHECK(made > 0 && refused > 400, "%zu made, %zu refused", made, refused);
}

/* A key is held by one session; when that ends, the next may have it. */
static void test_hold(void)
{
	AUTO(db_close) struct db *one = prepare();
	AUTO(db_close) struct db *two = open_store();
	bool held = false;
	if (one == NULL || two == NULL)
		return;
	CHECK_OK(lra_store_hold_key(one, 7, &held), "ask");
	CHECK(held, "the first has it");
	CHECK_OK(lra_store_hold_key(two, 7, &held), "ask");
	CHECK(!held, "the second has not");
	CHECK_OK(lra_store_hold_key(two, 8, &held), "ask");
	CHECK(held, "another application is another key");
	db_close(one);
	one = NULL;
	for (int i = 0; i < 50 && !held; i++)
		CHECK_OK(lra_store_hold_key(two, 7, &held), "ask");
	CHECK(held, "the end of the session gives it back");
}

/* proves R-SUB-KEY-04 R-LRA-05: what the code would refuse, the database refuses too */
static void test_constraints(void)
{
	AUTO(db_close) struct db *db = prepare();
	AUTO(db_rollback) struct db_tx *tx = NULL;
	if (db == NULL || !insert(db, 1, NULL))
		return;
	int64_t id = strtol(postgres_sql("SELECT id FROM application"), NULL, 10);
	struct lra_delivery_row row = { .application_id = id,
		.at = 1800000000,
		.receipt_due_at = 1800000001,
		.issuer = "person",
		.serial_number = blob_text("s"),
		.form = "pkcs12",
		.file_channel = "mail",
		.pin_channel = "mail",
		.delivered_by = "sato" };
	CHECK_OK(db_begin(db, &tx), "begin");
	CHECK_ERR(lra_store_add_delivery(tx, &row), E_STATE, "both the same way");
	db_rollback(tx);
	tx = NULL;
	CHECK_OK(db_begin(db, &tx), "begin");
	struct lra_application cheat = { .id = id,
		.state = APP_RECEIVED,
		.identified_by = "sato",
		.approved_by = "sato" };
	CHECK_ERR(lra_store_step(tx, &cheat, EV_IDENTIFY, ROLE_LRA_CLERK, APP_IDENTIFIED,
			  1800000000),
		E_STATE, "one person for both");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "once", test_once },
	{ "a random walk", test_random_walk },
	{ "who holds a key", test_hold },
	{ "constraints", test_constraints },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_store = { "lra/store", tests, NULL, NULL };
